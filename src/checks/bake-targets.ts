import type { FailedCheck } from '../core/checks/failed-check.ts';
import { emptyTally } from '../core/checks/verdict.ts';
import { type Attempt, type Blame, type Check, type CheckTarget, targetKey, targetText } from './check.ts';
import type { Subject } from './subject.ts';
import { Trail } from './trail.ts';

/** An attempt that was begun; `due`: when it was planned, since the start of the bake. */
export interface Begun {
  readonly due: number;
  /** Whether it brought nothing from which anything can be said, as soon as that is known. */
  isSilent?: boolean;
}

/** One target of a bake, and what came of its attempts. */
export class BakeTarget {
  readonly target: CheckTarget;
  /** What came of all attempts of its check. */
  readonly trail: Trail;
  readonly tally = emptyTally();
  readonly #title: string;
  /** How often in a row it brought nothing from which anything can be said. */
  silence = 0;
  /** For how long it did so at most before it brought something, in milliseconds. */
  longestSilence = 0;
  #silentSince: number | undefined;
  /** The attempts that do not count for a silence yet: they do so in the order in which they began. */
  #waiting: Begun[] = [];
  /** The last reason of those who are to blame, the latest one at the end. */
  readonly #reasons = new Map<Blame, string>();

  constructor(title: string, target: CheckTarget, trail: Trail) {
    this.#title = title;
    this.target = target;
    this.trail = trail;
  }

  /** Whether an attempt is under way. */
  get isOpen(): boolean {
    return this.#waiting.length > 0;
  }

  /** Notes that an attempt begins. */
  begin(due: number): Begun {
    const begun: Begun = { due };
    this.#waiting.push(begun);
    return begun;
  }

  /** Notes how an attempt ended. `made`: when it began, by the clock of the run. */
  note(begun: Begun, attempt: Attempt, made: number): void {
    this.trail.note(this.target, made, attempt);
    this.tally[attempt.passed ? 'green' : attempt.who] += 1;
    if (!attempt.passed) {
      this.#reasons.delete(attempt.who);
      this.#reasons.set(attempt.who, `${this.#title}: ${attempt.reason}`);
    }
    begun.isSilent = !attempt.passed && (attempt.who === 'silent' || attempt.who === 'busy');
    this.#count();
  }

  /** Ends a silence: nobody asks there any more, and if somebody does again, that is another time. */
  leave(): void {
    this.silence = 0;
    this.#silentSince = undefined;
  }

  /** Leaves an attempt out that was given up. */
  drop(begun: Begun): void {
    this.#waiting = this.#waiting.filter((one) => one !== begun);
    this.#count();
  }

  #count(): void {
    for (let [first] = this.#waiting; first?.isSilent !== undefined; [first] = this.#waiting) {
      this.#waiting.shift();
      this.silence = first.isSilent ? this.silence + 1 : 0;
      if (first.isSilent) this.#silentSince ??= first.due;
      else this.#endSilence(first.due);
    }
  }

  #endSilence(due: number): void {
    this.longestSilence = Math.max(this.longestSilence, due - (this.#silentSince ?? due));
    this.#silentSince = undefined;
  }

  /** Why it failed the last time that one of these was to blame. */
  complaint(...blamed: readonly Blame[]): string | undefined {
    return [...this.#reasons].findLast(([who]) => blamed.includes(who))?.[1];
  }
}

/** Why those of `targets` failed for which one of `who` is to blame, and their checks. */
export function blamedAmong(
  targets: readonly BakeTarget[],
  who: readonly Blame[],
): { readonly complaints: string[]; readonly failures: FailedCheck[] } {
  const blamed = targets.flatMap((target) => {
    const complaint = target.complaint(...who);
    return complaint === undefined ? [] : [{ target, complaint }];
  });
  const checks = new Map(blamed.map(({ target }) => [target.trail, target.target]));
  return {
    complaints: blamed.map(({ complaint }) => complaint),
    failures: [...checks].map(([trail, target]) => trail.report(target)),
  };
}

/** The targets of some checks, which follow the addresses of what is checked. */
export class BakeTargets {
  readonly #checks: readonly Check[];
  readonly #subject: Subject;
  readonly #trails: readonly Trail[];
  readonly #all = new Map<string, BakeTarget>();
  #now: readonly BakeTarget[] = [];

  /** `start`: when they are attempted first, by the clock of the run. */
  constructor(checks: readonly Check[], subject: Subject, start: number) {
    this.#checks = checks;
    this.#trails = checks.map((check) => new Trail(check, start));
    this.#subject = subject;
    this.choose();
  }

  /** Those of the latest look-up. */
  get now(): readonly BakeTarget[] {
    return this.#now;
  }

  /** Every one that was attempted, also those whose address is gone. */
  get all(): readonly BakeTarget[] {
    return [...this.#all.values()];
  }

  /** Chooses them by the latest look-up. */
  choose(): void {
    const before = this.#now;
    this.#now = this.#checks.flatMap((check, index) =>
      check.targets(this.#subject).map((target, place) => {
        const key = `${index} ${targetKey(target, place)}`;
        const trail = this.#trails[index] ?? new Trail(check, 0);
        const known = this.#all.get(key) ?? new BakeTarget(targetText(check, target), target, trail);
        this.#all.set(key, known);
        return known;
      }),
    );
    for (const gone of before.filter((one) => !this.#now.includes(one))) gone.leave();
  }
}
