import type { Cluster } from '../../cluster/cluster.ts';
import type { Row } from '../../harness/routers/rows.ts';
import { ingress } from '../e2e/parts.ts';
import { httpRoute, httpRule } from '../e2e/world.ts';

interface Place {
  readonly cluster: Cluster;
  readonly row: Row;
  readonly host: string;
  readonly service: string;
}

/** The live route of a world, in the form of the row, with visitors at this Service. */
export function liveRoute(place: Place): object {
  return routeTo('web', { ...place, path: '/' });
}

/** A route of the row's kind for what is below a path. */
export function routeTo(
  name: string,
  { cluster, row, host, path, service }: Place & { readonly path: string },
): object {
  const { ingressClass, gateway } = cluster;
  if (row.route === 'Ingress') return ingress(name, [{ host, path, service }], {}, ingressClass);
  const matches = [{ path: { type: 'PathPrefix', value: path } }];
  const {
    backendRefs: [ref],
    ...rule
  } = httpRule(service, { matches }) as { backendRefs: object[] };
  const backendRefs =
    row.route === 'HTTPRoute'
      ? [ref]
      : [
          { ...ref, weight: 100 },
          { ...ref, weight: 0 },
        ];
  return httpRoute(name, [host], [{ ...rule, backendRefs }], gateway);
}

/** What kubectl calls the kind of route. */
export function resourceOf({ route }: Row): 'ingress' | 'httproute' {
  return route === 'Ingress' ? 'ingress' : 'httproute';
}
