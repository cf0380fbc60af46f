import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MatchedPath, mayMeet } from '../../src/routes/meeting.ts';
import { matches } from './ingresses.ts';

const of = (text: string): MatchedPath => {
  const [form, path] = text.split(' ') as [MatchedPath['form'], string];
  return { form, path };
};

test.each<[string, string, boolean]>([
  ['Prefix /', 'regex /green(/|$)(.*)', true],
  ['Prefix /green', 'regex /green(/|$)(.*)', true],
  ['Prefix /green/x', 'regex /green(/|$)(.*)', true],
  ['Prefix /greenhouse', 'Prefix /green', false],
  ['Prefix /gre', 'regex /green(/|$)(.*)', false],
  ['Prefix /api', 'regex /green(/|$)(.*)', false],
  ['Prefix /API', 'regex /api(/|$)(.*)', true],
  ['Exact /', 'Prefix /', true],
  ['Exact /', 'regex /green', false],
  ['Exact /green', 'regex /green(/|$)(.*)', true],
  ['Exact /a', 'Prefix /a/b', false],
  ['Exact /a/b', 'Prefix /a/', true],
  ['regex /', 'regex /green(/|$)(.*)', true],
  ['regex /api/v1', 'regex /green(/|$)(.*)', false],
  ['regex /green?', 'regex /gree(/|$)(.*)', true],
  ['regex /api|/green', 'regex /green(/|$)(.*)', true],
  ['regex /(api|green)', 'regex /green(/|$)(.*)', true],
  ['regex /api\\.v1', 'regex /green(/|$)(.*)', false],
])('%s and %s: may a request match both? %s', (one, other, expected) => {
  expect(mayMeet(of(one), of(other))).toBe(expected);
  expect(mayMeet(of(other), of(one))).toBe(expected);
});

test('where a request matches both, they may meet', () => {
  const paths = fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/A');
  const regexes = fc.constantFrom('/a(/|$)(.*)', '/', '/a', '/ab?', '/a*b', '/a/.*', '/(a|b)', '/b|/a/b', '/a{2}');
  const matched = fc.oneof(
    fc.record({ form: fc.constantFrom('Exact', 'Prefix'), path: paths }),
    fc.record({ form: fc.constant('regex'), path: regexes }),
  ) as fc.Arbitrary<MatchedPath>;
  const asked = fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/b', '/aa', '/b/a', '/abc');
  fc.assert(
    fc.property(matched, matched, asked, (one, other, path) => {
      fc.pre(matches(one, path) && matches(other, path));
      expect(mayMeet(one, other)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});
