import { expect, test } from 'vitest';
import { commitIn } from '../../../src/core/release/commit.ts';

const GOOD = { repository: 'acme/shop', sha: 'a'.repeat(40), actor: 'octocat' };

test.each([
  ['as GitHub says it', GOOD],
  ['with a SHA-256', { ...GOOD, sha: '0123456789abcdef'.repeat(4) }],
  ['of an app', { ...GOOD, actor: 'dependabot[bot]' }],
])('a commit %s', (_, value) => expect(commitIn(value)).toEqual(value));

test('has nothing besides', () => expect(commitIn({ ...GOOD, more: 1 })).toEqual(GOOD));

test.each([
  ['nothing', undefined],
  ['a text', 'aaaaaaa'],
  ['half of one', { ...GOOD, actor: undefined }],
  ['a short SHA', { ...GOOD, sha: 'a'.repeat(7) }],
  ['a branch', { ...GOOD, sha: 'main' }],
  ['two lines', { ...GOOD, sha: `${'a'.repeat(40)}\n` }],
  ['a path', { ...GOOD, repository: 'acme/shop/../other' }],
  ['a link', { ...GOOD, repository: 'acme/shop](https://evil.test' }],
  ['a tag of HTML', { ...GOOD, actor: '<b>octocat</b>' }],
])('%s is none', (_, value) => expect(commitIn(value)).toBeUndefined());
