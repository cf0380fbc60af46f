import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bakeLimits, judgeBake } from '../../../src/core/checks/bake-verdict.ts';
import { emptyTally, type Tally } from '../../../src/core/checks/verdict.ts';

/** The rules of a bake, over counts: what it bears, and what decides it. */

const limitsOf = (errors: number, { rounds = 100, places = 1, every = 1_000 } = {}) =>
  bakeLimits(errors, { planned: rounds * places, rounds, every, leastPatience: (rounds * every) / 4 });
const budget = fc.double({ min: 0, max: 1, noNaN: true });

describe('what a bake bears', () => {
  test('at one place is no less than for all, where there is no other', () => {
    fc.assert(
      fc.property(budget, fc.integer({ min: 1, max: 5_000 }), (errors, rounds) => {
        const { all, each, inRow } = limitsOf(errors, { rounds });
        expect(each).toBeGreaterThanOrEqual(all);
        expect(inRow).toBe(all);
      }),
    );
  });

  test('at one place is never all, and nothing without a budget', () => {
    fc.assert(
      fc.property(
        budget,
        fc.integer({ min: 1, max: 500 }),
        fc.integer({ min: 1, max: 500 }),
        (errors, rounds, places) => {
          expect(limitsOf(errors, { rounds, places }).each).toBeLessThan(rounds);
        },
      ),
    );
    expect(limitsOf(0, { places: 100 })).toMatchObject({ all: 0, each: 0, inRow: 0 });
  });

  test('of silence in its course is as much as at its end', () => {
    expect(limitsOf(0.01).patience).toBe(25_000);
    expect(limitsOf(0.5).patience).toBe(50_000);
    expect(limitsOf(0.01, { rounds: 2 }).patience).toBe(1_000);
  });
});

/** Places with these counts, of which the last ones may have no visitors any more. */
function judged(tallies: readonly Partial<Tally>[], { gone = 0, silence = 0 } = {}) {
  const places = tallies.map((some) => ({ tally: { ...emptyTally(), ...some }, silence, longestSilence: 0 }));
  const total = emptyTally();
  for (const { tally } of places) for (const who of Object.keys(total) as (keyof Tally)[]) total[who] += tally[who];
  const now = places.slice(0, places.length - gone);
  const { verdict, places: at, blamed } = judgeBake({ total, places, now }, limitsOf(0.01, { places: places.length }));
  return [verdict, at.map((place) => places.indexOf(place)), blamed[0]];
}

test.each<[string, Parameters<typeof judged>, ReturnType<typeof judged>]>([
  ['a few failures', [[{ green: 98, bad: 1, blue: 1 }, { green: 100 }]], ['proven', [], undefined]],
  ['more at all places together', [[{ green: 97, bad: 2 }, { bad: 1 }]], ['bad', [0, 1], 'bad']],
  ['more by another version, and few bad ones', [[{ blue: 2 }, { bad: 1 }]], ['lagging', [0, 1], 'blue']],
  ['no answer at the end', [[{ green: 98 }, { green: 98 }], { silence: 2 }], ['blind', [0, 1], 'busy']],
  ['no answer at the end, where nobody goes', [[{ green: 98 }], { silence: 2, gone: 1 }], ['proven', [], undefined]],
  ['busy, and nothing else', [[{ busy: 100 }, { green: 100 }]], ['bad', [0], 'busy']],
  ['busy, and once another version', [[{ busy: 99, blue: 1 }, { green: 100 }]], ['lagging', [0], 'blue']],
  ['busy, and once green', [[{ busy: 99, green: 1 }, { green: 100 }]], ['blind', [0], 'busy']],
  ['busy a few times', [[{ busy: 1, green: 99 }]], ['proven', [], undefined]],
  ['busy where nobody goes any more', [[{ green: 100 }, { busy: 50 }], { gone: 1 }], ['proven', [], undefined]],
  ['busy, and as often no answer', [[{ busy: 50, silent: 50 }, { green: 100 }]], ['blind', [0], 'busy']],
])('a bake with %s', (_, given, expected) => {
  expect(judged(...given)).toEqual(expected);
});
