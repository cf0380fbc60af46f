import { type Attempt, type Check, firstLineOf } from '../../checks/check.ts';
import type { Clock } from '../../core/base/clock.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { counted } from '../../core/base/plural.ts';

/** How often it is said how far checks that take long are, and how far a bake is, in milliseconds. */
const TELL_EVERY = 10_000;
export const BAKE_TELLS = 30_000;
/** How many checks that run are named. */
const NAMED = 5;

/** What is known of a check that runs. */
interface Running {
  readonly since: number;
  attempts: number;
  /** Why its last attempt failed, if it did. */
  failure?: string | undefined;
}

/** Which checks run, for how long, and how many have ended. */
export class CheckProgress {
  readonly #total: number;
  readonly #clock: Clock;
  readonly #start: number;
  readonly #running = new Map<Check, Running>();
  #passed = 0;
  #failed = 0;

  constructor(total: number, clock: Clock) {
    this.#total = total;
    this.#clock = clock;
    this.#start = clock.now();
  }

  /** How many have ended. */
  get ended(): number {
    return this.#passed + this.#failed;
  }

  /** Notes that a check runs, and returns one whose attempts are noted too. */
  begin(check: Check): Check {
    const running: Running = { since: this.#clock.now(), attempts: 0 };
    this.#running.set(check, running);
    return noting(check, (attempt) => {
      running.attempts += 1;
      running.failure = attempt.passed ? undefined : firstLineOf(attempt);
    });
  }

  /** Notes how a check ended. */
  end(check: Check, how: 'passed' | 'failed'): void {
    this.#running.delete(check);
    if (how === 'passed') this.#passed += 1;
    else this.#failed += 1;
  }

  /** `3 of 40 checks have ended (1 failed) after 20.1 s; running: Job smoke (12.3 s), GET / (9.8 s, attempt 7: status 500)`. */
  text(): string {
    const failed = this.#failed === 0 ? '' : ` (${this.#failed} failed)`;
    const names = [...this.#running].slice(0, NAMED).map(([{ name }, running]) => `${name} (${this.#state(running)})`);
    const more = this.#running.size > NAMED ? `, and ${this.#running.size - NAMED} more` : '';
    const after = formatDuration(this.#clock.now() - this.#start);
    return `${this.ended} of ${this.#total} checks have ended${failed} after ${after}; running: ${names.join(', ')}${more}`;
  }

  #state({ since, attempts, failure }: Running): string {
    const last = failure === undefined ? '' : `, attempt ${attempts}: ${failure}`;
    return `${formatDuration(this.#clock.now() - since)}${last}`;
  }
}

/** How far a bake is. */
export class BakeProgress {
  readonly #length: number;
  readonly #clock: Clock;
  readonly #start: number;
  #attempts = 0;
  #failed = 0;

  constructor(length: number, clock: Clock) {
    this.#length = length;
    this.#clock = clock;
    this.#start = clock.now();
  }

  /** The check, with its attempts counted. */
  counting(check: Check): Check {
    return noting(check, ({ passed }) => {
      this.#attempts += 1;
      if (!passed) this.#failed += 1;
    });
  }

  /** `30.0 s of 5 min 0 s: 1 of 120 attempts failed`. */
  text(): string {
    const [passed, length] = [this.#clock.now() - this.#start, this.#length].map(formatDuration);
    return `${passed} of ${length}: ${this.#failed} of ${counted(this.#attempts, 'attempt')} failed`;
  }
}

/** A check of which each attempt that ends is noted. */
function noting(check: Check, note: (attempt: Attempt) => void): Check {
  const targets: Check['targets'] = (subject) =>
    check.targets(subject).map((target) => ({
      ...target,
      attempt: async (until) => {
        const attempt = await target.attempt(until);
        note(attempt);
        return attempt;
      },
    }));
  return { ...check, targets };
}

/** Does `work`, and says how far it is each time that it has lasted a while longer. */
export async function tellProgress<T>(
  progress: { text(): string },
  say: (line: string) => void,
  work: () => Promise<T>,
  every = TELL_EVERY,
): Promise<T> {
  const timer = setInterval(() => say(progress.text()), every);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}
