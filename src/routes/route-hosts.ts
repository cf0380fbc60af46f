import { addressesFor, type HostAddress } from '../core/base/addresses.ts';
import type { Host } from '../core/base/hosts.ts';
import type { PreviewKind } from '../core/base/preview-kind.ts';
import { previewAt, type RouteHost } from '../core/base/route-host.ts';
import type { Ways } from '../core/base/ways.ts';
import { hostsOf, routeInput } from '../core/release/route.ts';
import { competingAt, isOn, type ReadRoutes } from './competing.ts';
import { chosen, isMet, reachOf } from './path-choice.ts';
import type { Entrance, PlannedFor } from './route-kind.ts';

/** The routes of the namespace as they were read, and how their hosts are reached. */
export interface Surroundings extends ReadRoutes {
  readonly ways: Ways;
}

/**
 * The hosts of `route`, one of the app's `routes`, to use in requests, once for each way in. A wildcard host, or no host,
 * stands for each host below it that `ways` names. If there is none, a wildcard stands for an invented name, and no host
 * for `anyHost`.
 */
export function routeHostsOf(route: PlannedFor, among: Surroundings, anyHost: string): RouteHost[] {
  const { routes, ways } = among;
  const all = routes.flatMap(({ rules }) => hostsOf(rules));
  return hostsOf(route.rules).flatMap((host) =>
    placesOf(route, host).flatMap((place) => {
      const { host: served } = place;
      const named =
        served === undefined || served.startsWith('*.') ? namesBelow(served, all, ways, route.adapter) : [served];
      const invented = served?.replace(/^\*\./, 'greenpath-probe.') ?? anyHost;
      const names = named.length > 0 ? named : [invented];
      return names.map((name) =>
        routeHostOf(route, among, { ...place, of: host, name, isInvented: named.length === 0 }),
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
function namesBelow(
  host: Host,
  all: readonly Host[],
  { hosts, addresses }: Ways,
  { covers }: PlannedFor['adapter'],
): string[] {
  const others = all.filter((other) => other !== host && covers(host, other));
  const given = [...hosts, ...addresses.flatMap(({ of }) => (of === undefined || of.startsWith('*') ? [] : [of]))];
  return [...new Set(given)].filter((name) => covers(host, name) && !others.some((other) => covers(other, name)));
}

interface Named extends Place {
  /** The host of the route. */
  readonly of: Host;
  readonly name: string;
  readonly isInvented: boolean;
}

function routeHostOf(
  route: PlannedFor,
  among: Surroundings,
  { host, of, name, isInvented, entrance }: Named,
): RouteHost {
  const { adapter, object, exists } = route;
  const own = route.rules.filter(isOn(of));
  const all = competingAt(route, of, among);
  const { headers, path: sample } = reachOf(own, all);
  const competing = all.filter((path) => isMet(path, headers));
  // The name for every host is an address of the router, for which there is no certificate.
  const isName = host !== undefined || !isInvented;
  const ends = entrance?.tls ?? (isName && adapter.hasTls(object, name));
  const reached = addressesFor(name, ends, addressesOfRoute(route, among.ways.addresses), adapter.covers);
  return {
    host: name,
    ...reached,
    entrance: reached.given.length > 0 ? undefined : entrance,
    certified: !ends || (exists && isName),
    route: routeInput(route.ref),
    invented: isInvented && host !== undefined ? host : undefined,
    serves: (path) => {
      const best = chosen(competing, path);
      return own.some((one) => one === best);
    },
    headers,
    path: sample,
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
      const own = addressesFor(preview.host, ends, addressesOfRoute(route, ways.addresses), route.adapter.covers);
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
