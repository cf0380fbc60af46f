import { annotation } from '../../../core/kube/objects.ts';
import type { Route } from '../../route-kind.ts';
import type { Ingress } from '../object.ts';
import { PREFIX } from './annotations.ts';

/**
 * What ingress-nginx takes for a Service from the first Ingress, by age, that names it, and from no other. Parking may be
 * the first one, and so may a canary.
 * Source: https://github.com/kubernetes/ingress-nginx/blob/controller-v1.11.0/internal/ingress/controller/controller.go
 * (createUpstreams)
 */
const OF_UPSTREAM = [
  'upstream-hash-by',
  'upstream-hash-by-subset',
  'upstream-hash-by-subset-size',
  'load-balance',
  'service-upstream',
].map((end) => PREFIX + end);

/** The annotations of an Ingress that say how requests are spread over the pods of its Services. */
export function upstreamSettings(ingress: Ingress): Record<string, string> {
  return Object.fromEntries(
    OF_UPSTREAM.flatMap((key) => {
      const value = annotation(ingress, key);
      return value === undefined ? [] : [[key, value]];
    }),
  );
}

/** The same of all live Ingresses, as far as they agree: parking is one Ingress for the Services of all. */
export function commonSettings(routes: readonly Route<Ingress>[]): Record<string, string> {
  const [first] = routes;
  if (first === undefined) return {};
  const differing = differingSettings(routes);
  return Object.fromEntries(Object.entries(upstreamSettings(first.object)).filter(([key]) => !differing.includes(key)));
}

/** The keys of those in which the live Ingresses differ. */
export function differingSettings(routes: readonly Route<Ingress>[]): string[] {
  return OF_UPSTREAM.filter((key) => new Set(routes.map(({ object }) => annotation(object, key))).size > 1);
}
