import { isIPv6 } from 'node:net';
import { addressText } from '../core/base/addresses.ts';
import { hostText } from '../core/base/hosts.ts';
import { previewAt, type RouteHost } from '../core/base/route-host.ts';
import type { Ways } from '../core/base/ways.ts';
import { nameOf } from '../core/kube/objects.ts';
import { hostsOf, routeInput } from '../core/release/route.ts';
import type { Serving } from '../core/report/journal.ts';
import { type Endpoints, endpointsOf, mapped } from '../proof/followed-endpoints.ts';
import { Names } from '../proof/names.ts';
import { urlOf } from '../proof/probe.ts';
import { trustIn } from '../proof/tls.ts';
import { parkingHost, parkingIn } from '../routes/own.ts';
import { previewHostsOf, routeHostsOf } from '../routes/route-hosts.ts';
import type { LiveRoute } from './live-route.ts';
import { addressesOf } from './routers.ts';
import type { Run } from './run.ts';
import { credentialsOf } from './secrets.ts';
import type { Situation } from './situation.ts';

/** What determines which hosts are requested, and where. */
type HostFacts = Pick<Situation, 'routes' | 'allRoutes' | 'ways' | 'previewKind'>;

/** Where the app is reached: at its live URLs, and at its preview. */
export interface Places {
  readonly live: Endpoints;
  readonly preview: Endpoints;
}

/** All endpoints of all hosts of the live routes. */
export async function endpointsFor(run: Run, situation: Situation, names = namesIn(run)): Promise<Endpoints> {
  tellPlaces(run, situation);
  return endpointsBy(run, situation, names, (route) => routeHostsFor(route, situation));
}

/** Reports names that were invented, headers that every request has, and settings without effect. */
export function tellPlaces(run: Run, situation: HostFacts): void {
  const { routes, ways } = situation;
  const live = routes.flatMap((route) => routeHostsFor(route, situation));
  tellHosts(run, live);
  tellUnused(run, ways, [...live, ...routes.flatMap((route) => previewsFor(route, situation))]);
}

/** What looks names up, and reports changes of their addresses. */
function namesIn(run: Run): Names {
  const { report } = run;
  return new Names({ changed: (text) => report.line(text), tell: (text) => report.notice(text) });
}

/** The same, and those of their previews. */
export async function placesFor(run: Run, situation: Situation): Promise<Places> {
  const { previewKind: kind } = situation;
  const names = namesIn(run);
  const live = await endpointsFor(run, situation, names);
  if (kind.by !== 'host') return { live, preview: mapped(live, (one) => previewAt(kind, one)) };
  return { live, preview: await endpointsBy(run, situation, names, (route) => previewsFor(route, situation)) };
}

async function endpointsBy(
  run: Run,
  { routes, allRoutes, ways }: Situation,
  names: Names,
  hostsFor: (route: LiveRoute) => readonly RouteHost[],
): Promise<Endpoints> {
  // A path with a condition is on a live host, where pods answer everybody who does not meet it.
  const parked = parkingIn(run.inputs.app, allRoutes)
    .flatMap(({ paths }) => paths)
    .find(({ condition }) => condition === undefined);
  const control = {
    host: parked?.host ?? parkingHost(run.inputs.app, run.api.namespace),
    path: parked?.path ?? '/',
  };
  const common = { control, trust: trustIn(ways.ca), carries: credentialsOf(run, ways.requests) };
  const found = routes.map((route) => ({
    route,
    routeHosts: hostsFor(route),
    status: addressesOf(route, allRoutes),
  }));
  tellUnserved(run, routes);
  tellShared(run, found);
  const served = found.flatMap(({ routeHosts, status }) => routeHosts.map((routeHost) => ({ routeHost, status })));
  const tell = (text: string) => run.report.notice(text);
  return endpointsOf(served, common, { names, tell }, run.waiting);
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

/** A route, and where it is asked for. */
interface FoundHosts {
  readonly route: LiveRoute;
  readonly routeHosts: readonly RouteHost[];
  readonly status: readonly string[];
}

/** Warns where DNS is asked for a host that two routers serve: it leads to one of them, and the other is not proven. */
function tellShared(run: Run, found: readonly FoundHosts[]): void {
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

/** Reports names that were invented, and headers that every request has. */
function tellHosts(run: Run, routeHosts: readonly RouteHost[]): void {
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
}

/** Reports settings without effect. */
function tellUnused(run: Run, { hosts, addresses }: Ways, routeHosts: readonly RouteHost[]): void {
  const used = new Set(routeHosts.flatMap(({ given }) => given));
  const unused = [
    ...addresses.filter(({ address }) => !used.has(address)).map(({ address }) => addressText(address)),
    ...hosts.filter((name) => !routeHosts.some(({ host }) => host === name)),
  ];
  if (unused.length > 0)
    run.report.notice(`No host of the live routes uses the entries of addresses and hosts for ${unused.join(', ')}`);
}

/** The hosts of a route. One for every host is asked for, and shown to people, by an address of the router. */
function routeHostsFor(route: LiveRoute, facts: HostFacts): RouteHost[] {
  const { allRoutes, ways } = facts;
  const own = routeInput(route.ref);
  const given = ways.addresses.find((one) => one.of === undefined && (one.route ?? own) === own)?.address.host;
  const [name = given ?? 'localhost'] = addressesOf(route, allRoutes);
  return routeHostsOf(route, facts, isIPv6(name) ? `[${name}]` : name);
}

/** The hosts of the preview of a route. */
function previewsFor(route: LiveRoute, facts: HostFacts): RouteHost[] {
  return previewHostsOf(route, facts.previewKind, routeHostsFor(route, facts), facts.ways);
}

/** Where visitors are: the first host of the live routes. */
export function liveUrl(facts: HostFacts): string {
  const [first] = routeHostsFor(facts.routes[0], facts);
  return first ? urlOf(first, '/') : '';
}

/** Observes where the candidate is. No URL alone leads to a preview by header, so the URL is then left out. */
export function observePreview(run: Run, facts: HostFacts): void {
  const { url, header = '' } = previewAddress(facts);
  run.observe({ previewUrl: header === '' ? url : '', previewHeader: header });
}

/** Where the candidate is before it is live: the first host of its preview, and the header that leads there, if one does. */
export function previewAddress(facts: HostFacts): Pick<Serving, 'url' | 'header'> {
  const [first] = previewsFor(facts.routes[0], facts);
  if (first === undefined) return { url: '' };
  return { url: urlOf(first, '/'), ...(first.header !== '' && { header: first.header }) };
}
