import { GreenpathError } from '../core/base/error.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';

/** Prefixes of tools whose annotations protect nothing: they create, watch or list routes; and names below these. */
const HARMLESS = [
  'kubernetes.io',
  'k8s.io',
  'helm.sh',
  'argoproj.io',
  'fluxcd.io',
  'cert-manager.io',
  'cattle.io',
  'stakater.com',
  'prometheus.io',
  'velero.io',
  'gethomepage.dev',
  'greenpath.dev',
];
/** Words in a prefix that suggest a router. */
const ROUTER =
  /ingress|gateway|router|proxy|nginx|traefik|kong|envoy|contour|istio|ambassador|gloo|zalando|voyager|apisix|tyk|citrix|f5\.com|appprotect|vmware\.com|cilium|higress|ngrok|tailscale|cloudflare|pomerium|gke\.io|cloud\.google\.com/i;
/** Names that say how a router forwards requests, and to no router who may send them. */
const FORWARDING =
  /^(add-base-url|rewrite-target|use-regex|(force-)?ssl-redirect|proxy-(body-size|(connect|read|send)-timeout|buffer(ing|s|-size))|backend-protocol|router\.(entrypoints|priority|tls(\..+)?)|service\..+)$/;
/** Words in an annotation's name that suggest protection, whatever its prefix. */
const PROTECTION =
  /auth|allow|deny|block|whitelist|blacklist|middleware|plugin|filter|waf|firewall|polic|oidc|jwt|sso|acl|limit|tls/i;

/** Whether an annotation may protect a route, by its key. A key without a prefix is nobody's. */
export function mayProtect(key: string): boolean {
  const [reader = '', name] = key.split('/');
  if (name === undefined) return false;
  if (ROUTER.test(reader)) return !FORWARDING.test(name);
  return PROTECTION.test(name) && !HARMLESS.some((one) => reader === one || reader.endsWith(`.${one}`));
}

/** The refusal of a preview that would lack `missing` of its live route. `copied`: what Greenpath copies, and what not. */
export function unprotected(route: KubeObject, missing: readonly string[], copied: string): GreenpathError {
  return new GreenpathError(
    'preview-unprotected',
    `${missing.join(', ')} of ${nameOf(route)} may restrict access, and the preview would not have it: Greenpath copies ${copied}`,
    'Set in the config what protects the preview (preview: {annotations: {…}}, with the same keys), or accept that nothing does: preview: {unprotected: accept}.',
  );
}
