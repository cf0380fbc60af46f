import { expect, test } from 'vitest';
import { LONGEST_TIMER } from '../../src/core/base/duration.ts';
import { CLOCK } from '../../src/process/clock.ts';

/** A timer of Node that is to wait longer than it can ends at once. */
const TOO_LONG = [LONGEST_TIMER + 1, 2 ** 33, 30 * LONGEST_TIMER];

test.each(TOO_LONG)('a pause of %i ms, longer than a timer can wait, does not end at once', async (ms) => {
  const stop = new AbortController();
  const long = CLOCK.pause(ms, stop.signal).then(
    () => 'the long one',
    () => 'neither',
  );
  expect(await Promise.race([long, CLOCK.pause(50).then(() => 'the short one')])).toBe('the short one');
  stop.abort();
  expect(await long).toBe('neither');
});

test.each(TOO_LONG)('a deadline in %i ms, later than a timer can wait for, has not passed at once', async (ms) => {
  const late = CLOCK.timeout(ms);
  await CLOCK.pause(50);
  expect(late.aborted).toBe(false);
});
