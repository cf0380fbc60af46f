import type { Refusal } from '../../../core/checks/refusal.ts';
import { nameOf } from '../../../core/kube/objects.ts';
import { type Causes, causeBy } from '../causes.ts';
import type { Ingress } from '../object.ts';
import { PREFIX } from './annotations.ts';

/** What makes a router of the family refuse, by the end of the annotation's key; in the order in which it applies. */
const CAUSES: Causes = {
  login: { 'auth-type': 'basic auth', 'auth-url': 'an auth service' },
  client: {
    'allowlist-source-range': 'an allow-list that this runner is not on',
    'whitelist-source-range': 'an allow-list that this runner is not on',
    'denylist-source-range': 'a deny-list that this runner is on',
    'auth-url': 'an auth service',
    'enable-modsecurity': 'a web application firewall',
  },
  tls: { 'force-ssl-redirect': 'a rule that requires TLS', 'ssl-redirect': 'a rule that requires TLS' },
  redirect: {
    'auth-signin': 'an auth service that redirects to its login',
    'app-root': 'a redirect of / to another path',
    'permanent-redirect': 'a redirect of every path',
    'temporal-redirect': 'a redirect of every path',
    'from-to-www-redirect': 'a redirect between the host with www and without',
  },
};

const byAnnotation = causeBy(PREFIX, CAUSES);

/**
 * What in an Ingress, with `more` annotations, explains that its router refuses requests; undefined if nothing does.
 */
export function causeIn(
  ingress: Ingress,
  refusal: Refusal,
  more: Readonly<Record<string, string>> = {},
): string | undefined {
  const found = byAnnotation(ingress, refusal, more);
  if (found !== undefined) return found;
  // Routers of the family redirect to TLS by default if an Ingress has any.
  const isDefault = refusal === 'tls' && (ingress.spec.tls ?? []).length > 0;
  return isDefault ? `a rule that requires TLS, since ${nameOf(ingress)} has spec.tls` : undefined;
}
