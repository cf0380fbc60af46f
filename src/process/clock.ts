import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/base/clock.ts';
import { LONGEST_TIMER } from '../core/base/duration.ts';

/** The clock of this process; changes of the machine's time do not affect it. */
export const CLOCK: Clock = {
  now: () => performance.now(),
  pause: async (ms, signal) => {
    let left = ms;
    for (; left > LONGEST_TIMER; left -= LONGEST_TIMER) await wait(LONGEST_TIMER, signal);
    await wait(left, signal);
  },
  // No run lasts longer than the longest timer.
  timeout: (ms) => AbortSignal.timeout(Math.min(ms, LONGEST_TIMER)),
};

function wait(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return delay(ms, undefined, signal && { signal });
}
