import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/base/clock.ts';
import { GreenpathError } from '../core/base/error.ts';
import { textAt } from '../core/base/json.ts';
import { pauseBeforeRetry, type TryEnd } from '../core/base/retry.ts';
import { READ_TIMEOUT, SERVER_SECONDS, STOPPED_WRITE, WRITE_TIMEOUT } from '../core/base/timing.ts';
import { CLOCK } from '../process/clock.ts';
import { graced } from '../process/graced.ts';
import { parseBody, readText } from './body.ts';
import { type ApiAnswer, askedBy, type Call } from './call.ts';
import type { Credentials } from './credentials.ts';
import { exchange, NoAnswer } from './exchange.ts';
import { type CallWithoutAnswer, noAnswerError } from './no-answer.ts';
import { ServerClock } from './server-clock.ts';

/** How long the server may take to show that it still answers. */
const PROBE = 3_000;

/** One attempt: how it ended, and its answer or why there is none. */
type Try =
  | { readonly end: Extract<TryEnd, { kind: 'answered' }>; readonly answer: ApiAnswer }
  | { readonly end: Exclude<TryEnd, { kind: 'answered' }>; readonly cause: unknown };

/** Sends requests to one API server: timeouts, retries, and the server's warnings in one place. */
export class Transport {
  readonly #credentials: Credentials;
  readonly #warn: (text: string) => void;
  readonly #warned = new Set<string>();
  readonly #serverClock = new ServerClock();
  readonly #clock: Clock;
  #answered = Number.NEGATIVE_INFINITY;
  #wasAllowed = false;

  constructor(credentials: Credentials, warn: (text: string) => void, clock = CLOCK) {
    this.#credentials = credentials;
    this.#warn = warn;
    this.#clock = clock;
  }

  /** The namespace of the kubeconfig's context, if it names one. */
  get namespace(): string | undefined {
    return this.#credentials.now.namespace;
  }

  /** The time by the API server's clock, in milliseconds since 1970. */
  now(): number {
    return this.#serverClock.now();
  }

  /**
   * Whether the account was allowed anything in a namespace so far, by an answer that does not refuse its credentials.
   */
  get wasAllowed(): boolean {
    return this.#wasAllowed;
  }

  /** The answer with its JSON body, whatever its status. Throws `unreachable` if there is none after all retries. */
  async call(call: Call, signal: AbortSignal): Promise<ApiAnswer> {
    const first = this.#clock.now();
    let isRenewed = false;
    for (let attempt = 1; ; attempt += 1) {
      signal.throwIfAborted();
      const used = this.#credentials.now;
      const start = this.#clock.now();
      const tried = await this.#try(call, signal);
      if ('cause' in tried) signal.throwIfAborted();
      else if (tried.end.status === 401 && !isRenewed) {
        isRenewed = await this.#credentials.renewed(used);
        if (isRenewed) continue;
      }
      const elapsed = this.#clock.now() - first;
      const pause = pauseBeforeRetry(tried.end, askedBy(call), { attempt, elapsed, chance: Math.random() });
      if (pause !== undefined) await this.#clock.pause(pause, signal);
      else if ('answer' in tried) return tried.answer;
      else throw await this.#unanswered(call, tried.end.kind, tried.cause, start);
    }
  }

