import { type Attempt, type Blame, type Check, type CheckTarget, targetText } from './check.ts';
import type { Subject } from './subject.ts';

/** One target of a bake, and what came of its attempts. */
export class BakeTarget {
  readonly target: CheckTarget;
  readonly #title: string;
  /** How often in a row it brought nothing from which anything can be said. */
  silence = 0;
  /** How many attempts are under way. */
  open = 0;
  /** The last reason of those who are to blame. */
  readonly #reasons = new Map<Blame, string>();

  constructor(title: string, target: CheckTarget) {
    this.#title = title;
    this.target = target;
  }

  note(attempt: Attempt): void {
    this.silence = !attempt.passed && attempt.who === 'silent' ? this.silence + 1 : 0;
    if (!attempt.passed) this.#reasons.set(attempt.who, `${this.#title}: ${attempt.reason}`);
  }

  /** Why it failed the last time that one of these was to blame. */
  complaint(...blamed: readonly Blame[]): string | undefined {
    return blamed.map((who) => this.#reasons.get(who)).find((reason) => reason !== undefined);
  }
}

/** The targets of some checks, which follow the addresses of what is checked. */
export class BakeTargets {
  readonly #checks: readonly Check[];
  readonly #subject: Subject;
  readonly #all = new Map<string, BakeTarget>();
  #now: readonly BakeTarget[] = [];

  constructor(checks: readonly Check[], subject: Subject) {
    this.#checks = checks;
    this.#subject = subject;
    this.#choose();
  }

  /** Those of the latest look-up. */
  get now(): readonly BakeTarget[] {
    return this.#now;
  }

  /** Every one that was attempted, also those whose address is gone. */
  get all(): readonly BakeTarget[] {
    return [...this.#all.values()];
  }

  /** Looks addresses up again. */
  async again(signal: AbortSignal): Promise<void> {
    await this.#subject.endpoints.again(signal);
    this.#choose();
  }

  #choose(): void {
    this.#now = this.#checks.flatMap((check, index) =>
      check.targets(this.#subject).map((target, place) => {
        const key = JSON.stringify([index, target.where, target.through ?? place]);
        const known = this.#all.get(key) ?? new BakeTarget(targetText(check, target), target);
        this.#all.set(key, known);
        return known;
      }),
    );
  }
}
