import { AttemptLog } from '../core/checks/attempts.ts';
import type { FailedCheck } from '../core/checks/failed-check.ts';
import {
  type Attempt,
  type Check,
  type CheckTarget,
  checkText,
  type Failure,
  firstLineOf,
  placeText,
} from './check.ts';

/** What the attempts at one place came to. */
interface Seen {
  readonly log: AttemptLog;
  /** The last attempt that failed, and when the first that failed was made. */
  failure?: Failure;
  since?: number;
}

/** The attempts of one check at all its targets, for the report of a failure. Addresses may come and go. */
export class Trail {
  readonly #name: string;
  readonly #start: number;
  readonly #places = new Map<string, Seen>();

  /** `start`: when its first attempt is made, by the clock of the run. */
  constructor({ name }: Pick<Check, 'name'>, start: number) {
    this.#name = name;
    this.#start = start;
  }

  /** Notes an attempt; `made`: when it began, by the clock of the run. */
  note(target: CheckTarget, made: number, attempt: Attempt): void {
    const place = placeText(target);
    const seen = this.#places.get(place) ?? { log: new AttemptLog() };
    this.#places.set(place, seen);
    const how = attempt.passed ? 'passed' : firstLineOf(attempt);
    seen.log.note({ at: made - this.#start, ms: attempt.ms, how });
    if (attempt.passed) return;
    seen.failure = attempt;
    seen.since ??= made;
  }

  /** The report of a failure at a target; `reason` in place of why its last attempt failed. */
  report(failed: CheckTarget, reason?: string): FailedCheck {
    const failure = this.#places.get(placeText(failed))?.failure;
    const all = [...this.#places];
    const firsts = all.flatMap(([, { since }]) => since ?? []);
    return {
      title: checkText({ name: this.#name }, failed),
      reason: reason ?? failure?.reason ?? '',
      ...(failure?.cause !== undefined && { cause: failure.cause }),
      ...(failure?.detail && { detail: failure.detail }),
      attempts: all.map(([place, { log }]) => ({ place: all.length > 1 ? place : '', spans: log.spans })),
      since: firsts.length === 0 ? this.#start : Math.min(...firsts),
    };
  }

  /** The report of a check that has no target. */
  nowhere(): FailedCheck {
    const reason = 'there is nothing to run it against';
    return { title: this.#name, reason, attempts: [], since: this.#start };
  }
}
