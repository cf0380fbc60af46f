import { type KubeObject, LABEL_APP } from '../../core/kube/objects.ts';
import { NO_RECORDS, parkingHost, parkingName, parkingPath } from '../own.ts';
import type { ParkingRequest } from '../requests.ts';
import { backend, classLike, type Ingress } from './object.ts';

/**
 * The Ingress that names every Service of `parked` at a host that no visitor uses, so that no proxy forgets an upstream
 * before, during or after a switch. `closed` are the annotations that make the router refuse everybody. A Service keeps
 * its unguessable path; a new one, or one whose path somebody changed, gets a random path.
 */
export function parkingBeside(
  { app, namespace, parked, annotations, routes, present }: ParkingRequest<Ingress>,
  closed: Readonly<Record<string, string>>,
): KubeObject[] {
  const [like] = routes;
  if (like === undefined || parked.length === 0) return [];
  const known = new Map(
    present.flatMap(({ paths }) => paths.map(({ service, port, path }) => [`${service}:${port}`, path])),
  );
  const paths = parked.map(({ service, port }) => ({
    path: parkingPath(known.get(`${service}:${port}`)),
    pathType: 'Prefix',
    backend: backend(service, port),
  }));
  const { annotations: named, spec } = classLike(like.object);
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: {
        name: parkingName(app),
        namespace,
        labels: { [LABEL_APP]: app },
        annotations: {
          ...named,
          ...annotations,
          ...NO_RECORDS,
          ...closed,
        },
      },
      spec: { ...spec, rules: [{ host: parkingHost(app, namespace), http: { paths } }] },
    },
  ];
}
