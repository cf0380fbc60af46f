import { canonical } from '../../core/base/json.ts';
import type { Ingress } from './object.ts';
import { pathsOf } from './paths.ts';

/** The fields in which an Ingress differs from `wanted`, besides which Services its backends name. */
export function differencesOf(present: Ingress, wanted: Ingress): string[] {
  const rules = (ingress: Ingress) =>
    pathsOf(ingress).map(({ host, path, pathType, port }) => `${host} ${path} ${pathType} ${port}`);
  const { tls, ingressClassName } = present.spec;
  const parts = {
    'spec.rules': [rules(present), rules(wanted)],
    'spec.tls': [tls, wanted.spec.tls],
    'spec.ingressClassName': [ingressClassName, wanted.spec.ingressClassName ?? ingressClassName],
  };
  return Object.entries(parts).flatMap(([field, [now, then]]) =>
    canonical(now ?? null) === canonical(then ?? null) ? [] : [field],
  );
}
