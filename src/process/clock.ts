import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from '../core/base/clock.ts';

/** The clock of this process; changes of the machine's time do not affect it. */
export const CLOCK: Clock = {
  now: () => performance.now(),
  pause: (ms, signal) => delay(ms, undefined, signal && { signal }),
  timeout: (ms) => AbortSignal.timeout(ms),
};
