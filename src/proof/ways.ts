import { lookup } from 'node:dns/promises';
import { connect, isIP } from 'node:net';
import { type Tried, withoutRoute } from '../core/base/families.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import type { Endpoint } from './probe.ts';

/** The error codes of a runner without a route to an address or to its family, before anything was sent. */
const NO_ROUTE = ['ENETUNREACH', 'EHOSTUNREACH', 'EADDRNOTAVAIL', 'EAFNOSUPPORT'];
/**
 * How long a connection may take, in milliseconds: the kernel searches for a neighbour for 3 s before it says
 * EHOSTUNREACH.
 */
const CONNECT_TIMEOUT = 5_000;
/** The default ports of routers. */
const PORTS = { http: 80, https: 443 };

/** The endpoints of hosts, and the addresses skipped because the runner has no route to their family. */
interface Found {
  readonly endpoints: readonly Endpoint[];
  readonly dropped: readonly string[];
}

/**
 * The endpoints of each host: each address that the user gave or, if there is none, each of its entrance or of `status` (IP
 * addresses and names; a name counts with all its addresses), or those in DNS, as for visitors.
 */
export async function endpointsOf(
  routeHosts: readonly RouteHost[],
  status: readonly string[],
  common: Pick<Endpoint, 'control' | 'trust'>,
  ports = PORTS,
): Promise<Found> {
  const found = await Promise.all(
    routeHosts.map(async (routeHost) => {
      if (routeHost.given.length > 0) return { routeHost, addresses: routeHost.given, dropped: [] };
      const { entrance } = routeHost;
      const port = entrance?.port ?? (routeHost.tls ? ports.https : ports.http);
      const own = await addressesIn(entrance?.addresses);
      // A preview is served where the live host is, and its own host may not be in DNS yet.
      const ips = own.length > 0 ? own : await resolveAll(status.length > 0 ? status : [routeHost.live]);
      const dropped = await unroutable(ips, port);
      const kept = ips.filter((ip) => !dropped.includes(ip));
      return { routeHost, addresses: kept.map((host) => ({ host, port })), dropped };
    }),
  );
  return {
    endpoints: found.flatMap(({ routeHost, addresses }) =>
      addresses.map(({ host, port }) => ({ ...routeHost, ...common, address: { host, port } })),
    ),
    dropped: [...new Set(found.flatMap(({ dropped }) => dropped))],
  };
}

/** The addresses of an entrance. One that is only known inside of a cluster leads nowhere from outside, so it is left out. */
async function addressesIn(names: readonly string[] = []): Promise<string[]> {
  return (await resolveAll(names)).filter((one) => isIP(one) !== 0);
}

async function resolveAll(names: readonly string[]): Promise<string[]> {
  return (await Promise.all(names.map(resolve))).flat();
}

async function resolve(name: string): Promise<string[]> {
  if (isIP(name) !== 0) return [name];
  const found = await lookup(name, { all: true }).catch(() => []);
  return found.length > 0 ? found.map((entry) => entry.address) : [name];
}

/** The addresses of a family to which this runner has no route. It tests connections only if there are two families. */
export async function unroutable(ips: readonly string[], port: number): Promise<string[]> {
  if (new Set(ips.map(isIP)).size < 2) return [];
  return withoutRoute(await Promise.all(ips.map(async (ip) => ({ ip, end: await tryConnect(ip, port) }))));
}

function tryConnect(host: string, port: number): Promise<Tried['end']> {
  const socket = connect({ host, port, timeout: CONNECT_TIMEOUT });
  return new Promise<Tried['end']>((resolve) => {
    socket.once('connect', () => resolve('connected'));
    socket.once('timeout', () => resolve('other'));
    socket.once('error', (error: NodeJS.ErrnoException) =>
      resolve(NO_ROUTE.includes(error.code ?? '') ? 'no-route' : 'other'),
    );
  }).finally(() => socket.destroy());
}
