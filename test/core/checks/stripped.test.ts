import { expect, test } from 'vitest';
import type { Answered } from '../../../src/core/checks/expect.ts';
import { showsItsPath } from '../../../src/core/checks/stripped.ts';

const of = (status: number, type = 'text/html'): Answered => ({ status, body: '', headers: { 'content-type': type } });

test.each<[string, Answered, Answered, boolean]>([
  ['one page for every path', of(200), of(200), false],
  ['one page, and another charset', of(200, 'text/html; charset=utf-8'), of(200, 'Text/HTML'), false],
  ['a page that is not at the other path', of(200), of(404), true],
  ['JSON, and a page for the rest', of(200, 'application/json'), of(200), true],
  ['a page, and a login for the rest', of(200), of(302), true],
  ['a login for every path', of(302), of(302), false],
  ['an error, and none for the rest', of(500), of(200), false],
  ['a page, and an overloaded application', of(200), of(503), false],
  ['a page, and a limit of the rate', of(200), of(429), false],
])('%s', (_, at, beside, expected) => {
  expect(showsItsPath(at, beside)).toBe(expected);
});
