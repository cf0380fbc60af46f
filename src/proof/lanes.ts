import { setTimeout as delay } from 'node:timers/promises';
import { type Endpoints, follow } from './followed-endpoints.ts';
import { type Endpoint, type ProbeRequest, probeRequests } from './probe.ts';
import { endpointText } from './proof-text.ts';

/** How many requests through one endpoint may be outstanding. */
const AT_ONCE = 25;

/** What a lane does, by its number. */
interface Work {
  /** Called before the first request of a lane. Late is what was unknown until names were looked up again and again. */
  open(lane: number, request: ProbeRequest, isLate: boolean): void;
  /** Called once its address is gone. */
  close(lane: number): void;
  /** Sends one request; returns whether the proxy limits the rate. Rejects when `stop` aborts. */
  ask(lane: number, request: ProbeRequest, stop: AbortSignal): Promise<boolean>;
  /** The pause after a request, by the one before. */
  pauseAfter(before: number, isBusy: boolean): number;
  /** The first pause. */
  readonly pace: number;
}

/** Requests that are sent at a steady pace, through one endpoint. */
interface Lane {
  readonly id: number;
  readonly request: ProbeRequest;
  readonly stop: AbortController;
}

/** One lane for each endpoint that serves a path, while DNS is followed: some may come and go. */
export class Lanes {
  readonly #endpoints: Endpoints;
  readonly #asked: { readonly path: string; readonly anywhere: boolean };
  readonly #work: Work;
  readonly #lanes = new Map<string, Lane>();
  readonly #running = new Set<Promise<void>>();
  #fail: (error: unknown) => void = () => undefined;
  #count = 0;
  #areFresh = false;

  constructor(endpoints: Endpoints, asked: { readonly path: string; readonly anywhere: boolean }, work: Work) {
    this.#endpoints = endpoints;
    this.#asked = asked;
    this.#work = work;
  }

  /** Whether names were looked up since the start. */
  get areFresh(): boolean {
    return this.#areFresh;
  }

  requestOf(id: number): ProbeRequest | undefined {
    return [...this.#lanes.values()].find((lane) => lane.id === id)?.request;
  }

  /** Runs until `signal` aborts, and rejects with its reason. */
  async run(signal: AbortSignal): Promise<never> {
    const failed = new Promise<never>((_, reject) => {
      this.#fail = reject;
    });
    this.#follow(this.#endpoints.current, signal);
    try {
      return await Promise.race([failed, this.#lookUp(signal)]);
    } finally {
      for (const { stop } of this.#lanes.values()) stop.abort();
      await Promise.allSettled(this.#running);
    }
  }

  #lookUp(signal: AbortSignal): Promise<never> {
    const seen = (current: readonly Endpoint[]) => {
      this.#follow(current, signal);
      this.#areFresh = true;
    };
    return follow(this.#endpoints, seen, signal);
  }

  #follow(endpoints: readonly Endpoint[], signal: AbortSignal): void {
    const requests = probeRequests(endpoints, this.#asked.path, this.#asked.anywhere);
    const now = new Map(requests.map((request) => [keyOf(request), request]));
    for (const [key, { id, stop }] of this.#lanes) {
      if (now.has(key)) continue;
      stop.abort();
      this.#lanes.delete(key);
      this.#work.close(id);
    }
    for (const [key, request] of now) if (!this.#lanes.has(key)) this.#open(key, request, signal);
  }

  #open(key: string, request: ProbeRequest, signal: AbortSignal): void {
    const lane = { id: this.#count, request, stop: new AbortController() };
    this.#count += 1;
    this.#lanes.set(key, lane);
    this.#work.open(lane.id, request, this.#areFresh);
    const until = AbortSignal.any([signal, lane.stop.signal]);
    const running = this.#ask(lane, until)
      .catch((error: unknown) => {
        if (!until.aborted) this.#fail(error);
      })
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Sends requests at a steady pace, whether or not earlier requests were answered. */
  async #ask({ id, request }: Lane, until: AbortSignal): Promise<void> {
    const { pace, ask, pauseAfter } = this.#work;
    let pause = pace;
    const waiting = new Set<Promise<void>>();
    try {
      for (;;) {
        const before = pause;
        const one = ask(id, request, until)
          .then((isBusy) => {
            // What was sent before the pause became longer says nothing of the longer one.
            if (!isBusy || pause <= before) pause = pauseAfter(pause, isBusy);
          })
          .catch((error: unknown) => {
            if (!until.aborted) this.#fail(error);
          })
          .finally(() => waiting.delete(one));
        waiting.add(one);
        if (waiting.size >= AT_ONCE) await Promise.race(waiting);
        await delay(pause, undefined, { signal: until });
      }
    } finally {
      await Promise.allSettled(waiting);
    }
  }
}

/** What is requested, and through which address. */
function keyOf({ endpoint, path }: ProbeRequest): string {
  return JSON.stringify([endpoint.route, endpoint.headers, endpointText(endpoint, path)]);
}
