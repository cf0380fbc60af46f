import { describe, expect, test } from 'vitest';
import { chanceOf, closedIn, LEVEL } from '../../../harness/routers/closed-by-chance.ts';

/** Whether the reloads of a release close more kept connections than any reload does. */

test('closed connections are those of clients that ask again and of clients that do not', () => {
  const tally = (closed: number) => ({ requests: 100, lost: 0, closed });
  const tallies = {
    fresh: tally(1_000),
    'kept-alive': tally(11),
    're-sending': tally(12),
    'slow-sending': tally(1_000),
  };
  expect(closedIn(tallies)).toBe(23);
});

describe('the chance of so many closed connections or more', () => {
  test.each([
    [0, 0, 1],
    [0, 10, 1],
    [1, 0, 1 / 2],
    [10, 0, 1 / 1_024],
    [8, 2, 56 / 1_024],
    [2, 8, 1_013 / 1_024],
  ])('%i here and %i there', (here, there, chance) => {
    expect(chanceOf(here, there)).toBeCloseTo(chance, 12);
  });

  test('is a number for many, too', () => {
    expect(chanceOf(2_000, 2_000)).toBeCloseTo(0.5063, 4);
    expect(chanceOf(4_000, 0)).toBe(0);
  });

  test.each([
    [51, 49, true],
    [65, 35, true],
    [66, 34, false],
    [120, 80, true],
    [123, 77, false],
    [100, 50, false],
  ])('%i here and %i there: chance makes it: %s', (here, there, chance) => {
    expect(chanceOf(here, there) > LEVEL).toBe(chance);
  });
});
