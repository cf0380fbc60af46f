import { hostCovers } from '../../core/base/hosts.ts';
import type { Ingress } from './object.ts';
import { isServedByTls } from './traefik/rules.ts';

/**
 * Whether the TLS of an Ingress covers `host`; an entry without hosts applies to whatever its certificate covers.
 * Source: https://kubernetes.io/docs/reference/kubernetes-api/service-resources/ingress-v1/#IngressTLS
 */
export function coversTls({ hosts = [] }: { readonly hosts?: readonly string[] }, host: string | undefined): boolean {
  return hosts.length === 0 || hosts.some((one) => hostCovers(one, host));
}

/**
 * Whether visitors of `host` use TLS. An Ingress whose router redirects everybody to https, or that Traefik serves by TLS
 * only, does without `spec.tls` where TLS ends in front of the router, or the router has a certificate of its own.
 */
export function hasTls(ingress: Ingress, host: string | undefined): boolean {
  const { spec, metadata } = ingress;
  const redirects = Object.entries(metadata.annotations ?? {}).some(
    ([key, value]) => key.endsWith('/force-ssl-redirect') && value === 'true',
  );
  return redirects || isServedByTls(ingress) || (spec.tls ?? []).some((entry) => coversTls(entry, host));
}
