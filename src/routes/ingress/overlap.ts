import { GreenpathError } from '../../core/base/error.ts';
import { type Host, hostCovers, hostText } from '../../core/base/hosts.ts';
import { nameFrom } from '../../core/kube/objects.ts';
import { hostsOf } from '../../core/release/route.ts';
import { type MatchedPath, mayMeet, mayTakeFromRegex, regexError } from '../meeting.ts';
import { isOwnOfAny, isOwnRoute, leadsToLive } from '../own.ts';
import type { PreviewRequest } from '../requests.ts';
import { ingressesElsewhere } from './elsewhere.ts';
import { type Ingress, isServedApart } from './object.ts';
import { type IngressPath, pathsOf } from './paths.ts';

/** A path of a preview. */
interface Added {
  readonly host: Host;
  readonly path: string;
  readonly pathType: string;
}

/**
 * Refuses previews that may match a request for a path of another Ingress whose host is more specific, since not every
 * router prefers that host. How the router ranks paths is not known here, so this is careful.
 */
export function refuseOverlap(request: PreviewRequest<Ingress>, added: readonly Added[]): void {
  const hosts = new Set(added.map(({ host }) => host));
  const present = otherIngresses(request)
    .flatMap((other) => pathsByHost(other, request.namespace))
    .filter(({ host }) => !hosts.has(host));
  for (const one of added) {
    const loser = present.find(({ host, matched }) => hostCovers(one.host, host) && mayMeet(matchedBy(one), matched));
    if (loser !== undefined)
      throw overlapError(loser.text, `the preview at ${hostText(one.host)}${one.path}`, one.host);
  }
}

/**
 * Refuses previews that may take requests from a regex of another application on the same host. `isRegex` says which
 * paths the router may read as one, and `takes` whether it prefers the preview.
 */
export function refuseRegexes(
  request: PreviewRequest<Ingress>,
  added: readonly Pick<Added, 'host' | 'path'>[],
  { isRegex, takes }: RegexRanks,
): void {
  const own = new Set(
    request.routes.flatMap(({ object, rules, preview }) =>
      [...rules, ...preview].map(({ key }) => placeOf(object, key)),
    ),
  );
  for (const other of otherIngresses(request).filter((one) => !isOwnOfAny(one))) {
    const isOfApp = leadsToLive(request, other);
    for (const path of pathsOf(other)) {
      if (!isRegex(path) || own.has(placeOf(other, path.key)) || isOfApp(path)) continue;
      const winner = added.find(
        (one) =>
          one.host === path.host && mayTakeFromRegex({ path: one.path, form: 'regex' }, path) && takes(one, path),
      );
      if (winner === undefined) continue;
      const loser = `${path.text} of ${nameFrom(request.namespace, other)}`;
      throw regexError(loser, `the preview at ${hostText(winner.host)}${winner.path}`);
    }
  }
}

/** How a router treats paths that may be regexes. */
interface RegexRanks {
  readonly isRegex: (path: IngressPath) => boolean;
  readonly takes: (added: Pick<Added, 'path'>, path: IngressPath) => boolean;
}

function placeOf({ metadata: { namespace, name } }: Ingress, key: string): string {
  return JSON.stringify([namespace, name, key]);
}

/** The Ingresses of any namespace that the router of the live routes may serve, without the app's own ones. */
export function otherIngresses(request: PreviewRequest<Ingress>): Ingress[] {
  const { app, all, routes } = request;
  const isApart = (one: Ingress) => routes.every(({ object }) => isServedApart(object, one));
  const here = all.flatMap(({ object }) => (isOwnRoute(object, app) || isApart(object) ? [] : object));
  return [...here, ...ingressesElsewhere(request)];
}

function pathsByHost(ingress: Ingress, namespace: string): { host: Host; matched: MatchedPath; text: string }[] {
  const paths = pathsOf(ingress);
  return paths.flatMap((path) =>
    (path.isFallback ? hostsOf(paths) : [path.host]).map((host) => ({
      host,
      matched: matchedBy(path),
      text: `${hostText(host)}${path.path} of ${nameFrom(namespace, ingress)}`,
    })),
  );
}

/** A path of another type than these two may match whatever begins as it does. */
function matchedBy({ path, pathType }: Pick<Added, 'path' | 'pathType'>): MatchedPath {
  return { path, form: pathType === 'Exact' || pathType === 'Prefix' ? pathType : 'regex' };
}

/** A preview changes who gets the requests for `loser`. `host`: that of the winner. */
export function overlapError(loser: string, winner: string, host: Host): GreenpathError {
  return new GreenpathError(
    'preview-side-effect',
    `${winner} might take precedence over ${loser} and take its visitors: the hosts overlap, and some routers, such as Traefik, prefer the longest rule, not the most specific host`,
    `Name the hosts of the app one by one in its Ingress instead of ${host === undefined ? 'leaving the host out' : hostText(host)}; or, if the router prefers the most specific host, as ingress-nginx does, set preview: {overlap: accept} in the config.`,
  );
}
