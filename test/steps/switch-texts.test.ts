import { expect, test } from 'vitest';
import { notProven, servedBy } from '../../src/steps/switch-texts.ts';
import { side } from '../core/support.ts';
import { proofResult } from '../proof/results.ts';

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
