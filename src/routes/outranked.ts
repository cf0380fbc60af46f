import { GreenpathError } from '../core/base/error.ts';
import { type Host, hostCovers, hostsOverlap, hostText } from '../core/base/hosts.ts';
import { annotation, type Ingress } from '../core/kube/objects.ts';
import { hostsOf, type Rule, rulesOf } from '../core/release/rules.ts';
import type { Dialect } from './dialects.ts';
import { isRegexToTraefik } from './matching.ts';
import { type MatchedPath, mayMeet } from './paths.ts';

/** A path that a preview adds. */
export interface AddedPath {
  readonly host: Host;
  readonly path: string;
}

/** A path that is there, and what becomes of it while the preview is. */
interface Present {
  readonly host: Host;
  readonly rule: Rule;
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
 * Refuses previews that would change whom requests reach on hosts that overlap with theirs without being equal (a wildcard
 * and a name, no host and any): a router that ranks paths by their length might put the preview in front of another
 * Ingress, or the live paths, which become longer where the preview makes them regexes. `ingresses` are those of the
 * namespace and the live routes, without the app's own ones and canaries.
 */
export function refuseOutranked(added: readonly AddedPath[], ingresses: readonly Ingress[], dialect: Dialect): void {
  const hosts = new Set(added.map((one) => one.host));
  const present = presentPaths(hosts, ingresses, dialect);
  for (const one of added) {
    const matched = { path: one.path, form: 'regex' } as const;
    const rank = dialect.rank(one.host, matched);
    // On a host of its own a preview is where the config says; what is only named below a wildcard is somebody else's.
    const loser = present.find(
      (other) =>
        !hosts.has(other.host) &&
        hostCovers(one.host, other.host) &&
        mayMeet(matched, other.after.matched) &&
        rank >= other.after.rank,
    );
    if (loser !== undefined) throw overlapError(loser, `the preview at ${hostText(one.host)}${one.path}`, one.host);
  }
  const changed = present.filter(({ before, after }) => before.rank !== after.rank);
  for (const one of changed) {
    const other = present.find((two) => isReordered(one, two));
    if (other === undefined) continue;
    const [loser, winner] = one.after.rank >= other.after.rank ? [other, one] : [one, other];
    throw overlapError(loser, `${textOf(winner)}, which the preview makes a regex,`, winner.host);
  }
}

function presentPaths(hosts: ReadonlySet<Host>, ingresses: readonly Ingress[], dialect: Dialect): Present[] {
  const regex = new Set(
    ingresses.flatMap((ingress) =>
      isRegexToTraefik(ingress, dialect) ? rulesOf(ingress).map((rule) => rule.host) : [],
    ),
  );
  return ingresses.flatMap((ingress) => {
    const rules = rulesOf(ingress);
    const aliases = annotation(ingress, `${dialect.prefix}server-alias`)?.split(/[\s,]+/) ?? [];
    return rules.flatMap((rule) => {
      const own = rule.at === 'default' ? hostsOf(rules) : [rule.host];
      return [...own, ...aliases.filter((alias) => alias !== '')].map((host) => ({
        host,
        rule,
        ingress: ingress.metadata.name,
        before: placeOf(host, rule, regex.has(host), dialect),
        after: placeOf(host, rule, regex.has(host) || hosts.has(host), dialect),
      }));
    });
  });
}

function placeOf(host: Host, { path, pathType, at }: Rule, regex: boolean, dialect: Dialect): Place {
  if (at === 'default') return { matched: { path: '/', form: 'Prefix' }, rank: dialect.rank(host, undefined) };
  const matched = { path, form: pathType === 'Exact' ? 'Exact' : regex ? 'regex' : 'Prefix' } as const;
  return { matched, rank: dialect.rank(host, matched) };
}

/** Whether the preview changes which of two paths on overlapping hosts comes first. */
function isReordered(one: Present, other: Present): boolean {
  if (one.host === other.host || !hostsOverlap(one.host, other.host)) return false;
  if (one.rule.service !== undefined && one.rule.service === other.rule.service) return false;
  const meet = mayMeet(one.before.matched, other.before.matched) || mayMeet(one.after.matched, other.after.matched);
  const before = Math.sign(one.before.rank - other.before.rank);
  const after = Math.sign(one.after.rank - other.after.rank);
  if (!meet || before === after) return false;
  // Of two that were in no order, the one with the more specific host is right to come first.
  const first = after > 0 ? one : other;
  return before !== 0 || after === 0 || hostCovers(first.host, first === one ? other.host : one.host);
}

function overlapError(loser: Present, winner: string, host: Host): GreenpathError {
  return new GreenpathError(
    'preview-side-effect',
    `${winner} might be put in front of ${textOf(loser)}, and take its visitors: the hosts overlap, and some routers, such as Traefik, go by the length of a rule and not by the most specific host`,
    `Name the hosts of the app one by one in its Ingress instead of ${host === undefined ? 'leaving the host out' : hostText(host)}; or, if the router decides by the most specific host, as ingress-nginx does, say preview: {overlap: accept} in the config.`,
  );
}

function textOf({ host, rule, ingress }: Present): string {
  return `${hostText(host)}${rule.path} of Ingress ${ingress}`;
}
