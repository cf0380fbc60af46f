import { expect, test } from 'vitest';
import { hasteFor } from '../../../src/core/release/haste.ts';

test.each([
  ['at strength', { isWeak: false, answers: true, isWhole: true }, 'scale'],
  ['at strength, although more pods are on their way', { isWeak: false, answers: true, isWhole: false }, 'scale'],
  ['weaker, with all the pods that it asks for', { isWeak: true, answers: true, isWhole: true }, 'switch'],
  ['weaker, with some of its pods', { isWeak: true, answers: true, isWhole: false }, 'ask'],
  ['empty behind a path', { isWeak: true, answers: false, isWhole: false }, 'scale'],
] as const)('a target of a rollback that is %s: %o: %s', (_, facts, haste) => {
  expect(hasteFor(facts)).toBe(haste);
});
