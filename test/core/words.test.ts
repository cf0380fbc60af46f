import { expect, test } from 'vitest';
import { counted } from '../../src/core/words.ts';

test('a count and its noun agree', () => {
  expect([0, 1, 2].map((count) => counted(count, 'path'))).toEqual(['0 paths', '1 path', '2 paths']);
});
