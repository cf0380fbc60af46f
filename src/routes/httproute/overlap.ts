import { GreenpathError } from '../../core/base/error.ts';
import { type Host, hostText } from '../../core/base/hosts.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import { nameFrom, nameOf } from '../../core/kube/objects.ts';
import { type RoutePath, sameAmong } from '../../core/release/route.ts';
import { type MatchedPath, mayMeet, mayTakeFromRegex, regexError } from '../meeting.ts';
import { isOwnOfAny, leadsToLive } from '../own.ts';
import { allButOwnPreviews } from '../preview-hosts.ts';
import type { PreviewRequest } from '../requests.ts';
import type { PlannedFor, Route } from '../route-kind.ts';
import { entrancesOf } from './gateways.ts';
import { choosesHostFirst } from './implementations.ts';
import { type HttpRoute, hostnameCovers } from './object.ts';
import { meetsAtGateway } from './taken.ts';

/**
 * Refuses a preview below a path if it may match a request for a path of another route whose host is more specific, unless
 * all that serve the route choose by the host first, as the standard says: Traefik ranks the path first. How others rank
 * is not known, so this is careful.
 */
export function refuseOverlap(
  request: PreviewRequest<HttpRoute>,
  route: PlannedFor<HttpRoute>,
  mirrored: readonly RoutePath[],
): void {
  const { namespace } = request;
  const { object, parents = [] } = route;
  // What Greenpath created for another app has a longer path than this preview.
  const counts = (one: Route<HttpRoute>) => !isOwnOfAny(one.object) && !choosesHostFirst(object, one.object);
  const own = mirrored.flatMap((path) => servedAt(object, path, parents).map((host) => ({ path, host })));
  for (const other of allButOwnPreviews(request).filter(counts))
    for (const path of foreignPaths(request, other))
      for (const host of servedAt(other.object, path, parents)) {
        if (own.some((one) => one.host === host)) continue;
        if (!meetsAtGateway(other.object, route, { namespace, host })) continue;
        const winner = own.find(
          (one) => hostnameCovers(one.host, host) && mayMeet(matchedBy(one.path), matchedBy(path)),
        );
        if (winner === undefined) continue;
        throw new GreenpathError(
          'preview-side-effect',
          `the preview at ${hostText(winner.host)}${winner.path.path} might take precedence over ${hostText(host)}${path.path} of ${nameFrom(namespace, other.object)} and take its visitors: the hosts overlap, and not every Gateway prefers the most specific host, as the standard says: Traefik prefers the longest path`,
          `Name the hosts of the app one by one in spec.hostnames of ${nameOf(object)}; choose a preview by header or at a host (preview: {header: {}} or {host: green.example.com}); or, if the Gateway prefers the most specific host, set preview: {overlap: accept} in the config.`,
        );
      }
}

/**
 * Refuses a preview below a path that may match what a regular expression of another application matches on the same
 * host: which of the two comes first depends on the Gateway.
 */
export function refuseRegexes(
  request: PreviewRequest<HttpRoute>,
  route: PlannedFor<HttpRoute>,
  mirrored: readonly RoutePath[],
): void {
  const { namespace } = request;
  for (const other of allButOwnPreviews(request).filter(({ object }) => !isOwnOfAny(object))) {
    const isOfApp = leadsToLive(request, other.object);
    for (const path of foreignPaths(request, other).filter((one) => !isOfApp(one))) {
      const winner = mirrored.find((one) => one.host === path.host && mayTakeFromRegex(matchedBy(one), path));
      if (winner === undefined || !meetsAtGateway(other.object, route, { namespace, host: path.host })) continue;
      const loser = `${hostText(path.host)}${path.path} of ${nameFrom(namespace, other.object)}`;
      throw regexError(loser, `the preview at ${hostText(winner.host)}${winner.path}`);
    }
  }
}

/** The paths of a route that are not the app's: those have previews of their own. */
function foreignPaths({ routes }: PreviewRequest<HttpRoute>, other: Route<HttpRoute>): RoutePath[] {
  const own = new Set(sameAmong(routes, other)?.rules.map(({ key }) => key));
  return other.paths.filter(({ key }) => !own.has(key));
}

/** A host of a route, or what its listeners narrow it to. */
function servedAt(route: HttpRoute, { host }: RoutePath, parents: readonly KubeObject[]): Host[] {
  return entrancesOf(route, host, parents)?.map((entrance) => entrance.host) ?? [host];
}

function matchedBy({ path, match }: RoutePath): MatchedPath {
  return { path, form: match === 'exact' ? 'Exact' : match === 'prefix' ? 'Prefix' : 'regex' };
}
