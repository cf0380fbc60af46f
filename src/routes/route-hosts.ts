import { addressesFor, type HostAddress } from '../core/base/addresses.ts';
import { type Host, hostCovers } from '../core/base/hosts.ts';
import { search } from '../core/base/pattern.ts';
import type { PreviewKind } from '../core/base/preview-kind.ts';
import { previewAt, type RouteHost } from '../core/base/route-host.ts';
import type { Ways } from '../core/base/ways.ts';
import type { LiveRule } from '../core/release/live.ts';
import { headersFor, hostsOf, type RoutePath, routeInput } from '../core/release/route.ts';
import type { Entrance, PlannedFor } from './route-kind.ts';

/**
 * The hosts of `route`, one of the app's `routes`, to use in requests, once for each way in. A wildcard host, or no host,
 * stands for each host below it that `ways` names. If there is none, a wildcard stands for an invented name, and no host
 * for `anyHost`.
 */
export function routeHostsOf(
  route: PlannedFor,
  routes: readonly PlannedFor[],
  ways: Ways,
  anyHost: string,
): RouteHost[] {
  const all = routes.flatMap(({ rules }) => hostsOf(rules));
  return hostsOf(route.rules).flatMap((host) =>
    placesOf(route, host).flatMap((place) => {
      const { host: served } = place;
      const named = served === undefined || served.startsWith('*.') ? namesBelow(served, all, ways) : [served];
      const invented = served?.replace(/^\*\./, 'greenpath-probe.') ?? anyHost;
      const names = named.length > 0 ? named : [invented];
      return names.map((name) =>
        routeHostOf(route, routes, { ...place, of: host, name, isInvented: named.length === 0 }, ways),
      );
    }),
  );
}

/** Where a host comes in, with what is served of it there; `entrance` is undefined if only the route itself is known. */
interface Place {
  readonly host: Host;
  readonly entrance: Entrance | undefined;
}

function placesOf({ adapter, object, parents = [] }: PlannedFor, host: Host): Place[] {
  const entrances = adapter.entrances?.(object, host, parents);
  return entrances?.map((entrance) => ({ host: entrance.host, entrance })) ?? [{ host, entrance: undefined }];
}

/** The hosts in the config that match `host` and no other of the routes' hosts. */
function namesBelow(host: Host, all: readonly Host[], { hosts, addresses }: Ways): string[] {
  const others = all.filter((other) => other !== host && hostCovers(host, other));
  const given = [...hosts, ...addresses.flatMap(({ of }) => (of === undefined || of.startsWith('*') ? [] : [of]))];
  return [...new Set(given)].filter(
    (name) => hostCovers(host, name) && !others.some((other) => hostCovers(other, name)),
  );
}

interface Named extends Place {
  /** The host of the route. */
  readonly of: Host;
  readonly name: string;
  readonly isInvented: boolean;
}

function routeHostOf(
  route: PlannedFor,
  routes: readonly PlannedFor[],
  { host, of, name, isInvented, entrance }: Named,
  { addresses }: Ways,
): RouteHost {
  const { adapter, object, exists } = route;
  const headers = headersOf(route.rules.filter(isOn(of)));
  const here = (one: PlannedFor) => one.rules.filter(isOn(of)).filter((path) => isMet(path, headers));
  const own = here(route);
  // Routes of another kind are served by another router, and take no requests from this one's.
  const competing = routes.filter((one) => one.adapter === adapter);
  // The name for every host is an address of the router, for which there is no certificate.
  const isName = host !== undefined || !isInvented;
  const ends = entrance?.tls ?? (isName && adapter.hasTls(object, name));
  const reached = addressesFor(name, ends, addressesOfRoute(route, addresses));
  return {
    host: name,
    ...reached,
    entrance: reached.given.length > 0 ? undefined : entrance,
    certified: !ends || (exists && isName),
    route: routeInput(route.ref),
    invented: isInvented && host !== undefined ? host : undefined,
    serves: (path) => {
      const best = longest(competing.flatMap(here), path);
      return best !== undefined && own.includes(best);
    },
    headers,
    path: sampleOf(own) ?? '/',
    live: name,
    prefix: '',
    header: '',
  };
}

