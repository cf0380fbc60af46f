import { setTimeout as delay } from 'node:timers/promises';
import type { Bake, Check, Config } from '../core/base/config.ts';
import type { Who } from '../core/checks/expect.ts';
import { allowedFailures, emptyTally, judge, type Verdict } from '../core/checks/verdict.ts';
import type { VersionProbe } from '../core/checks/version-probe.ts';
import { type Endpoint, type ProbeRequest, probeRequests } from '../proof/probe.ts';
import { describe, placeText } from '../proof/proof-text.ts';
import { see } from '../proof/see.ts';
import { complaintOf } from './run.ts';

export interface BakeRequest {
  readonly endpoints: readonly Endpoint[];
  readonly revision: string;
  readonly config: Config;
  readonly versionProbe: VersionProbe;
  /** `performance.now()` at which it has to be over, so that there is time for a way back. */
  readonly end: number;
}

/** How a bake went; `allowed` failures are within the budget. `whole`: it lasted as long as it should. */
export interface BakeResult {
  readonly verdict: Verdict;
  readonly asked: number;
  readonly failed: number;
  /** Brought nothing from which anything can be said. */
  readonly silent: number;
  readonly allowed: number;
  readonly whole: boolean;
  readonly complaint: string | undefined;
}

/**
 * Runs every check at the live URLs through every endpoint, each `every` milliseconds for as long as `for` says, whether or
 * not earlier ones were answered; checks still unanswered at the end keep their own timeout. Ends early when more checks
 * failed than the budget, a share of all that are planned, allows.
 */
export async function bake(settings: Bake, request: BakeRequest, signal: AbortSignal): Promise<BakeResult> {
  const rounds = Math.max(1, Math.floor(settings.for / settings.every));
  const requests = request.config.checks.flatMap((check) =>
    probeRequests(request.endpoints, check.request).map((request) => ({ request, check })),
  );
  const watch = new Watch(request, allowedFailures(rounds * requests.length, settings.errors), signal);
  const start = performance.now();
  let round = 0;
  try {
    for (; round < rounds && !watch.failed; round += 1) {
      const due = start + round * settings.every;
      if (due >= request.end) break;
      await watch.until(due);
      if (!watch.failed) for (const one of requests) watch.ask(one.request, one.check);
    }
    await watch.over(Math.min(request.end, start + settings.for));
  } finally {
    await watch.close();
  }
  return { ...watch.result(), whole: round === rounds && !watch.isCut };
}

/** The answers of a bake as they come. */
class Watch {
  readonly failure: Promise<void>;
  readonly #request: BakeRequest;
  readonly #allowed: number;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #until: AbortSignal;
  readonly #waiting = new Set<Promise<void>>();
  readonly #tally = emptyTally();
  #asked = 0;
  #isCut = false;
  /** Of each URL over each way, how often in a row it brought nothing from which anything can be said. */
  readonly #silence = new Map<string, number>();
  #complaint: string | undefined;
  #fail: () => void = () => undefined;

  constructor(request: BakeRequest, allowed: number, signal: AbortSignal) {
    this.#request = request;
    this.#allowed = allowed;
    this.#signal = signal;
    this.#until = AbortSignal.any([signal, this.#stop.signal]);
    this.failure = new Promise((resolve) => {
      this.#fail = resolve;
    });
  }

  /** Whether it was over before all that was asked could be answered. */
  get isCut(): boolean {
    return this.#isCut;
  }

  get failed(): boolean {
    return this.#failures() > this.#allowed;
  }

  /** Resolves at `time`, or as soon as too many checks failed. */
  async until(time: number): Promise<void> {
    const left = Math.max(0, time - performance.now());
    await Promise.race([delay(left, undefined, { signal: this.#until }), this.failure]);
  }

  ask(request: ProbeRequest, check: Check): void {
    const one = this.#ask(request, check)
      .catch((error: unknown) => {
        if (!this.#until.aborted) throw error;
      })
      .finally(() => this.#waiting.delete(one));
    this.#waiting.add(one);
  }

  /** Resolves at `time`, and when what was asked is answered then; or as soon as too many checks failed. */
  async over(time: number): Promise<void> {
    await this.until(time);
    if (!this.failed) await Promise.race([Promise.all(this.#waiting), this.until(this.#request.end)]);
    this.#isCut = !this.failed && this.#waiting.size > 0;
  }

  /** Gives up what is still waited for. */
  async close(): Promise<void> {
    this.#stop.abort();
    await Promise.allSettled(this.#waiting);
    this.#signal.throwIfAborted();
  }

  result(): Omit<BakeResult, 'whole'> {
    const isFine = !this.failed && [...this.#silence.values()].every((count) => count <= this.#allowed);
    return {
      verdict: isFine ? 'proven' : this.failed ? judge(this.#tally, this.#allowed) : 'blind',
      asked: this.#asked,
      failed: this.#failures(),
      silent: this.#tally.silent,
      allowed: this.#allowed,
      complaint: this.#complaint,
    };
  }

  async #ask(request: ProbeRequest, check: Check): Promise<void> {
    const { versionProbe } = this.#request;
    const isTold = versionProbe.anywhere || check.request === versionProbe.path;
    let complaint: string | undefined;
    const sighting = await see(
      request,
      (answer): Who => {
        complaint = complaintOf(check, answer, this.#request);
        if (complaint === undefined) return 'green';
        return isTold && versionProbe.judge(answer) === 'blue' ? 'blue' : 'bad';
      },
      check.timeout,
      this.#until,
    );
    const { who } = sighting;
    this.#asked += 1;
    this.#tally[who] += 1;
    const place = placeText(request.endpoint, request.path);
    this.#silence.set(place, who === 'silent' ? (this.#silence.get(place) ?? 0) + 1 : 0);
    if (who !== 'green') this.#complaint = `${place}: ${complaint ?? describe(sighting)}`;
    if (this.failed) this.#fail();
  }

  #failures(): number {
    return this.#tally.bad + this.#tally.blue;
  }
}
