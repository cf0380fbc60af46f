import { expect, test } from 'vitest';
import { isLost, isMissing } from '../../harness/load.ts';

/** What counts as lost in a test under load. */

test.each([
  ['a good answer', { status: 200, closed: false }, false, false],
  ['a good answer to who asked again', { status: 200, closed: true }, false, false],
  ['none, since a kept connection was closed', { status: 0, closed: true }, true, false],
  ['none for another reason', { status: 0, closed: false }, true, true],
  ['an error', { status: 503, closed: false }, true, true],
  ['an error to who asked again', { status: 503, closed: true }, true, true],
  ['no such page to who asked again', { status: 404, closed: true }, true, true],
])('%s', (_, answer, lost, missing) => {
  expect(isLost(answer)).toBe(lost);
  expect(isMissing(answer)).toBe(missing);
});
