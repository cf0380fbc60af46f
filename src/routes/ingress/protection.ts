import { GreenpathError } from '../../core/base/error.ts';
import { nameOf } from '../../core/kube/objects.ts';
import type { Ingress } from './object.ts';

/** Which annotations of a live Ingress a router reads, and which of them a preview copies. */
export interface Annotations {
  /** The name of the router, for people. */
  readonly of: string;
  /** The prefix of its keys. */
  readonly prefix: string;
  /** Ends of the keys that a preview does not copy. Snippets are never copied. */
  readonly notInherited: RegExp;
}

/** Prefixes of tools whose annotations protect nothing: they create, watch or list Ingresses; and names below these. */
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
/** Words in an annotation's name that suggest protection, whatever its prefix. */
const PROTECTION =
  /auth|allow|deny|block|whitelist|blacklist|middleware|plugin|filter|waf|firewall|polic|oidc|jwt|sso|acl|limit|tls/i;

/**
 * The annotations of a live Ingress that may protect it and that its preview does not copy: snippets, and what another
 * router reads. An annotation with the same key in `added`, the preview's own, replaces it.
 */
export function unprotectedBy(route: Ingress, own: Annotations, added: Readonly<Record<string, string>>): string[] {
  return Object.keys(route.metadata.annotations ?? {}).filter(
    (key) => !Object.hasOwn(added, key) && (isSnippet(key, own) || mayProtect(key, own)),
  );
}

/** Refuses a preview that would be less protected than what it mirrors. */
export function refuseUnprotected(route: Ingress, own: Annotations, added: Readonly<Record<string, string>>): void {
  const keys = unprotectedBy(route, own, added);
  if (keys.length === 0) return;
  throw new GreenpathError(
    'preview-unprotected',
    `${keys.join(', ')} of ${nameOf(route)} may restrict access, and the preview would not have it: Greenpath copies the annotations of ${own.of} that it knows, but neither snippets nor other routers' annotations`,
    'Set in the config what protects the preview (preview: {annotations: {…}}, with the same keys), or accept that nothing does: preview: {unprotected: accept}.',
  );
}

/** Whether a key is one of a snippet, which may contain anything. */
export function isSnippet(key: string, { prefix }: Annotations): boolean {
  return key.startsWith(prefix) && key.endsWith('-snippet');
}

/** A key without a prefix is nobody's. */
function mayProtect(key: string, { prefix }: Annotations): boolean {
  const [reader = '', name] = key.split('/');
  if (name === undefined || key.startsWith(prefix)) return false;
  if (ROUTER.test(reader)) return true;
  return PROTECTION.test(name) && !HARMLESS.some((one) => reader === one || reader.endsWith(`.${one}`));
}
