import type { Config } from '../core/base/config.ts';
import { escapeRegex } from '../core/base/escape-regex.ts';
import type { Host } from '../core/base/hosts.ts';
import { annotation, type Ingress } from '../core/kube/objects.ts';
import type { MatchedPath } from './paths.ts';

/** `Exact` and `Prefix` are the path types of the API; a `regex` may be open at its end. */
export type PathForm = 'Exact' | 'Prefix' | 'regex' | 'rewritten';

/** How one family of routers says "strip this prefix" and "refuse everybody", as data. */
export interface Dialect {
  readonly name: string;
  /** Prefix of the router's own annotations. */
  readonly prefix: string;
  readonly rewrite: string;
  readonly regex: string;
  /** The capture that a stripped path is rewritten to. */
  readonly stripTo: string;
  /**
   * The path below `prefix` that mirrors the live path `path`: it matches what that matches, and captures for `stripTo`
   * what the application gets there. `as`: how the live route says it; `rewritten` strips something itself already.
   */
  mirrored(prefix: string, path: string, as: PathForm): string;
  /**
   * How far in front a router of the family puts a path that goes by the length of its rule and not by the most specific
   * host; equal ones are in no order. `path` is undefined for a `defaultBackend`.
   */
  rank(host: Host, path: MatchedPath | undefined): number;
  /** Annotations that make every request be answered with 403. */
  readonly closed: Readonly<Record<string, string>>;
  /** Ends of annotation keys that the preview must not take over from the live route. */
  readonly notInherited: RegExp;
  /** How long the slowest known router of the family may go on with its old configuration, in milliseconds. */
  readonly settleTime: number;
}

/** How long the router may go on with what it had, in milliseconds: as the config says, else by what is known of its kind. */
export function settleTimeOf({ proof }: Config, dialect: Pick<Dialect, 'settleTime'>): number {
  return proof === 'off' ? 0 : (proof.settle ?? dialect.settleTime);
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
  mirrored: mirroredByRegex,
  rank: lengthOfRule,
  closed: {
    'nginx.ingress.kubernetes.io/whitelist-source-range': '192.0.2.1/32',
    'nginx.ingress.kubernetes.io/allowlist-source-range': '192.0.2.1/32',
  },
  notInherited: /^(rewrite-target|use-regex|canary(-.*)?|.*-snippet|app-root|server-alias)$/,
  settleTime: 4_500,
};

/**
 * The router puts the longest path first, so the order of the mirrored paths has to be that of the live ones: each form
 * adds the same number of characters, and only an Exact path more than a Prefix of the same text.
 */
function mirroredByRegex(prefix: string, path: string, as: PathForm): string {
  const rest = path.replace(/^\//, '');
  if (rest === '' && as !== 'Exact') return `${prefix}(/|$)(.*)`;
  if (as === 'rewritten') return rest === '()(.*)' ? `${prefix}(/|$)(.*)` : prefix + path;
  if (as === 'regex') return `${prefix}(/)(${rest}(.*|.*))`;
  const plain = escapeRegex(rest);
  if (as === 'Exact') return plain === '' ? `${prefix}(/)($|$|$)` : `${prefix}(/)(${plain}($|$|$|$))`;
  return `${prefix}(/)(${plain.replace(/\/$/, '')}(/.*|$))`;
}

/**
 * The characters of the rule that Traefik writes for a path. ingress-nginx chooses the most specific host first, so that
 * nothing which is written for one host changes another.
 * Source: https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/ingress-nginx/translator.go (buildRule)
 */
function lengthOfRule(host: Host, matched: MatchedPath | undefined): number {
  const rules = [
    ...(host === undefined ? [] : [`Host(${JSON.stringify(host)})`]),
    ...(matched === undefined ? [] : [pathRule(matched)]),
  ];
  return rules.length === 0 ? Number.NEGATIVE_INFINITY : rules.join(' && ').length;
}

function pathRule({ path, form }: MatchedPath): string {
  if (form === 'Exact') return `Path(${JSON.stringify(path)})`;
  if (form === 'regex') return `PathRegexp(${JSON.stringify(`(?i)^${path}`)})`;
  if (path === '/') return 'PathPrefix("/")';
  const plain = path.replace(/\/$/, '');
  return `(Path(${JSON.stringify(plain)}) || PathPrefix(${JSON.stringify(`${plain}/`)}))`;
}

/** How an Ingress names its class where it does not use the field. */
export const CLASS_ANNOTATION = 'kubernetes.io/ingress.class';

/** The class that an Ingress names, in its field or in the annotation of old. */
export function classOf(ingress: Ingress): string | undefined {
  return ingress.spec.ingressClassName ?? annotation(ingress, CLASS_ANNOTATION);
}

/**
 * Whether an Ingress is of the class `name`, so that the router of that class serves it. An Ingress of the manifests
 * without a class gets the cluster's default one, which is not known here.
 */
export function isOfClass(ingress: Ingress, name: string | undefined): boolean {
  return name === undefined || classOf(ingress) === name;
}

/** The dialect of the router that serves `ingress`, or undefined: then nothing may be written. */
export function dialectOf(ingress: Ingress, configured: string | undefined): Dialect | undefined {
  const known = configured === NGINX.name || classOf(ingress) === NGINX.name;
  return known ? NGINX : undefined;
}
