import { request as http, type IncomingHttpHeaders } from 'node:http';
import { request as https } from 'node:https';
import type { SecureContext } from 'node:tls';
import { isIpAddress } from '../core/base/hosts.ts';
import type { RouteHost } from '../core/base/route-host.ts';
import { CLOCK } from '../process/clock.ts';
import { failureText } from './tls.ts';

/** One way to a host of a route: the address that is connected to instead of resolving the host. */
export interface Endpoint extends RouteHost {
  readonly address: { readonly host: string; readonly port: number };
  /** What the proxy answers by itself, without a pod: to tell a proxy that is gone from pods that hang. */
  readonly control: { readonly host: string; readonly path: string };
  /** Whom to trust by TLS; undefined: whom Node trusts. */
  readonly trust: SecureContext | undefined;
}

/** One request through one endpoint. */
export interface ProbeRequest {
  readonly endpoint: Endpoint;
  readonly path: string;
}

/** A whole answer; `ms` is the time it took. */
export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly ms: number;
}

/**
 * A whole answer, or why there is none. `sent`: whether the request went out over a connection that stood, so that the
 * other side could have answered.
 */
export type Reply = Answer | { readonly error: string; readonly sent: boolean; readonly ms: number };

/** What is kept of a body: enough to tell versions apart, too little to fill a runner. */
const BODY_LIMIT = 256 * 1024;
/** The proxy's own answer needs nobody else, so it comes at once or not at all; in milliseconds. */
const CONTROL_TIMEOUT = 3_000;

/**
 * GETs `path` from `endpoint` over a connection of its own, asking caches to stand aside; redirects are not followed. Never
 * rejects, unless `signal` aborts.
 */
export function probe(
  endpoint: Endpoint,
  path: string,
  timeout: number,
  signal: AbortSignal,
  clock = CLOCK,
): Promise<Reply> {
  return askAt(endpoint, { host: endpoint.host, path }, timeout, signal, clock);
}

/** Whether the proxy behind an endpoint's address answers by itself, whatever the pods do. */
export async function answersItself(endpoint: Endpoint, signal: AbortSignal): Promise<boolean> {
  const reply = await askAt(endpoint, endpoint.control, CONTROL_TIMEOUT, signal);
  return !('error' in reply) && reply.status < 500;
}

/** The same for any host and path, through the same endpoint. */
export async function askAt(
  endpoint: Endpoint,
  target: { readonly host: string; readonly path: string },
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

/** `http://example.com/green/`: how a person would write it. */
export function urlOf(endpoint: { host: string; tls: boolean }, path: string): string {
  return `${endpoint.tls ? 'https' : 'http'}://${endpoint.host}${path}`;
}

/**
 * What to ask to learn something of `path`: each endpoint that serves it. With `anywhere`, the answer is the same on every
 * path, and the other endpoints are asked for a path of theirs. Where nobody serves it, all are asked: people see the answer.
 */
export function probeRequests(endpoints: readonly Endpoint[], path: string, anywhere = false): ProbeRequest[] {
  const serving = endpoints.filter((endpoint) => endpoint.serves(path));
  if (serving.length === 0) return endpoints.map((endpoint) => ({ endpoint, path: anywhere ? endpoint.path : path }));
  const asked = anywhere ? endpoints : serving;
  return asked.map((endpoint) => ({ endpoint, path: endpoint.serves(path) ? path : endpoint.path }));
}

function fetchOnce(
  endpoint: Endpoint,
  target: { readonly host: string; readonly path: string },
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
        // An address is no name that could be asked for.
        servername: isIpAddress(endpoint.host) ? '' : endpoint.host,
        rejectUnauthorized: endpoint.certified,
        ...(endpoint.trust && { secureContext: endpoint.trust }),
        headers: {
          host: target.host,
          'user-agent': 'greenpath',
          'cache-control': 'no-cache',
          accept: '*/*',
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
