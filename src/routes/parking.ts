import { randomBytes } from 'node:crypto';
import { type Ingress, LABEL_APP } from '../core/kube/objects.ts';
import type { Parked } from '../core/release/parked-services.ts';
import { backend, rulesOf } from '../core/release/rules.ts';
import type { Dialect } from './dialects.ts';
import { parkingName } from './own.ts';
import { classLike } from './preview.ts';

/** A host under a top-level domain that never resolves (RFC 6761). */
export function parkingHost(app: string, namespace: string): string {
  return `${app}.${namespace}.greenpath.invalid`;
}

/**
 * The Ingress that names every Service of `parked` where no visitor comes, closed to everybody, so that no proxy forgets
 * an upstream before, during or after a switch. A Service keeps the unguessable path that it has in `existing`; a new one
 * gets a random path.
 */
export function parkingObject(
  request: {
    readonly app: string;
    readonly namespace: string;
    readonly parked: readonly Parked[];
    readonly annotations: Readonly<Record<string, string>>;
  },
  route: Ingress,
  existing: Ingress | undefined,
  dialect: Dialect,
): Ingress {
  const known = new Map(
    (existing ? rulesOf(existing) : []).map(({ service, port, path }) => [`${service}:${port}`, path]),
  );
  const paths = request.parked.map(({ service, port }) => ({
    path: known.get(`${service}:${port}`) ?? `/${randomBytes(16).toString('hex')}`,
    pathType: 'Prefix',
    backend: backend(service, port),
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: {
      name: parkingName(request.app),
      namespace: request.namespace,
      labels: { [LABEL_APP]: request.app },
      annotations: {
        ...classLike(route).annotations,
        ...request.annotations,
        'external-dns.alpha.kubernetes.io/controller': 'greenpath',
        ...dialect.closed,
      },
    },
    spec: { ...classLike(route).spec, rules: [{ host: parkingHost(request.app, request.namespace), http: { paths } }] },
  };
}

/** The Services that a parking Ingress names. */
export function parkedServices(parking: Ingress | undefined): Set<string> {
  return new Set(parking ? rulesOf(parking).flatMap((rule) => rule.service ?? []) : []);
}
