import { keyAt } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import type { Ingress } from './object.ts';

/**
 * The keys of the Secrets and ConfigMaps that an Ingress names: for TLS, and in annotations such as
 * `nginx.ingress.kubernetes.io/auth-secret` or `…/auth-proxy-set-headers`, as `name` or `namespace/name`.
 * https://kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/annotations/
 */
export function referencesOf({ spec, metadata }: Ingress, namespace: string): string[] {
  const tls = (spec.tls ?? []).flatMap(({ secretName }) => secretName ?? []);
  const here = `${namespace}/`;
  const annotated = Object.entries(metadata.annotations ?? {}).flatMap(([key, value]) => {
    const name = value.startsWith(here) ? value.slice(here.length) : value;
    if (key.endsWith('-secret')) return [keyAt(KIND.Secret, name)];
    return /\/(custom-headers|(auth-)?proxy-set-headers|fastcgi-params-configmap)$/.test(key)
      ? [keyAt(KIND.ConfigMap, name)]
      : [];
  });
  return [...tls.map((name) => keyAt(KIND.Secret, name)), ...annotated];
}
