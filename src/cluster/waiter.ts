import type { Clock } from '../core/base/clock.ts';
import { isReady, type Readiness, type RolloutFacts } from '../core/rollout/readiness.ts';
import { look, NOTHING, type Past, type RolloutLook } from '../core/rollout/rollout.ts';
import { needsEvents } from '../core/rollout/stack-troubles.ts';
import { CLOCK } from '../process/clock.ts';

/** Reports the progress of a wait. */
interface Tell {
  progress(now: Readiness, trouble: string | undefined): void;
  /** Nothing has changed for a while, and this pod is not ready. */
  stuck(now: Readiness, pod: string): void;
}

/** The least time between two lines while much changes, in milliseconds. */
const TELL_AT_MOST = 1_000;
/** How long a trouble must last before its events are read, in milliseconds. */
const EVENTS_AFTER = 3_000;
/** How often a wait without changes reports that, in milliseconds. */
const TELL_AGAIN = 10_000;
const UNHEARD = 'the API server has sent nothing for a while';

/** Evaluates the facts after each change. Ends with nothing when they are ready, or with what makes waiting useless. */
export class Waiter {
  readonly done: Promise<RolloutLook['end']>;
  readonly #expected: number;
  readonly #until: number;
  readonly #tell: Tell;
  #past: Past = NOTHING;
  #resolve: (end: RolloutLook['end']) => void = () => undefined;
  #told = '';
  readonly #clock: Clock;
  #toldAt: number;

  constructor(expected: number, until: number, tell: Tell, clock = CLOCK) {
    this.#expected = expected;
    this.#until = until;
    this.#tell = tell;
    this.#clock = clock;
    this.#toldAt = clock.now();
    this.done = new Promise((resolve) => {
      this.#resolve = resolve;
    });
  }

  /**
   * Returns whether events may say more about what blocks the rollout. `stale` facts end no wait, since the trouble may
   * be over.
   */
  look(facts: RolloutFacts, { stale = false } = {}): boolean {
    const now = this.#clock.now();
    const { past, end, ...seen } = look(this.#past, facts, now, this.#until);
    this.#past = past;
    if (facts.deployments.length === this.#expected) {
      this.#say(seen, facts, now, stale);
      if (seen.now.ready) this.#resolve(undefined);
    }
    if (end !== undefined && !stale) this.#resolve(end);
    return needsEvents(seen.troubles.filter(({ key }) => now - (past.since.get(key) ?? now) >= EVENTS_AFTER));
  }

  #say(seen: Omit<RolloutLook, 'past' | 'end'>, { pods }: RolloutFacts, time: number, stale: boolean): void {
    const { now } = seen;
    const trouble = stale ? UNHEARD : seen.troubles[0]?.text;
    const state = `${now.available}/${now.wanted}/${now.endpoints}/${trouble}`;
    const isNew = state !== this.#told;
    const pause = isNew ? (now.ready || this.#told === '' ? 0 : TELL_AT_MOST) : TELL_AGAIN;
    if (time - this.#toldAt < pause) return;
    this.#told = state;
    this.#toldAt = time;
    const pod = pods.find((one) => !isReady(one));
    if (isNew || stale || pod === undefined) this.#tell.progress(now, trouble);
    else this.#tell.stuck(now, pod.metadata.name);
  }
}
