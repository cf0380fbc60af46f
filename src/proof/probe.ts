import type { IncomingHttpHeaders } from 'node:http';
import type { SecureContext } from 'node:tls';
import { addressText } from '../core/base/addresses.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import { CLOCK } from '../process/clock.ts';
import { exchange, type Target } from './exchange.ts';
import { failureText } from './tls.ts';

/** A host of a route at one address of the proxy: the connection goes to the address, and the host is not resolved. */
export interface Endpoint extends RouteHost {
  readonly address: { readonly host: string; readonly port: number };
  /** What the proxy answers by itself, without a pod: to distinguish a proxy that is gone from pods that hang. */
  readonly control: { readonly host: string; readonly path: string };
  /** What requests to the application carry by the config; `headers` of the route win over it. */
  readonly carries?: Readonly<Record<string, string>>;
  /** The certificate authorities that are trusted; undefined: those of Node. */
  readonly trust: SecureContext | undefined;
}

/** One request through one endpoint. */
export interface ProbeRequest {
  readonly endpoint: Endpoint;
  readonly path: string;
}

/** A complete answer; `ms` is the time it took. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  /** How many bytes are kept of a body that has more. */
  readonly cutAt?: number;
  readonly ms: number;
}

/** A complete answer, and the request for it. */
export interface Seen {
  readonly request: ProbeRequest;
  readonly reply: Answer;
}

/** What a request asks for where: the same for a live URL and its preview, through the same address. */
export function askedPlace({ endpoint, path }: ProbeRequest): string {
  return [endpoint.route, endpoint.live, addressText(endpoint.address), path].join(' ');
}

/**
 * A complete answer, or why there is none. `sent`: whether the request was sent over an established connection, so that
 * the other side could have answered.
 */
export type Reply = Answer | { readonly error: string; readonly sent: boolean; readonly ms: number };

/** How long to wait for the proxy's own answer, in milliseconds: it needs no pod, so it comes at once or not at all. */
const CONTROL_TIMEOUT = 3_000;

/**
 * GETs `path` from `endpoint`, below its prefix, over a new connection. It asks caches not to answer, and follows no
 * redirect. Rejects only when `signal` aborts.
 */
export function probe(
  endpoint: Endpoint,
  path: string,
  timeout: number,
  signal: AbortSignal,
  clock = CLOCK,
): Promise<Reply> {
  const headers = { ...endpoint.carries, ...endpoint.headers };
  return askAt(endpoint, { host: endpoint.host, path: endpoint.prefix + path, headers }, timeout, signal, clock);
}

/** Whether the proxy behind an endpoint's address answers by itself, whatever the pods do. */
export async function answersItself(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const reply = await askAt(endpoint, endpoint.control, CONTROL_TIMEOUT, signal);
  return !('error' in reply) && reply.status < 500;
}

/** Sends any other request through the same endpoint, on a new connection too. */
export async function askAt(
  endpoint: Endpoint,
  target: Target,
  timeout: number,
  signal: AbortSignal,
  clock = CLOCK,
): Promise<Reply> {
  signal.throwIfAborted();
  const start = clock.now();
  const progress = { sent: false };
  const ms = () => clock.now() - start;
  try {
    const reply = await exchange(endpoint, target, progress, AbortSignal.any([signal, clock.timeout(timeout)]));
    return { ...reply, ms: ms() };
  } catch (error) {
    signal.throwIfAborted();
    const late = error instanceof Error && error.name === 'AbortError';
    const why = progress.sent ? 'no complete answer' : 'no connection';
    return { error: late ? `${why} within ${timeout} ms` : failureText(error), sent: progress.sent, ms: ms() };
  }
}

/** `http://example.com/green/`, as people write it. */
export function urlOf(endpoint: Pick<RouteHost, 'host' | 'tls' | 'prefix'>, path: string): string {
  return `${endpoint.tls ? 'https' : 'http'}://${endpoint.host}${endpoint.prefix}${path}`;
}

/** The same, and the header that is sent with it, if only that leads to the candidate. */
export function placeOf(endpoint: Pick<RouteHost, 'host' | 'tls' | 'prefix' | 'header'>, path: string): string {
  const { header } = endpoint;
  return `${urlOf(endpoint, path)}${header === '' ? '' : ` with ${header}`}`;
}

/**
 * The requests that show something about `path`: one to each endpoint that serves it. With `anywhere`, every path shows
 * the same, so the other endpoints get a request for a path of theirs. If no endpoint serves `path`, all get a request,
 * and the answer is shown.
 */
export function probeRequests(endpoints: readonly Endpoint[], path: string, anywhere = false): ProbeRequest[] {
  const serving = endpoints.filter((endpoint) => endpoint.serves(path));
  if (serving.length === 0) return endpoints.map((endpoint) => ({ endpoint, path: anywhere ? endpoint.path : path }));
  const asked = anywhere ? endpoints : serving;
  return asked.map((endpoint) => ({ endpoint, path: endpoint.serves(path) ? path : endpoint.path }));
}
