import { annotation, type Ingress } from '../core/objects.ts';

/** How one family of routers says "strip this prefix" and "refuse everybody", as data. */
export interface Dialect {
  readonly name: string;
  /** Prefix of the router's own annotations. */
  readonly prefix: string;
  readonly rewrite: string;
  readonly regex: string;
  /** The capture that a stripped path is rewritten to. */
  readonly stripTo: string;
  /** The path that matches `prefix` on whole segments and captures the rest for `stripTo`. */
  strippedPath(prefix: string): string;
  /** Annotations that make every request be answered with 403. */
  readonly closed: Readonly<Record<string, string>>;
  /** Ends of annotation keys that the preview must not take over from the live route. */
  readonly notInherited: RegExp;
  /** How long the slowest known router of the family may go on with its old configuration, in milliseconds. */
  readonly settle: number;
}

/**
 * The annotations of ingress-nginx, which Traefik ≥ 3.7 reads too. `closed` uses TEST-NET-1 (RFC 5737), an address
 * nobody can have; both routers answered 403; of the two names
 * for the list ingress-nginx prefers the second. `settle`: ingress-nginx takes one change per 3.3 s and its workers one
 * list a second, Traefik one change per 2 s.
 */
const NGINX: Dialect = {
  name: 'nginx',
  prefix: 'nginx.ingress.kubernetes.io/',
  rewrite: 'nginx.ingress.kubernetes.io/rewrite-target',
  regex: 'nginx.ingress.kubernetes.io/use-regex',
  stripTo: '/$2',
  strippedPath: (prefix) => `${prefix}(/|$)(.*)`,
  closed: {
    'nginx.ingress.kubernetes.io/whitelist-source-range': '192.0.2.1/32',
    'nginx.ingress.kubernetes.io/allowlist-source-range': '192.0.2.1/32',
  },
  notInherited: /^(rewrite-target|use-regex|canary(-.*)?|.*-snippet|app-root|server-alias)$/,
  settle: 4_500,
};

/** How an Ingress names its class where it does not use the field. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** The class that an Ingress names, in its field or in the annotation of old. */
export function classOf(ingress: Ingress): string | undefined {
  return ingress.spec.ingressClassName ?? annotation(ingress, CLASS_ANNOTATION);
}

/** The dialect of the router that serves `ingress`, or undefined: then nothing may be written. */
export function dialectOf(ingress: Ingress, configured: string | undefined): Dialect | undefined {
  const known = configured === NGINX.name || classOf(ingress) === NGINX.name;
  return known ? NGINX : undefined;
}
