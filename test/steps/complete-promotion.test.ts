import { expect, test } from 'vitest';
import { assurance } from '../../src/steps/complete-promotion.ts';

/** How sure a proof is, in words. */

test.each([
  ['', 'and it was not checked whether it answers (proof: off)'],
  ['none', 'as far as the status of answers can tell'],
  ['identity', 'proven by answers (identity)'],
] as const)('how sure proof %j is', (proof, words) => {
  expect(assurance(proof)).toBe(words);
});
