import { request as http, type IncomingHttpHeaders } from 'node:http';
import { request as https } from 'node:https';
import type { SecureContext } from 'node:tls';
import { isIpAddress } from '../core/base/hosts.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import { CLOCK } from '../process/clock.ts';
import { failureText } from './tls.ts';

/** A host of a route at one address of the proxy: the connection goes to the address, and the host is not resolved. */
export interface Endpoint extends RouteHost {
  readonly address: { readonly host: string; readonly port: number };
  /** What the proxy answers by itself, without a pod: to distinguish a proxy that is gone from pods that hang. */
  readonly control: { readonly host: string; readonly path: string };
  /** The certificate authorities that are trusted; undefined: those of Node. */
  readonly trust: SecureContext | undefined;
}

/** A host and path to request through an endpoint, and headers besides those that every request has. */
export interface Target {
  readonly host: string;
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>> | undefined;
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
  readonly ms: number;
}

/**
 * A complete answer, or why there is none. `sent`: whether the request was sent over an established connection, so that
 * the other side could have answered.
 */
export type Reply = Answer | { readonly error: string; readonly sent: boolean; readonly ms: number };

/** How many bytes of a body are kept: enough to distinguish versions, too few to fill the memory of a runner. */
const BODY_LIMIT = 256 * 1024;
/** How long to wait for the proxy's own answer, in milliseconds: it needs no pod, so it comes at once or not at all. */
const CONTROL_TIMEOUT = 3_000;

/**
 * GETs `path` from `endpoint`, below its prefix, over a new connection. It asks caches not to answer, and follows no redirect. Rejects only
 * when `signal` aborts.
 */
export function probe(
  endpoint: Endpoint,
  path: string,
  timeout: number,
  signal: AbortSignal,
  clock = CLOCK,
): Promise<Reply> {
  return askAt(
    endpoint,
    { host: endpoint.host, path: endpoint.prefix + path, headers: endpoint.headers },
    timeout,
    signal,
    clock,
  );
}

/** Whether the proxy behind an endpoint's address answers by itself, whatever the pods do. */
export async function answersItself(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const reply = await askAt(endpoint, endpoint.control, CONTROL_TIMEOUT, signal);
  return !('error' in reply) && reply.status < 500;
}

/** The same for any host and path, through the same endpoint. */
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
    const reply = await fetchOnce(endpoint, target, progress, AbortSignal.any([signal, clock.timeout(timeout)]));
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

function fetchOnce(
  endpoint: Endpoint,
  target: Target,
  progress: { sent: boolean },
  signal: AbortSignal,
): Promise<{ status: number; headers: IncomingHttpHeaders; body: string }> {
  const { host, port } = endpoint.address;
  const send = endpoint.tls ? https : http;
  return new Promise((done, fail) => {
    const sent = send(
      {
        host,
        port,
        path: target.path,
        signal,
        agent: false,
        // TLS has no server name for an IP address.
        servername: isIpAddress(endpoint.host) ? '' : endpoint.host,
        rejectUnauthorized: endpoint.certified,
        ...(endpoint.trust && { secureContext: endpoint.trust }),
        headers: {
          'user-agent': 'greenpath',
          'cache-control': 'no-cache',
          accept: '*/*',
          ...target.headers,
          host: target.host,
          connection: 'close',
        },
      },
      (response) => {
        const chunks: Buffer[] = [];
        let size = 0;
        response.on('data', (chunk: Buffer) => {
          if (size < BODY_LIMIT) chunks.push(chunk);
          size += chunk.length;
        });
        response.on('error', fail);
        response.on('end', () => {
          if (!response.complete) return fail(new Error('the answer ended in the middle'));
          const body = Buffer.concat(chunks).subarray(0, BODY_LIMIT).toString('utf8');
          done({ status: response.statusCode ?? 0, headers: response.headers, body });
        });
      },
    );
    sent.on('error', fail);
    sent.on('socket', (socket) => {
      socket.once(endpoint.tls ? 'secureConnect' : 'connect', () => {
        progress.sent = true;
      });
    });
    sent.end();
  });
}
