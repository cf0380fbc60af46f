import { describe, expect, test } from 'vitest';
import { paceOf, pauseAfterAnswer, pauseAfterFailure } from '../../../src/core/checks/pace.ts';

/** How fast is asked, and how that slows down. */

test('a check that fails is tried again later each time, up to five seconds', () => {
  const pauses = [1, 2, 3, 4, 5, 20].map((failures) => pauseAfterFailure(500, failures));
  expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 5_000, 5_000]);
});

test('a check that fails is never tried again sooner than one that passes', () => {
  const pauses = [1, 2, 20].map((failures) => pauseAfterFailure(8_000, failures));
  expect(pauses).toEqual([8_000, 8_000, 8_000]);
});

describe('a proof asks', () => {
  test.each([
    ['so that its answers come within the settling time', { settleTime: 4_500, least: 0, answers: 50 }, 90],
    ['or within the time that it lasts at least', { settleTime: 0, least: 4_000, answers: 40 }, 100],
    ['never so fast that it is load', { settleTime: 100, least: 100, answers: 20 }, 50],
    ['nor slower than most limits of one client allow', { settleTime: 60_000, least: 0, answers: 3 }, 225],
  ])('%s', (_, request, pace) => {
    expect(paceOf(request)).toBe(pace);
  });
});

test('a proxy that asks for patience is asked half as often each time, at least every two seconds, and with each answer a little more often again', () => {
  let pause = 225;
  const after = (isBusy: boolean) => {
    pause = pauseAfterAnswer(225, pause, isBusy);
    return pause;
  };
  expect([true, true, true, true, true, false, true].map(after)).toEqual([450, 900, 1_800, 2_000, 2_000, 1_900, 2_000]);
  for (let count = 0; count < 50; count += 1) after(false);
  expect(pause).toBe(225);
});
