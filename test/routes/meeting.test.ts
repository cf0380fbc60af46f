import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type MatchedPath, mayMeet, mayTakeFromRegex } from '../../src/routes/meeting.ts';
import { startsOfRegex } from '../../src/routes/regex-starts.ts';
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
  ['regex /shop(/|$)(.*)', 'regex /shop-green(/|$)(.*)', false],
  ['regex /shop(?:/|$)', 'regex /shop/green(/|$)(.*)', true],
  ['regex /shop(/|$)?(.*)', 'regex /shop-green(/|$)(.*)', true],
  ['regex /shop(/.*)?$', 'regex /shop-green(/|$)(.*)', false],
  ['regex /shop(?:/.*)?$', 'Prefix /shop/green', true],
  // On a router that wants a match of the start only, the group may be left out.
  ['regex /shop(/.*)?', 'regex /shop-green(/|$)(.*)', true],
  ['regex /shop$', 'regex /shop-green(/|$)(.*)', false],
  ['regex /shop$', 'Prefix /shop', true],
  ['regex /shop$', 'Prefix /shop/green', false],
  ['regex /(api|ws)/(.*)', 'regex /green(/|$)(.*)', false],
  ['regex /(api|ws)/(.*)', 'Prefix /WS', true],
  ['regex ^/(?:API|ws)(/|$)(.*)', 'regex /api-green(/|$)(.*)', false],
  ['regex /(api|ws)?(.*)', 'regex /green(/|$)(.*)', true],
  ['regex /(api|ws)*', 'regex /green(/|$)(.*)', true],
  ['regex /(api|ws){0}', 'regex /green(/|$)(.*)', true],
  ['regex /(?!api)', 'regex /green(/|$)(.*)', true],
  // Of these, only the first alternative is anchored.
  ['regex /api|/ws', 'regex /green(/|$)(.*)', true],
  ['regex /a\\(|/green', 'Prefix /green', true],
  ['regex /a[]([:alpha:](]|/green', 'Prefix /green', true],
  ['regex /a[|]|\\|', 'Prefix /green', true],
  ['regex /a[|]\\|', 'Prefix /green', false],
])('%s and %s: may a request match both? %s', (one, other, expected) => {
  expect(mayMeet(of(one), of(other))).toBe(expected);
  expect(mayMeet(of(other), of(one))).toBe(expected);
});

/** As other people may write them. */
const written = fc
  .array(
    fc.constantFrom(
      ...['/', 'a', 'b', 'c', '(a|b)', '(?:a|ab)', '(/|$)', '(/.*)?', '(a|)', '(', ')', '[(]', '\\('],
      ...['$', '?', '*', '+', '{0}', '^', '|', '.'],
    ),
    { maxLength: 6 },
  )
  .map((parts) => `/${parts.join('')}`)
  .filter(isRegex);

test('where a request matches both, they may meet', () => {
  const paths = fc.constantFrom('/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/A');
  const regexes = fc.constantFrom(
    ...['/a(/|$)(.*)', '/', '/a', '/ab?', '/a*b', '/a/.*', '/(a|b)', '/b|/a/b', '/a{2}'],
    ...['/a(/|$)', '/a$', '/(a|b)/c', '/a(/.*)?', '/a(/.*)?$', '/(?:a|ab)', '/(a|b)(/|$)', '^/a$'],
  );
  const matched = fc.oneof(
    fc.record({ form: fc.constantFrom('Exact', 'Prefix'), path: paths }),
    fc.record({ form: fc.constant('regex'), path: fc.oneof(regexes, written) }),
  ) as fc.Arbitrary<MatchedPath>;
  const asked = fc.constantFrom(
    ...['/', '/a', '/a/', '/a/b', '/ab', '/a/b/c', '/b', '/aa', '/b/a', '/abc', '/a/c', '/b/c', '/ab/', '/a(', '/ac'],
  );
  fc.assert(
    fc.property(matched, matched, asked, (one, other, path) => {
      fc.pre(matches(one, path) && matches(other, path));
      expect(mayMeet(one, other)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

function isRegex(text: string): boolean {
  try {
    return new RegExp(`^${text}`) !== undefined;
  } catch {
    return false;
  }
}

test.each([
  ...['/', '/.*', '/(.*)', '/(?:.*)', '/*', '/?(.*)', '/()(.*)', '^/(.*)', '/[^/]*', '/([^/]*)(.*)', '(/|$)(.*)'],
  ...['/(?!api).*', '/(?!api|\\.well-known/)(.*)', '/(?!(?:api|ws)(?:/|$)).*'],
])('%s is for everything, and gives up a part to a preview', (path) => {
  expect(mayTakeFromRegex(of('Prefix /green'), { path, match: 'regex' })).toBe(false);
});

test.each([
  ...[
    '/.+\\.php',
    '/[a-z]+/api',
    '/[^.]+',
    '/.*(?=green)',
    '/(?!(?!green)).*',
    '/(?!.*[^0-9])',
    '/.(?!a)*',
    '/[^/]{5}',
  ],
])('%s is for some requests only', (path) => {
  expect(mayTakeFromRegex(of('Prefix /green'), { path, match: 'regex' })).toBe(true);
});

test.each(['/(a|b)', '(', '(a)', '/(?!', '(?!(a)', '(?!a)', '[', '[[:', '\\', '(|', '(a|', '^', '/.*', '($|a)'])(
  'a long regex takes no long time: %s and so on',
  (part) => {
    const path = part.repeat(100_000);
    const began = performance.now();
    mayTakeFromRegex({ path, form: 'regex' }, { path: `${path}x`, match: 'regex' });
    expect(performance.now() - began).toBeLessThan(2_000);
  },
);

test('the starts of two regexes are not too many to compare', () => {
  const path = `/${'(a|b|c|d|e|f|g|h)'.repeat(1_000)}`;
  const starts = startsOfRegex(path);
  expect(starts).toHaveLength(64);
  expect(startsOfRegex(`/(${'a|'.repeat(64)})`)).toEqual([{ text: '/', rest: 'anything' }]);
});
