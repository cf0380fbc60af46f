import { existsSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ALONE, SECONDS, sharesOf } from '../../scripts/shards.ts';

const file = fc.oneof(fc.constantFrom(...Object.keys(SECONDS)), fc.string());

test('every file is in one share, whatever the files and the number of shares', () => {
  fc.assert(
    fc.property(fc.uniqueArray(file), fc.integer({ min: 1, max: 5 }), (names, count) => {
      const shares = sharesOf(names, count);
      expect(shares).toHaveLength(count);
      expect(shares.flatMap((share) => [...share]).toSorted()).toEqual(names.toSorted());
    }),
  );
});

test('every process makes the same shares, in whatever order it finds the files', () => {
  const names = [...Object.keys(SECONDS), 'test/e2e/a.test.ts', 'test/e2e/b.test.ts'];
  expect(sharesOf(names.toReversed(), 3)).toEqual(sharesOf(names, 3));
});

test('the longest files are not in one share', () => {
  const shares = sharesOf(Object.keys(SECONDS), 3);
  const [first, second, third] = Object.keys(SECONDS);
  for (const share of shares) expect([first, second, third].filter((name) => share.has(name ?? ''))).toHaveLength(1);
});

test.each([...Object.keys(SECONDS), ...ALONE])('%s is there', (name) => {
  expect(existsSync(name)).toBe(true);
});
