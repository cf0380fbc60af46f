import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { GreenpathError, messageOf } from '../core/error.ts';
import { parseBody, readText } from './body.ts';
import type { Credentials } from './credentials.ts';
import { isSchemaRefusal } from './failure.ts';
import { ServerClock } from './server-clock.ts';

export interface Call {
  readonly method: 'GET' | 'PATCH' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly contentType?: string;
  readonly accept?: string;
  /** Whether a second execution does what one does: only then is it sent again when the answer was lost. */
  readonly idempotent: boolean;
  /** Awaited right before each time it is sent; throws if it may not be sent any more. */
  readonly before?: (signal: AbortSignal) => Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly body: unknown;
}

const ATTEMPTS = 5;
const READ_TIMEOUT = 20_000;
/** A write is given up sooner, so that the lock is sure to outlive it. In milliseconds. */
export const WRITE_TIMEOUT = 8_000;
/** What a write that is under way may still take after the run was stopped: its answer says where visitors are. */
const GRACE = 1_200;

/** Sends requests to one API server: timeouts, retries, and the server's warnings in one place. */
export class Transport {
  readonly #credentials: Credentials;
  readonly #warn: (text: string) => void;
  readonly #warned = new Set<string>();
  readonly #clock = new ServerClock();

  constructor(credentials: Credentials, warn: (text: string) => void) {
    this.#credentials = credentials;
    this.#warn = warn;
  }

  /** The namespace of the kubeconfig's context, if it names one. */
  get namespace(): string | undefined {
    return this.#credentials.now.namespace;
  }

  /** The time by the API server's clock, in milliseconds since 1970. */
  now(): number {
    return this.#clock.now();
  }

  /** The answer with its JSON body, whatever its status. Throws `unreachable` when there is none within the retries. */
  async call(call: Call, signal: AbortSignal): Promise<Answer> {
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      await call.before?.(signal);
      const used = this.#credentials.now;
      try {
        const answer = await this.#once(call, signal);
        if (answer.status === 401 && attempt === 1 && (await this.#credentials.renewed(used))) continue;
        const retriable =
          answer.status === 429 || (call.idempotent && answer.status >= 500 && !isSchemaRefusal(answer));
        if (!retriable || attempt === ATTEMPTS) return { status: answer.status, body: answer.body };
        await delay(Math.max(backoff(attempt), answer.retryAfter), undefined, { signal });
      } catch (error) {
        signal.throwIfAborted();
        if (error instanceof GreenpathError) throw error;
        const sent = !isConnectionRefused(error);
        if ((sent && !call.idempotent) || attempt === ATTEMPTS) throw this.#unreachable(error);
        await delay(backoff(attempt), undefined, { signal });
      }
    }
  }

  /** The open response to a GET that goes on: a watch. Throws `unreachable`. */
  async open(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    const send = () => this.#send({ method: 'GET', path, query, idempotent: true }, signal);
    const used = this.#credentials.now;
    try {
      const response = await send();
      if (response.statusCode !== 401 || !(await this.#credentials.renewed(used))) return response;
      response.destroy();
      return await send();
    } catch (error) {
      if (error instanceof GreenpathError) throw error;
      signal.throwIfAborted();
      throw this.#unreachable(error);
    }
  }

  /** Ends the kept-alive connections, so that the process can end. */
  close(): void {
    this.#credentials.now.agent.destroy();
  }

  async #once(call: Call, signal: AbortSignal): Promise<Answer & { retryAfter: number }> {
    const isRead = call.method === 'GET';
    const timeout = AbortSignal.timeout(isRead ? READ_TIMEOUT : WRITE_TIMEOUT);
    const response = await this.#send(call, AbortSignal.any([isRead ? signal : graced(signal), timeout]));
    const text = await readText(response);
    const retryAfter = Number(response.headers['retry-after'] ?? 0) * 1_000;
    return {
      status: response.statusCode ?? 0,
      body: parseBody(text),
      retryAfter: Number.isFinite(retryAfter) ? Math.min(retryAfter, 30_000) : 0,
    };
  }

  #send(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const { server, agent, headers } = this.#credentials.now;
    const url = new URL(server.pathname.replace(/\/$/, '') + call.path, server);
    for (const [key, value] of Object.entries(call.query ?? {})) url.searchParams.set(key, value);
    const payload = call.body === undefined ? undefined : Buffer.from(JSON.stringify(call.body));
    const type = payload && {
      'content-type': call.contentType ?? 'application/json',
      'content-length': payload.length,
    };
    const start = performance.now();
    return new Promise((resolve, reject) => {
      const sent = request(url, {
        method: call.method,
        agent,
        signal,
        headers: { accept: call.accept ?? 'application/json', 'user-agent': 'greenpath', ...headers, ...type },
      });
      sent.on('error', reject);
      sent.on('response', (response) => {
        this.#hearWarnings(response);
        this.#clock.hear(response.headers.date, start);
        resolve(response);
      });
      sent.end(payload);
    });
  }

  /** API servers say what is deprecated or was ignored in `Warning: 299 - "text"` headers (KEP-1693). */
  #hearWarnings(response: IncomingMessage): void {
    for (const header of response.headersDistinct.warning ?? []) {
      const text = /^299 \S+ "(.*)"$/.exec(header)?.[1] ?? header;
      if (this.#warned.has(text)) continue;
      this.#warned.add(text);
      this.#warn(text.replaceAll('\\"', '"'));
    }
  }

  #unreachable(error: unknown): GreenpathError {
    const { host } = this.#credentials.now.server;
    return new GreenpathError(
      'unreachable',
      `the API server at ${host} did not answer: ${messageOf(error)}`,
      'Check the server in the kubeconfig, and that the runner may reach it (private endpoints need a runner in the same network).',
      { cause: error },
    );
  }
}

/** Aborts `GRACE` milliseconds after `signal` does. */
function graced(signal: AbortSignal): AbortSignal {
  const known = LATER.get(signal);
  if (known !== undefined) return known;
  const later = new AbortController();
  LATER.set(signal, later.signal);
  signal.addEventListener('abort', () => setTimeout(() => later.abort(signal.reason), GRACE).unref(), { once: true });
  return later.signal;
}

const LATER = new WeakMap<AbortSignal, AbortSignal>();

function backoff(attempt: number): number {
  return 100 * 2 ** attempt * (0.5 + Math.random());
}

function isConnectionRefused(error: unknown): boolean {
  return error instanceof Error && 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ENOTFOUND');
}
