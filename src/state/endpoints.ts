import { isIPv6 } from 'node:net';
import { addressText } from '../core/base/addresses.ts';
import { leftOutTexts } from '../core/base/families.ts';
import { hostText } from '../core/base/hosts.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import type { Ways } from '../core/base/ways.ts';
import { nameOf } from '../core/kube/objects.ts';
import { hostsOf, routeInput } from '../core/release/route.ts';
import { type Endpoint, urlOf } from '../proof/probe.ts';
import { trustIn } from '../proof/tls.ts';
import { endpointsOf } from '../proof/ways.ts';
import { parkingHost, parkingIn } from '../routes/own.ts';
import { routeHostsOf } from '../routes/route-hosts.ts';
import type { LiveRoute } from './live-route.ts';
import { addressesOf } from './routers.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** What determines which hosts are requested, and where. */
type HostFacts = Pick<Situation, 'routes' | 'allRoutes' | 'ways'>;

/** All endpoints of all hosts of the live routes. */
export async function endpointsFor(run: Run, situation: Situation): Promise<Endpoint[]> {
  const { routes, allRoutes, ways } = situation;
  // A path with a condition is on a live host, where pods answer everybody who does not meet it.
  const parked = parkingIn(run.inputs.app, allRoutes)
    .flatMap(({ paths }) => paths)
    .find(({ condition }) => condition === undefined);
  const control = {
    host: parked?.host ?? parkingHost(run.inputs.app, run.api.namespace),
    path: parked?.path ?? '/',
  };
  const common = { control, trust: trustIn(ways.ca) };
  const found = await Promise.all(
    routes.map(async (route) => {
      const routeHosts = routeHostsFor(route, situation);
      const status = addressesOf(route, allRoutes);
      return { route, routeHosts, status, ...(await endpointsOf(routeHosts, status, common)) };
    }),
  );
  tellHosts(
    run,
    ways,
    found.flatMap(({ routeHosts }) => routeHosts),
  );
  tellUnserved(run, routes);
  tellShared(run, found);
  const dropped = new Set(found.flatMap((one) => one.dropped));
  for (const text of leftOutTexts([...dropped])) run.report.notice(text);
  return found.flatMap(({ endpoints }) => endpoints);
}

/** Reports hosts that no listener admits: they have no visitors, and are not requested. */
function tellUnserved(run: Run, routes: readonly LiveRoute[]): void {
  for (const { adapter, object, rules, parents = [] } of routes)
    for (const host of hostsOf(rules))
      if (adapter.entrances?.(object, host, parents)?.length === 0)
        run.report.notice(
          `${hostText(host)} of ${nameOf(object)} is not requested, since nothing that it is attached to serves that host`,
        );
}

/** Warns where DNS is asked for a host that two routers serve: it leads to one of them, and the other is not proven. */
function tellShared(
  run: Run,
  found: readonly {
    readonly route: LiveRoute;
    readonly routeHosts: readonly RouteHost[];
    readonly status: readonly string[];
  }[],
): void {
  for (const { route, routeHosts, status } of found) {
    const others = found.filter((one) => one.route.adapter !== route.adapter);
    for (const { host, given, entrance } of routeHosts) {
      const isKnown = given.length > 0 || status.length > 0 || (entrance?.addresses.length ?? 0) > 0;
      const other = others.find((one) => one.routeHosts.some((two) => two.host === host));
      if (isKnown || other === undefined) continue;
      const [own, theirs] = [routeInput(route.ref), routeInput(other.route.ref)];
      run.report.warning(
        `${host} is asked where DNS leads to for ${own} too, although another router than that of ${theirs} serves it: what is proven there may be the same router twice. Set its address in the config, addresses: {${own}: [host:port]}`,
      );
    }
  }
}

/** Reports settings without effect, and names that were invented. */
function tellHosts(run: Run, { hosts, addresses }: Ways, routeHosts: readonly RouteHost[]): void {
  for (const { host, invented } of routeHosts)
    if (invented !== undefined)
      run.report.notice(
        `${invented} is requested as ${host}, since the config names no host below it. If the application does not know that name, set hosts: [a host that it knows]`,
      );
  for (const { host, route, headers } of routeHosts)
    if (Object.keys(headers).length > 0)
      run.report.notice(
        `Every request of this step to ${host} has ${Object.keys(headers).join(', ')} as ${route} asks for it: without, no path of the app is reached there, nor its preview`,
      );
  const used = new Set(routeHosts.flatMap(({ given }) => given));
  const unused = [
    ...addresses.filter(({ address }) => !used.has(address)).map(({ address }) => addressText(address)),
    ...hosts.filter((name) => !routeHosts.some(({ host }) => host === name)),
  ];
  if (unused.length > 0)
    run.report.notice(`No host of the live routes uses the entries of addresses and hosts for ${unused.join(', ')}`);
}

/** The sites of a route. One for every host is asked for, and shown to people, by an address of the router. */
function routeHostsFor(route: LiveRoute, { routes, allRoutes, ways }: HostFacts): RouteHost[] {
  const own = routeInput(route.ref);
  const given = ways.addresses.find((one) => one.of === undefined && (one.route ?? own) === own)?.address.host;
  const [name = given ?? 'localhost'] = addressesOf(route, allRoutes);
  return routeHostsOf(route, routes, ways, isIPv6(name) ? `[${name}]` : name);
}

/** Where visitors are: the first host of the live routes. */
export function liveUrl(facts: HostFacts): string {
  const [first] = routeHostsFor(facts.routes[0], facts);
  return first ? urlOf(first, '/') : '';
}
