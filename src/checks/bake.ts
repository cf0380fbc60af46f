import type { Clock } from '../core/base/clock.ts';
import type { Bake } from '../core/base/config.ts';
import type { Who } from '../core/checks/expect.ts';
import { allowedFailures, emptyTally, judge, type Verdict } from '../core/checks/verdict.ts';
import { attemptAt, type Check, type CheckTarget, type Subject, targetText } from './check.ts';

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
  readonly complaint: string | undefined;
}

/**
 * Attempts every check against all its targets, each `every` milliseconds for as long as `for` says, whether or not earlier
 * attempts have ended; those that are under way at the end keep their own timeout. Ends early when more attempts failed
 * than the budget, a share of all that are planned, allows.
 */
export async function bake(settings: Bake, request: BakeRequest, signal: AbortSignal): Promise<BakeResult> {
  const { checks, subject, clock, end } = request;
  const rounds = Math.max(1, Math.floor(settings.for / settings.every));
  const targets = checks.flatMap((check) => check.targets(subject));
  const watch = new Watch(request, allowedFailures(rounds * targets.length, settings.errors), signal);
  const start = clock.now();
  let round = 0;
  try {
    for (; round < rounds && !watch.failed; round += 1) {
      const due = start + round * settings.every;
      if (due >= end) break;
      await watch.until(due);
      if (!watch.failed) for (const target of targets) watch.attempt(target);
    }
    await watch.over(Math.min(end, start + settings.for));
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
  #attempts = 0;
  #isCut = false;
  /** Of each target, how often in a row it brought nothing from which anything can be said. */
  readonly #silence = new Map<CheckTarget, number>();
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
    const { clock } = this.#request;
    await Promise.race([clock.pause(Math.max(0, time - clock.now()), this.#until), this.failure]);
  }

  attempt(target: CheckTarget): void {
    const one = this.#attempt(target)
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
      attempts: this.#attempts,
      failed: this.#failures(),
      silent: this.#tally.silent,
      allowed: this.#allowed,
      complaint: this.#complaint,
    };
  }

  async #attempt(target: CheckTarget): Promise<void> {
    const attempt = await attemptAt(target, this.#request.clock, this.#until);
    const who: Who = attempt.passed ? 'green' : attempt.who;
    this.#attempts += 1;
    this.#tally[who] += 1;
    this.#silence.set(target, who === 'silent' ? (this.#silence.get(target) ?? 0) + 1 : 0);
    if (!attempt.passed) this.#complaint = `${targetText(target)}: ${attempt.reason}`;
    if (this.failed) this.#fail();
  }

  #failures(): number {
    return this.#tally.bad + this.#tally.blue + this.#tally.unknown;
  }
}
