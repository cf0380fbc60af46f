import { type Host, hostCovers, hostsOverlap, hostText } from '../../../core/base/hosts.ts';
import { nameFrom } from '../../../core/kube/objects.ts';
import { hostsOf } from '../../../core/release/route.ts';
import { type MatchedPath, mayMeet } from '../../meeting.ts';
import { aliasesOf } from '../aliases.ts';
import type { Ingress } from '../object.ts';
import { overlapError } from '../overlap.ts';
import { type IngressPath, pathsOf } from '../paths.ts';
import { ALIASES } from './annotations.ts';
import { isRegexToTraefik } from './side-effects.ts';

/** A path that a preview adds. */
export interface AddedPath {
  readonly host: Host;
  readonly path: string;
}

/** An existing path, and what it becomes while the preview exists. */
interface Present {
  readonly host: Host;
  readonly path: IngressPath;
  /** The name of its Ingress, for people. */
  readonly ingress: string;
  readonly before: Place;
  readonly after: Place;
}

/** How a path matches, and its rank among the paths that match the same request. */
interface Place {
  readonly matched: MatchedPath;
  readonly rank: number;
}

/**
 * Refuses previews that would change where requests go on hosts that overlap with theirs without being equal (a
 * wildcard and a name, no host and any). A router that ranks paths by their length might prefer the preview, or the
 * live paths, which become longer if the preview makes them regexes, over another Ingress. `ingresses` are those that the
 * router may serve and the live routes, without the app's own ones and canaries.
 */
export function refuseOutranked(added: readonly AddedPath[], ingresses: readonly Ingress[], namespace: string): void {
  const hosts = new Set(added.map((one) => one.host));
  const present = presentPaths(hosts, ingresses, namespace);
  for (const one of added) {
    const matched = { path: one.path, form: 'regex' } as const;
    const rank = lengthOfRule(one.host, matched);
    // On its own host a preview is allowed where the config says; a host below a wildcard belongs to somebody else.
    const loser = present.find(
      (other) =>
        !hosts.has(other.host) &&
        hostCovers(one.host, other.host) &&
        mayMeet(matched, other.after.matched) &&
        rank >= other.after.rank,
    );
    if (loser !== undefined)
      throw overlapError(textOf(loser), `the preview at ${hostText(one.host)}${one.path}`, one.host);
  }
  const changed = present.filter(({ before, after }) => before.rank !== after.rank);
  for (const one of changed) {
    const other = present.find((two) => isReordered(one, two));
    if (other === undefined) continue;
    const [loser, winner] = one.after.rank >= other.after.rank ? [other, one] : [one, other];
    throw overlapError(textOf(loser), `${textOf(winner)}, which the preview makes a regex,`, winner.host);
  }
}

function presentPaths(hosts: ReadonlySet<Host>, ingresses: readonly Ingress[], namespace: string): Present[] {
  const regex = new Set(
    ingresses.flatMap((ingress) => (isRegexToTraefik(ingress) ? pathsOf(ingress).map(({ host }) => host) : [])),
  );
  return ingresses.flatMap((ingress) => {
    const paths = pathsOf(ingress);
    // NGINX prefers every name to a regex, so that an alias which is one overlaps with nothing.
    const aliases = aliasesOf(ingress, ALIASES);
    return paths.flatMap((path) => {
      const own = path.isFallback ? hostsOf(paths) : [path.host];
      return [...own, ...aliases].map((host) => ({
        host,
        path,
        ingress: nameFrom(namespace, ingress),
        before: placeOf(host, path, regex.has(host)),
        after: placeOf(host, path, regex.has(host) || hosts.has(host)),
      }));
    });
  });
}

function placeOf(host: Host, { path, match, isFallback }: IngressPath, regex: boolean): Place {
  if (isFallback) return { matched: { path: '/', form: 'Prefix' }, rank: lengthOfRule(host, undefined) };
  const matched = { path, form: match === 'exact' ? 'Exact' : regex ? 'regex' : 'Prefix' } as const;
  return { matched, rank: lengthOfRule(host, matched) };
}

/** Whether the preview changes which of two paths on overlapping hosts comes first. */
function isReordered(one: Present, other: Present): boolean {
  if (one.host === other.host || !hostsOverlap(one.host, other.host)) return false;
  if (one.path.service !== undefined && one.path.service === other.path.service) return false;
  const meet = mayMeet(one.before.matched, other.before.matched) || mayMeet(one.after.matched, other.after.matched);
  const before = Math.sign(one.before.rank - other.before.rank);
  const after = Math.sign(one.after.rank - other.after.rank);
  if (!meet || before === after) return false;
  // If two had no order, it is right that the one with the more specific host comes first.
  const first = after > 0 ? one : other;
  return before !== 0 || after === 0 || hostCovers(first.host, first === one ? other.host : one.host);
}

function textOf({ host, path, ingress }: Present): string {
  return `${hostText(host)}${path.path} of ${ingress}`;
}

/**
 * How far in front a router of the family puts a path that goes by the length of its rule and not by the most specific
 * host: the characters of the rule that Traefik writes. `matched` is undefined for a `defaultBackend`. ingress-nginx
 * chooses the most specific host first, so that nothing which is written for one host changes another.
 * Source: https://github.com/traefik/traefik/blob/v3.7.9/pkg/provider/kubernetes/ingress-nginx/translator.go (buildRule)
 */
export function lengthOfRule(host: Host, matched: MatchedPath | undefined): number {
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
