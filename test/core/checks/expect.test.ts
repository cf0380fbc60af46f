import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { type Check, parseConfig } from '../../../src/core/base/config.ts';
import { type Answered, claims, mismatch, saidBy } from '../../../src/core/checks/expect.ts';
import { only, revisions } from '../support.ts';

/** The check with this `expect`, as the config gives it. */
function check(text: string): Check {
  const result = parseConfig({ checks: [{ request: 'GET /', expect: load(text) }] });
  if ('problems' in result) throw new Error(result.problems.join('; '));
  return only(result.config.checks);
}
const answer = (more: Partial<Answered> = {}): Answered => ({ status: 200, headers: {}, body: '', ...more });

describe('mismatch', () => {
  test.each<[string, Partial<Answered>]>([
    ['{}', { status: 200 }],
    ['{}', { status: 299 }],
    ['{status: 404}', { status: 404 }],
    ['{status: [204, 3xx]}', { status: 302 }],
    ['{status: [204, 3xx]}', { status: 204 }],
    ['{headers: {X-Revision: "{revision}"}}', { headers: { 'x-revision': 'v1.2' } }],
    ['{headers: {Set-Cookie: "a,b"}}', { headers: { 'set-cookie': ['a', 'b'] } }],
    ['{body: {contains: "version {revision}"}}', { body: 'this is version v1.2!' }],
    ['{body: {matches: "^rev {revision}$"}}', { body: 'rev v1.2' }],
    ['{body: {matches: "^o.*k$"}}', { body: 'o...k' }],
  ])('%s passes', (text, given) => {
    expect(mismatch(check(text), answer(given), 'v1.2')).toBeUndefined();
  });

  test.each<[string, Partial<Answered>, string]>([
    ['{}', { status: 500 }, 'status 500; expected 2xx'],
    ['{}', { status: 302, headers: { location: '/login' } }, 'status 302, to /login; expected 2xx'],
    ['{status: 200}', { status: 201 }, 'status 201; expected 200'],
    ['{status: [204, 3xx]}', { status: 200 }, 'status 200; expected 204 or 3xx'],
    ['{headers: {X-Revision: "{revision}"}}', {}, 'header X-Revision is missing; expected "v1.2"'],
    [
      '{headers: {X-Revision: "{revision}"}}',
      { headers: { 'x-revision': 'v1' } },
      'header X-Revision is "v1"; expected "v1.2"',
    ],
    ['{body: {contains: "{revision}"}}', { body: 'v1.1' }, 'the body does not contain "v1.2"'],
    ['{body: {matches: "^{revision}$"}}', { body: 'v1x2' }, 'the body does not match /^{revision}$/'],
  ])('%s fails and says why', (text, given, sentence) => {
    expect(mismatch(check(text), answer(given), 'v1.2')).toBe(sentence);
  });

  test('every part must hold', () => {
    const all = check('{status: 200, headers: {a: x}, body: {contains: y, matches: z}}');
    const good = { headers: { a: 'x' }, body: 'yz' };
    expect(mismatch(all, answer(good), 'v1')).toBeUndefined();
    expect(mismatch(all, answer({ ...good, status: 201 }), 'v1')).toContain('status');
    expect(mismatch(all, answer({ ...good, headers: {} }), 'v1')).toContain('header a');
    expect(mismatch(all, answer({ ...good, body: 'z' }), 'v1')).toContain('contain');
    expect(mismatch(all, answer({ ...good, body: 'y' }), 'v1')).toContain('match');
  });

  test('a class of status takes its hundred and no other', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 100, max: 599 }), (hundred, status) => {
        const passes = mismatch(check(`{status: ${hundred}xx}`), answer({ status }), 'v1') === undefined;
        expect(passes).toBe(Math.floor(status / 100) === hundred);
      }),
    );
  });
});

describe('claims', () => {
  test.each<[string, Parameters<typeof claims>[0], Partial<Answered>, boolean]>([
    ['a header', { header: 'X-Revision', path: '/' }, { headers: { 'x-revision': 'v1.2' } }, true],
    ['another header', { header: 'X-Revision', path: '/' }, { headers: { 'x-revision': 'v1.20' } }, false],
    ['no header', { header: 'X-Revision', path: '/' }, {}, false],
    ['a field', { json: 'build.revision', path: '/' }, { body: '{"build": {"revision": "v1.2"}}' }, true],
    ['another field', { json: 'build.revision', path: '/' }, { body: '{"build": {"revision": "v1"}}' }, false],
    ['a missing field', { json: 'build.revision', path: '/' }, { body: '{"build": "v1.2"}' }, false],
    ['no JSON', { json: 'revision', path: '/' }, { body: '<html>v1.2' }, false],
    ['JSON that is null', { json: 'revision', path: '/' }, { body: 'null' }, false],
    ['a pattern', { matches: '<p>{revision}</p>', path: '/' }, { body: '<p>v1.2</p>' }, true],
    ['a pattern in which a dot is a dot', { matches: '<p>{revision}</p>', path: '/' }, { body: '<p>v1x2</p>' }, false],
  ])('by %s', (_, identity, given, expected) => {
    expect(claims(identity, answer(given), 'v1.2')).toBe(expected);
  });

  test('a number in a field is the revision of that name', () => {
    expect(claims({ json: 'n', path: '/' }, answer({ body: '{"n": 7}' }), '7')).toBe(true);
  });

  test('two revisions are never taken for each other', () => {
    fc.assert(
      fc.property(revisions, revisions, (one, other) => {
        fc.pre(one !== other);
        const said = answer({ headers: { r: one }, body: JSON.stringify({ r: one }) });
        const ways = [
          { header: 'R', path: '/' },
          { json: 'r', path: '/' },
          { matches: '"{revision}"', path: '/' },
        ];
        for (const identity of ways) {
          expect(claims(identity, said, one)).toBe(true);
          expect(claims(identity, said, other)).toBe(false);
        }
      }),
    );
  });
});

describe('saidBy', () => {
  test.each<[string, Parameters<typeof saidBy>[0], Partial<Answered>, string | undefined]>([
    ['a header', { header: 'X-Revision', path: '/' }, { headers: { 'x-revision': 'v7' } }, 'v7'],
    ['an empty header', { header: 'X-Revision', path: '/' }, { headers: { 'x-revision': '' } }, undefined],
    ['no header', { header: 'X-Revision', path: '/' }, {}, undefined],
    ['a field', { json: 'r', path: '/' }, { body: '{"r": "v7"}' }, 'v7'],
    ['no JSON', { json: 'r', path: '/' }, { body: 'v7' }, undefined],
    ['a pattern, which names only what it looks for', { matches: '{revision}', path: '/' }, { body: 'v7' }, undefined],
  ])('%s', (_, identity, given, said) => {
    expect(saidBy(identity, answer(given))).toBe(said);
  });
});
