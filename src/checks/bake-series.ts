import type { Clock } from '../core/base/clock.ts';
import { type BakeLimits, failuresIn, judgeBake } from '../core/checks/bake-verdict.ts';
import type { FailedCheck } from '../core/checks/failed-check.ts';
import { emptyTally, type Verdict } from '../core/checks/verdict.ts';
import { type BakeTarget, type BakeTargets, type Begun, blamedAmong } from './bake-targets.ts';
import { attemptAt, type Check } from './check.ts';
import type { Subject } from './subject.ts';

export interface BakeRequest {
  readonly checks: readonly Check[];
  readonly subject: Subject;
  readonly clock: Clock;
  /** When it has to end, by the clock, so that there is time for a restore. */
  readonly end: number;
}

/**
 * How a bake went; `allowed` failures are within the budget, `allowedEach` of them at one place. `whole`: it lasted as long
 * as it should.
 */
export interface BakeResult {
  readonly verdict: Verdict;
  readonly attempts: number;
  readonly failed: number;
  /** Brought nothing from which anything can be said. */
  readonly silent: number;
  /** Were asked to come back later. */
  readonly busy: number;
  readonly allowed: number;
  readonly allowedEach: number;
  readonly whole: boolean;
  /** Of each target that decided a verdict that is not `proven`, its last reason. */
  readonly complaints: readonly string[];
  /** The checks of those targets. */
  readonly failures: readonly FailedCheck[];
}

/** Checks that are attempted together. */
export interface Series {
  readonly targets: BakeTargets;
  /** When each is attempted, in milliseconds since the start; the last time is part of the bake. */
  readonly times: readonly number[];
  readonly length: number;
  /** What it bears of so many attempts. */
  limits(planned: number): BakeLimits;
  /** Whether an attempt may begin before the one before has ended. */
  readonly overlaps: boolean;
}

/** Attempts the checks of a series at its times. */
export async function bakeSeries(series: Series, request: BakeRequest, signal: AbortSignal): Promise<BakeResult> {
  const { clock, end } = request;
  const watch = new Watch(request, series, signal);
  const start = clock.now();
  let round = 0;
  try {
    for (; round < series.times.length && !watch.failed; round += 1) {
      const due = start + (series.times[round] ?? 0);
      if (Math.max(due, clock.now()) >= end) break;
      await watch.until(due);
      if (!watch.failed) watch.attempt(round);
    }
    await watch.over(Math.min(end, start + series.length));
  } finally {
    await watch.close();
  }
  return { ...watch.result(), whole: round === series.times.length && !watch.isCut };
}

/** The answers of a bake as they come. */
class Watch {
  readonly failure: Promise<void>;
  readonly #request: BakeRequest;
  readonly #series: Series;
  readonly #signal: AbortSignal;
  readonly #stop = new AbortController();
  readonly #until: AbortSignal;
  readonly #waiting = new Set<Promise<void>>();
  readonly #tally = emptyTally();
  #attempts = 0;
  #isCut = false;
  /** Whether more attempts failed at one place than may. */
  #isGathered = false;
  /** How many attempts were begun or left out, and how many there will be as it looks now. */
  #begun = 0;
  #planned = 0;
  #fail: () => void = () => undefined;

  constructor(request: BakeRequest, series: Series, signal: AbortSignal) {
    this.#request = request;
    this.#series = series;
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
    return this.#isGathered || failuresIn(this.#tally) > this.#limits.all;
  }

  get #limits(): BakeLimits {
    return this.#series.limits(this.#planned);
  }

  /** Resolves at `time`, or as soon as too many checks failed. */
  async until(time: number): Promise<void> {
    const { clock } = this.#request;
    await Promise.race([clock.pause(Math.max(0, time - clock.now()), this.#until), this.failure]);
  }

  /** Attempts every target once, in a round. */
  attempt(round: number): void {
    const { targets, times } = this.#series;
    targets.choose();
    const { now } = targets;
    this.#planned = this.#begun + (times.length - round) * now.length;
    this.#begun += now.length;
    for (const target of now) this.#begin(target, times[round] ?? 0);
  }

  #begin(target: BakeTarget, due: number): void {
    if (target.isOpen && !this.#series.overlaps) return;
    const begun = target.begin(due);
    const one = this.#attempt(target, begun)
      .catch((error: unknown) => {
        target.drop(begun);
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
    const { targets } = this.#series;
    const limits = this.#limits;
    const counts = { total: this.#tally, places: targets.all, now: targets.now };
    const { verdict, places, blamed } = judgeBake(counts, limits);
    return {
      verdict,
      attempts: this.#attempts,
      failed: failuresIn(this.#tally),
      silent: this.#tally.silent,
      busy: this.#tally.busy,
      allowed: limits.all,
      allowedEach: limits.each,
      ...blamedAmong(places, blamed),
    };
  }

  async #attempt(watched: BakeTarget, begun: Begun): Promise<void> {
    const { clock } = this.#request;
    const made = clock.now();
    const attempt = await attemptAt(watched.target, clock, this.#until);
    this.#attempts += 1;
    this.#tally[attempt.passed ? 'green' : attempt.who] += 1;
    watched.note(begun, attempt, made);
    this.#isGathered ||= failuresIn(watched.tally) > this.#limits.each;
    if (this.failed) this.#fail();
  }
}