  /** The open response to a GET that stays open: a watch. Throws `unreachable`. */
  async open(path: string, query: Readonly<Record<string, string>>, signal: AbortSignal): Promise<IncomingMessage> {
    const call: Call = { method: 'GET', path, query, idempotent: true };
    const used = this.#credentials.now;
    const start = this.#clock.now();
    try {
      const response = await this.#exchange(call, signal);
      if (response.statusCode !== 401 || !(await this.#credentials.renewed(used))) return response;
      response.destroy();
      return await this.#exchange(call, signal);
    } catch (error) {
      if (error instanceof GreenpathError) throw error;
      signal.throwIfAborted();
      const isSent = !(error instanceof NoAnswer) || error.sent;
      throw await this.#unanswered(call, isSent ? 'lost' : 'not-sent', error, start);
    }
  }

  /** Closes the kept-alive connections, so that the process can end. */
  close(): void {
    this.#credentials.now.agent.destroy();
  }

  async #try(call: Call, signal: AbortSignal): Promise<Try> {
    const { fence } = call;
    if (fence === undefined) return this.#once(call, signal);
    return fence((until) => this.#once(call, AbortSignal.any([graced(signal, STOPPED_WRITE), until]), until), signal);
  }

  /** One attempt. Throws only the reason why `until` was aborted. */
  async #once(call: Call, signal: AbortSignal, until?: AbortSignal): Promise<Try> {
    const late = this.#clock.timeout(call.method === 'GET' ? READ_TIMEOUT : WRITE_TIMEOUT);
    try {
      const response = await this.#exchange(timed(call), AbortSignal.any([signal, late]));
      const text = await readText(response);
      const answer = { status: response.statusCode ?? 0, body: parseBody(text), wasAllowed: this.#wasAllowed };
      const words = textAt(answer.body, 'message') ?? '';
      return { answer, end: { kind: 'answered', status: answer.status, retryAfter: retryAfter(response), words } };
    } catch (error) {
      until?.throwIfAborted();
      const isSent = !(error instanceof NoAnswer) || error.sent;
      return { cause: error, end: { kind: isSent ? (late.aborted ? 'silent' : 'lost') : 'not-sent' } };
    }
  }

  async #exchange(call: Call, signal: AbortSignal): Promise<IncomingMessage> {
    const sent = performance.now();
    const response = await exchange(this.#credentials.now, call, signal);
    this.#answered = this.#clock.now();
    this.#wasAllowed ||= isAllowed(call, response);
    this.#hearWarnings(response);
    this.#serverClock.hear(response.headers.date, sent);
    return response;
  }

  /** API servers report what is deprecated or was ignored in `Warning: 299 - "text"` headers (KEP-1693). */
  #hearWarnings(response: IncomingMessage): void {
    for (const header of response.headersDistinct.warning ?? []) {
      const text = /^299 \S+ "(.*)"$/.exec(header)?.[1] ?? header;
      if (this.#warned.has(text)) continue;
      this.#warned.add(text);
      this.#warn(text.replaceAll('\\"', '"'));
    }
  }

  async #unanswered(call: Call, end: CallWithoutAnswer['end'], cause: unknown, start: number): Promise<GreenpathError> {
    const { host } = this.#credentials.now.server;
    const took = this.#clock.now() - start;
    const isThere = end === 'silent' && (this.#answered > start || (await this.#answers()));
    return noAnswerError({ call, end, host, cause, took, isThere });
  }

  /** Whether the server answers at all. */
  #answers(): Promise<boolean> {
    const call: Call = { method: 'GET', path: '/version', idempotent: true };
    return this.#exchange(call, this.#clock.timeout(PROBE)).then(
      (response) => response.resume() !== undefined,
      () => false,
    );
  }
}

/**
 * Tells the server how long it may work on a write, so that it does not finish a write that nobody waits for any more.
 */
function timed(call: Call): Call {
  return call.method === 'GET' ? call : { ...call, query: { ...call.query, timeout: `${SERVER_SECONDS}s` } };
}

/**
 * Whether the API server let the account do what it requested in a namespace. Discovery and the version are open to
 * all, and a server with problems may answer before it checks permissions.
 */
function isAllowed({ path }: Call, { statusCode = 0 }: IncomingMessage): boolean {
  return path.includes('/namespaces/') && statusCode !== 401 && statusCode !== 403 && statusCode < 429;
}

function retryAfter({ headers }: IncomingMessage): number {
  const ms = Number(headers['retry-after'] ?? 0) * 1_000;
  return Number.isFinite(ms) ? Math.min(ms, 30_000) : 0;
}
