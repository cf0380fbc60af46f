import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Answered, claims, saidBy, statusText } from '../../../src/core/checks/expect.ts';
import { revisions } from '../support.ts';

const answer = (more: Partial<Answered> = {}): Answered => ({ status: 200, headers: {}, body: '', ...more });

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

test.each([
  [undefined, 'status 302'],
  ['/login', 'status 302, to /login'],
  ['https://sso.test/a?state=s3cret&b=/c?d#e', 'status 302, to https://sso.test/a?…'],
  ['/back#token=s3cret\n2', 'status 302, to /back#…'],
])('of a redirect to %j no query is shown, which may hold a token', (location, text) => {
  expect(statusText({ status: 302, headers: { ...(location && { location }) }, body: '' })).toBe(text);
});
