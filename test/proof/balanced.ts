import type { RouteHost } from '../../src/core/base/route-host.ts';
import { type Endpoints, endpointsOf } from '../../src/proof/followed-endpoints.ts';
import { Names } from '../../src/proof/names.ts';
import { TestClock } from '../clock.ts';
import { Backend, type Handler, NOBODY } from './backend.ts';
import { DnsServer } from './dns-server.ts';

const { address: _, control, trust, ...SITE } = NOBODY;
const NAME = 'lb.example.test';

/** Proxies with an address of the loopback each, whose one name a real DNS server knows. */
export interface Balanced {
  readonly proxies: readonly Backend[];
  readonly server: DnsServer;
  readonly endpoints: Endpoints;
  /** The clock of look-ups. */
  readonly clock: TestClock;
  /** From now on, DNS names these proxies. */
  names(...proxies: readonly (Backend | undefined)[]): void;
  /** Lets so many seconds pass for look-ups, each with one. */
  pass(seconds: number): Promise<void>;
}

/** Starts proxies that answer so, at the addresses 127.0.0.1 and following, or these; `known` of them are in DNS first. */
export async function balanced(
  handlers: readonly Handler[],
  known = handlers.length,
  hosts = handlers.map((_handler, index) => `127.0.0.${index + 1}`),
): Promise<Balanced> {
  const proxies: Backend[] = [];
  for (const [index, handler] of handlers.entries()) {
    const port = proxies[0]?.front.address.port ?? 0;
    proxies.push(await Backend.start(handler, { host: hosts[index] ?? '127.0.0.1', port }));
  }
  const addressOf = (proxy: Backend) => proxy.front.address.host;
  const server = await DnsServer.start({ [NAME]: proxies.slice(0, known).map(addressOf) });
  const clock = new TestClock();
  const http = proxies[0]?.front.address.port ?? 0;
  const routeHost: RouteHost = SITE;
  const endpoints = await endpointsOf(
    [{ routeHost, status: [NAME] }],
    { control, trust },
    { names: new Names({ lookUp: server.lookUp, clock }), tell: () => undefined, ports: { http, https: http } },
    AbortSignal.timeout(20_000),
  );
  return {
    ...{ proxies, server, endpoints, clock },
    names: (...named) => {
      server.zone[NAME] = named.flatMap((proxy) => (proxy === undefined ? [] : [addressOf(proxy)]));
    },
    pass: async (seconds) => {
      for (let second = 0; second < seconds; second += 1) {
        await clock.advance(1_000);
        await endpoints.lookUp(AbortSignal.timeout(20_000));
      }
    },
  };
}