/**
 * Where the previews of the hosts of `route` are reached. One with a host of its own comes in where the route is served
 * at that host, at the addresses that `ways` gives it, else at those of the live host. Several live hosts may share it.
 */
export function previewHostsOf(
  route: PlannedFor,
  kind: PreviewKind,
  live: readonly RouteHost[],
  ways: Ways,
): RouteHost[] {
  if (kind.by !== 'host') return live.map((one) => previewAt(kind, one));
  const all = live.flatMap((one) => {
    const preview = { ...previewAt(kind, one), invented: undefined };
    return placesOf(route, preview.host).map(({ entrance }): RouteHost => {
      const ends = entrance?.tls ?? route.adapter.hasTls(route.object, preview.host);
      const own = addressesFor(preview.host, ends, addressesOfRoute(route, ways.addresses));
      const at = own.given.length > 0 ? own : { ...own, given: one.tls === own.tls ? one.given : [] };
      return {
        ...preview,
        ...at,
        entrance: at.given.length > 0 ? undefined : entrance,
        certified: route.exists || !ends,
      };
    });
  });
  const keyOf = ({ host, tls, entrance }: RouteHost) => JSON.stringify([host, tls, entrance ?? {}]);
  return [...new Map(all.toReversed().map((one) => [keyOf(one), one])).values()].toReversed();
}

/** The addresses that are given for this route, else those for hosts. */
function addressesOfRoute({ ref }: PlannedFor, addresses: readonly HostAddress[]): HostAddress[] {
  const own = addresses.filter(({ route }) => route === routeInput(ref));
  return own.length > 0 ? own : addresses.filter(({ route }) => route === undefined);
}

function isOn(host: Host): (path: RoutePath) => boolean {
  return (path) => path.isFallback || path.host === host;
}

/** The headers of requests for these paths of a host: none if a GET without any gets to one of them. */
function headersOf(paths: readonly RoutePath[]): Record<string, string> {
  const all = paths.map(headersFor).filter((headers) => headers !== undefined);
  const fewest = all.toSorted((one, other) => Object.keys(one).length - Object.keys(other).length)[0] ?? {};
  return inLowerCase(fewest);
}

/** Whether a GET with these headers meets the condition of a path. */
function isMet(path: RoutePath, headers: Readonly<Record<string, string>>): boolean {
  const needed = headersFor(path);
  return needed !== undefined && Object.entries(inLowerCase(needed)).every(([name, value]) => headers[name] === value);
}

function inLowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/**
 * A path to request that one of `paths` matches: a plain one, or the text that a regex begins with, if that is enough. Of
 * a group of texts, the first is taken.
 */
function sampleOf(paths: readonly LiveRule[]): string | undefined {
  const starts = paths.map((one) => {
    const chosen = one.path.replaceAll(/\(([\w/.~-]+)(\|[\w/.~-]+)*\)/g, '$1');
    return { one, start: /^[\w/.~-]*/.exec(chosen)?.[0] ?? '' };
  });
  const plain = starts.find(({ one, start }) => start === one.path);
  return (plain ?? starts.find(({ one, start }) => matches(one, start)))?.start;
}

/** The path that a router would choose for `asked`: the longest, then the one with most headers; a regex is tried as one. */
function longest(paths: readonly LiveRule[], asked: string): LiveRule | undefined {
  const [plain = asked] = asked.split('?');
  const matching = paths.filter((path) => matches(path, plain));
  const needs = (path: RoutePath) => Object.keys(path.condition?.headers ?? {}).length;
  return matching.toSorted((a, b) => b.path.length - a.path.length || needs(b) - needs(a))[0];
}

function matches({ path, match }: RoutePath, asked: string): boolean {
  if (match === 'exact') return asked === path;
  const start = path.replace(/\/$/, '');
  if (asked === start || asked.startsWith(`${start}/`)) return true;
  if (match === 'prefix') return false;
  try {
    return search(`^${path}`, asked, 'i') === 'yes';
  } catch {
    return false;
  }
}
