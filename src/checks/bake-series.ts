import type { Clock } from '../core/base/clock.ts';
import type { Who } from '../core/checks/expect.ts';
import type { FailedCheck } from '../core/checks/failed-check.ts';
import { emptyTally, judge, type Verdict } from '../core/checks/verdict.ts';
import { type BakeTarget, type BakeTargets, blamedAmong } from './bake-targets.ts';
import { attemptAt, type Blame, type Check } from './check.ts';
import type { Subject } from './subject.ts';

export interface BakeRequest {
  readonly checks: readonly Check[];
  readonly subject: Subject;
  readonly clock: Clock;
  /** When it has to end, by the clock, so that there is time for a restore. */
  readonly end: number;
}

/** How a bake went; `allowed` failures are within the budget. `whole`: it lasted as long as it should. */
export interface BakeResult {
  readonly verdict: Verdict;
  readonly attempts: number;
  readonly failed: number;
  /** Brought nothing from which anything can be said. */
  readonly silent: number;
  readonly allowed: number;
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
  /** How many of so many attempts may fail. */
  allowed(planned: number): number;
  /** For how long attempts may bring nothing before others do, in milliseconds. */
  readonly patience: number;
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

/** Who is to blame for the attempts that decide a verdict. */
const BLAMED: Readonly<Record<Exclude<Verdict, 'proven'>, readonly Blame[]>> = {
  bad: ['bad'],
  lagging: ['blue', 'unknown'],
  blind: ['silent'],
};

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
    return this.#failures() > this.#allowed;
  }

  get #allowed(): number {
    return this.#series.allowed(this.#planned);
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
    if (target.open > 0 && !this.#series.overlaps) return;
    target.open += 1;
    const one = this.#attempt(target, due)
      .catch((error: unknown) => {
        if (!this.#until.aborted) throw error;
      })
      .finally(() => {
        target.open -= 1;
        this.#waiting.delete(one);
      });
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
    const isFine = !this.failed && this.#silent().length === 0;
    const verdict = isFine ? 'proven' : this.failed ? judge(this.#tally, this.#allowed) : 'blind';
    return {
      verdict,
      attempts: this.#attempts,
      failed: this.#failures(),
      silent: this.#tally.silent,
      allowed: this.#allowed,
      ...this.#decisive(verdict),
    };
  }

  /** The targets that decided the verdict, each with why, and their checks. */
  #decisive(verdict: Verdict): Pick<BakeResult, 'complaints' | 'failures'> {
    if (verdict === 'proven') return { complaints: [], failures: [] };
    return blamedAmong(verdict === 'blind' ? this.#silent() : this.#series.targets.all, BLAMED[verdict]);
  }

  /** The targets of which nothing can be said; one whose address is gone has no visitors. */
  #silent(): BakeTarget[] {
    const { targets, patience } = this.#series;
    return targets.now.filter((one) => one.silence > this.#allowed || one.longestSilence > patience);
  }

  async #attempt(watched: BakeTarget, due: number): Promise<void> {
    const { clock } = this.#request;
    const made = clock.now();
    const attempt = await attemptAt(watched.target, clock, this.#until);
    const who: Who = attempt.passed ? 'green' : attempt.who;
    this.#attempts += 1;
    this.#tally[who] += 1;
    watched.note(attempt, made, due);
    if (this.failed) this.#fail();
  }

  #failures(): number {
    return this.#tally.bad + this.#tally.blue + this.#tally.unknown;
  }
}
