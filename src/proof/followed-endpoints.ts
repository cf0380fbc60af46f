import { isIP } from 'node:net';
import type { Clock } from '../core/base/clock.ts';
import { leftOutTexts, type Reason, type Tried, unreachable } from '../core/base/families.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import { CLOCK } from '../process/clock.ts';
import { LOOK_UP_EVERY, type Names } from './names.ts';
import type { Endpoint } from './probe.ts';
import { tryConnect } from './try-connect.ts';

/** For which reasons a family is left out: always, and where a name stands for whichever family answers. */
const NO_ROUTE: readonly Reason[] = ['no-route'];
const EITHER: readonly Reason[] = ['no-route', 'refused'];
/** The default ports of routers. */
const PORTS = { http: 80, https: 443 };

/** Where some hosts are reached, which may change while a run lasts. */
export interface Endpoints {
  /** By the latest look-ups. */
  readonly current: readonly Endpoint[];
  /** The same, after names were looked up again, at most once a second. Rejects only when `signal` aborts. */
  lookUp(signal: AbortSignal): Promise<readonly Endpoint[]>;
}

/** A host of a route, and where the route is served by its status: IP addresses and names. */
export interface Served {
  readonly routeHost: RouteHost;
  readonly status: readonly string[];
}

interface Tools {
  readonly names: Names;
  /** Called with what people should know, as sentences without their ends. */
  readonly tell: (text: string) => void;
  readonly ports?: typeof PORTS;
}

/**
 * The endpoints of each host: each address that the user gave or, if there is none, each of its entrance or of its status,
 * or those in DNS, as for visitors. A name counts with all its addresses. Those of a family to which the runner has no
 * route are left out, which is told; and so are those of a name that the user gave, or of the local machine, at which
 * nothing listens while the other family answers.
 */
export async function endpointsOf(
  served: readonly Served[],
  common: Pick<Endpoint, 'control' | 'trust' | 'carries'>,
  tools: Tools,
  signal: AbortSignal,
): Promise<Endpoints> {
  const endpoints = new Followed(served, common, tools);
  await endpoints.lookUp(signal);
  return endpoints;
}

/** Looks the names of endpoints up all the time, and calls `seen` after each look-up. Ends only when `signal` aborts. */
export async function follow(
  endpoints: Endpoints,
  seen: (current: readonly Endpoint[]) => void,
  signal: AbortSignal,
  clock: Clock = CLOCK,
): Promise<never> {
  for (;;) {
    seen(await endpoints.lookUp(signal));
    await clock.pause(LOOK_UP_EVERY, signal);
  }
}

/** The same endpoints, each changed in the same way. */
export function mapped(endpoints: Endpoints, change: (one: Endpoint) => Endpoint): Endpoints {
  return {
    get current() {
      return endpoints.current.map(change);
    },
    lookUp: async (signal) => (await endpoints.lookUp(signal)).map(change),
  };
}

class Followed implements Endpoints {
  readonly #served: readonly Served[];
  readonly #common: Pick<Endpoint, 'control' | 'trust' | 'carries'>;
  readonly #tools: Required<Tools>;
  /** How a connection to an address and port ended. */
  readonly #tried = new Map<string, Promise<Tried['end']>>();
  readonly #leftOut = new Set<string>();
  #current: readonly Endpoint[] = [];

  constructor(served: readonly Served[], common: Pick<Endpoint, 'control' | 'trust' | 'carries'>, tools: Tools) {
    this.#served = served;
    this.#common = common;
    this.#tools = { ports: PORTS, ...tools };
  }

  get current(): readonly Endpoint[] {
    return this.#current;
  }

  lookUp(signal: AbortSignal): Promise<readonly Endpoint[]> {
    return unlessAborted(this.#look(), signal);
  }

  async #look(): Promise<readonly Endpoint[]> {
    const found = await Promise.all(
      this.#served.map(async (one) => {
        const addresses = await this.#addressesOf(one);
        return addresses.map((address): Endpoint => ({ ...one.routeHost, ...this.#common, address }));
      }),
    );
    this.#current = found.flat();
    return this.#current;
  }

  async #addressesOf({ routeHost, status }: Served): Promise<Endpoint['address'][]> {
    const { given, entrance, tls, live } = routeHost;
    if (given.length > 0) return distinct((await Promise.all(given.map((one) => this.#given(one)))).flat());
    const port = entrance?.port ?? (tls ? this.#tools.ports.https : this.#tools.ports.http);
    // An address that is only known inside of a cluster leads nowhere from outside, so it is left out.
    const own = (await this.#ipsOf(entrance?.addresses ?? [])).filter((one) => isIP(one) !== 0);
    // A preview is served where the live host is, and its own host may not be in DNS yet.
    const names = status.length > 0 ? status : [live];
    const ips = own.length > 0 ? own : await this.#ipsOf(names);
    const reasons = own.length === 0 && names.every(isLocal) ? EITHER : NO_ROUTE;
    return distinct((await this.#reachable(ips, port, reasons)).map((host) => ({ host, port })));
  }

  /** An address that the user gave is not tried: it counts as it is. */
  async #given({ host, port }: Endpoint['address']): Promise<Endpoint['address'][]> {
    if (isIP(host) !== 0) return [{ host, port }];
    const ips = await this.#reachable(await this.#ipsOf([host]), port, EITHER);
    return ips.map((ip) => ({ host: ip, port }));
  }

  /** The addresses of names. One that was never found stays as it is: then a connection says why. */
  async #ipsOf(names: readonly string[]): Promise<string[]> {
    const found = await Promise.all(
      names.map(async (name) => {
        const addresses = await this.#tools.names.of(name);
        return addresses.length > 0 ? addresses : [name];
      }),
    );
    return [...new Set(found.flat())];
  }

  /** Without a family that is left out for one of these reasons. It tests connections only if there are two families. */
  async #reachable(ips: readonly string[], port: number, reasons: readonly Reason[]): Promise<string[]> {
    if (new Set(ips.map(isIP)).size < 2) return [...ips];
    const tried = await Promise.all(ips.map(async (ip) => ({ ip, end: await this.#tryOnce(ip, port) })));
    const dropped = new Set<string>();
    for (const reason of reasons) {
      const own = unreachable(tried, reason);
      const fresh = own.filter((ip) => !this.#leftOut.has(`${ip} ${port}`));
      for (const ip of fresh) this.#leftOut.add(`${ip} ${port}`);
      for (const text of leftOutTexts(fresh, reason)) this.#tools.tell(text);
      for (const ip of own) dropped.add(ip);
    }
    return ips.filter((ip) => !dropped.has(ip));
  }

  async #tryOnce(ip: string, port: number): Promise<Tried['end']> {
    const key = `${ip} ${port}`;
    const trying = this.#tried.get(key) ?? tryConnect(ip, port);
    this.#tried.set(key, trying);
    const end = await trying;
    // Whoever is to listen there may start later.
    if (end === 'refused') this.#tried.delete(key);
    return end;
  }
}

function distinct(addresses: readonly Endpoint['address'][]): Endpoint['address'][] {
  return [...new Map(addresses.map((one) => [`${one.host} ${one.port}`, one])).values()];
}

/** The result of `work`, unless `signal` aborts before. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', stop));
  });
}

/** Whether a name stands for this machine (RFC 6761 section 6.3). */
function isLocal(name: string): boolean {
  return name === 'localhost' || name.endsWith('.localhost');
}
