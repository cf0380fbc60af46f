import { expect, test } from 'vitest';
import type { BakeResult } from '../../../src/checks/bake-series.ts';
import { bakeFailed, notProven, servedBy } from '../../../src/steps/switch/switch-texts.ts';
import { side } from '../../core/support.ts';
import { proofResult } from '../../proof/results.ts';

/** What is said of a switch, of a promotion as of a rollback: where visitors are, how sure that is, and what a proof saw. */

test.each([
  ['', 'and it was not checked whether it answers (proof: off)'],
  ['none', 'as far as the status of answers can tell'],
  ['identity', 'proven by answers (identity)'],
] as const)('where visitors are, with proof %j', (proof, words) => {
  expect(servedBy('http://shop.test/', side('web-v2'), proof)).toBe(
    `http://shop.test/ is served by web-v2 (revision v2), ${words}.`,
  );
});

test.each([
  ['status 502', 'status 502'],
  [undefined, 'no answer'],
])('what a proof saw that failed: %s', (complaint, words) => {
  expect(notProven(side('web-v2'), proofResult({ verdict: 'lagging', complaint }))).toBe(
    `the route names web-v2, but the live URLs do not answer from it: ${words} (1 answer (1 by v2), no other answer was seen)`,
  );
});

/** A bake of a kind that is not HTTP, which failed. */
const baked = (more: Partial<BakeResult>): BakeResult => ({
  ...{ verdict: 'proven', attempts: 40, failed: 0, silent: 0, busy: 0, allowed: 1, allowedEach: 3, whole: true },
  ...{ complaints: [], failures: [] },
  ...more,
});
const SAID = ['TCP 5432 at 10.0.0.7:5432: refused', 'b at here: x', 'c at there: y', 'd at home: z'];

test.each([
  ['bad', { failed: 3 }, 'checks failed at green: b at here: x (3 of 40 attempts failed, with 1 allowed)'],
  [
    'blind',
    { silent: 20 },
    'some checks got no answer that shows anything: b at here: x (0 of 40 attempts failed, with 1 allowed; 20 got no answer)',
  ],
  [
    'blind',
    { silent: 1, busy: 2 },
    'some checks got no answer that shows anything: b at here: x (0 of 40 attempts failed, with 1 allowed; 1 got no answer; 2 were asked to come back later)',
  ],
  [
    'bad',
    { attempts: 9_000, failed: 13, allowed: 120, allowedEach: 12 },
    'checks failed at green: b at here: x (13 of 9000 attempts failed, with 120 allowed, at most 12 of them at one place)',
  ],
  [
    'lagging',
    { failed: 2 },
    'checks were answered by something other than green: b at here: x (2 of 40 attempts failed, with 1 allowed)',
  ],
] as const)('a bake that failed, %s, names what failed and no kind of check', (verdict, counts, text) => {
  expect(bakeFailed({ ...baked(counts), verdict, complaints: SAID.slice(1, 2) })).toBe(text);
});

test('a bake that failed in many places names some', () => {
  const text = bakeFailed({ ...baked({ failed: 9 }), verdict: 'bad', complaints: SAID });
  expect(text).toContain('TCP 5432 at 10.0.0.7:5432: refused; b at here: x; c at there: y; and 1 more (9 of 40');
});
