import { describe, expect, test } from 'vitest';
import type { Comparison } from '../../src/core/report/journal.ts';
import { link } from '../../src/github/links.ts';
import { comparison, deployed, verified } from './candidate-stories.ts';
import { REPOSITORY, type Story, summary } from './story.ts';

/** What a person looks at who approves a promotion. */

const [A, B] = ['a'.repeat(40), 'b'.repeat(40)];
const rowsOf = (story: Story, options?: Parameters<typeof summary>[1]) =>
  (/^\| {2}\| .*\n([\s\S]*?)\n\n/m.exec(summary(story, options))?.[0] ?? '').trim().split('\n');
const comparing = (more: Partial<Comparison>): Story => ({
  ...verified,
  journal: { ...verified.journal, comparison: { ...comparison, ...more } },
});

test.each([
  ['verify', verified],
  ['deploy-green', deployed],
])('after %s both versions stand side by side, with what can be clicked', (_, story) => {
  expect(rowsOf(story)).toEqual([
    '|  | 🔵 live | 🟢 candidate |',
    '| --- | --- | --- |',
    '| revision | <code>v1.22.0</code> | <code>v1.24.0</code> |',
    '| address | [<code>https&#58;//example.com/</code>](https://example.com/) | [<code>https&#58;//example.com/green/</code>](https://example.com/green/) |',
    '| image of <code>web</code> | <code>ghcr.io/acme/shop&#58;1.22.0</code> | <code>ghcr.io/acme/shop&#58;1.24.0</code> |',
    '| image of <code>web/proxy</code> | <code>envoyproxy/envoy&#58;v1.31.2</code> | unchanged |',
    `| commit | [<code>aaaaaaa</code>](https://github.com/acme/shop/commit/${A}) | [<code>bbbbbbb</code>](https://github.com/acme/shop/commit/${B}) ([what changed](https://github.com/acme/shop/compare/${A}...${B})) |`,
    '| run started by | octocat | dependabot&#91;bot&#93; |',
  ]);
});

test('the first screen has the decision: verdict, both versions, warnings, checks, differences', () => {
  const text = summary(verified);
  const order = [
    '### ✅',
    '**Visitors:**',
    '🟢 candidate',
    '#### Warnings',
    '#### Checks',
    '#### What differs',
    '#### Timeline',
  ];
  const places = order.map((one) => text.indexOf(one));
  expect(places).toEqual(places.toSorted((a, b) => a - b));
  expect(places[0]).toBe(0);
});

test('the checks say when they ran and how long they took', () => {
  expect(summary(verified)).toContain('#### Checks (2026-11-23 20:37:12 UTC, 7.4 s)');
});

describe('commits', () => {
  const rows = (more: Partial<Comparison>, repository: typeof REPOSITORY | undefined = REPOSITORY) =>
    rowsOf(comparing(more), { repository }).filter((row) => row.includes('commit'));
  const at = (sha: string, repository = REPOSITORY.name) => ({ repository, sha, actor: 'octocat' });

  test('that are not known are not guessed', () => {
    const live = { ...comparison.live, commit: undefined };
    expect(rows({ live })).toEqual([expect.stringMatching(/^\| commit \| – \| \[<code>bbbbbbb/)]);
    expect(rows({ live, candidate: { ...comparison.candidate, commit: undefined } })).toEqual([]);
  });

  test.each([
    ['of another repository', { live: { revision: 'v1', commit: at(A, 'acme/other') } }, /^\| commit \| <code>aaaaaaa/],
    ['that are the same', { live: { revision: 'v1', commit: at(B) } }, /^\| commit \| \[<code>bbbbbbb/],
  ])('%s have no range', (_, more, first) => {
    expect(rows(more)).toEqual([expect.stringMatching(first)]);
    expect(rows(more).join()).not.toContain('compare');
  });

  test('are linked on the server of this run only, and only if that is one', () => {
    for (const server of ['javascript:alert(1)', 'https://user:word@github.com', 'https://git hub.com', ''])
      expect(rows({}, { ...REPOSITORY, server }).join()).not.toContain('](');
    expect(rowsOf(verified, { repository: undefined }).join()).not.toContain('/commit/');
  });
});

describe('differences', () => {
  test('are shown by pair, the short ones unfolded; what is equal or gone is named', () => {
    const text = summary(verified);
    expect(text).toContain(
      '<details open><summary>✏️ <code>Deployment web-v1-22-0</code> → <code>Deployment web-v1-24-0</code></summary>',
    );
    expect(text).toContain('As in the live version: <code>Service web-v1-24-0</code>');
    expect(text).toContain('In the live version only: <code>Deployment mailer-v1-22-0</code>');
  });

  test('that are long are folded', () => {
    const [first, ...rest] = comparison.twins;
    const twins = [{ before: 'a', after: 'b', ...first, diff: '+ a\n'.repeat(31) }, ...rest];
    expect(summary(comparing({ twins }))).toContain('<details><summary>✏️');
  });

  test('are none if nothing was live', () => {
    const nothing = comparing({ live: { revision: '', commit: undefined } });
    expect(summary(nothing)).not.toContain('What differs');
    expect(rowsOf(nothing)[2]).toBe('| revision | nothing | <code>v1.24.0</code> |');
  });
});

test('of very many images the changed ones are shown', () => {
  const images = Array.from({ length: 30 }, (_, at) => ({
    of: `a${at}`,
    before: 'x:1',
    after: at === 29 ? 'x:2' : 'x:1',
  }));
  const rows = rowsOf(comparing({ images })).filter((row) => row.includes('image'));
  expect(rows).toHaveLength(11);
  expect(rows[0]).toContain('a29');
  expect(rows.at(-1)).toBe('| … and 20 more images |  |  |');
});

describe('a link', () => {
  test.each([
    'https://shop.test/',
    'http://shop.test:8080/green/',
    'http://10.0.0.1/a_b/~c',
    'https://xn--e1afmkfd.test/',
  ])('leads to %s', (url) => expect(link(url)).toMatch(/^\[<code>.*<\/code>\]\(http/));

  test.each([
    ...[
      'javascript:alert(1)',
      'ftp://shop.test/',
      '//shop.test/',
      'https://user@shop.test/',
      'https://user:word@shop.test/',
    ],
    ...[
      'https://*.shop.test/',
      'https://127.1/',
      'https://0x7f.1/',
      'https://shop.test/a/../b',
      'https://shop.test:443/',
    ],
    ...[
      'https://shop.test/)[x](https://evil.test/',
      'https://shop.test/<b>',
      'https://shop.test/ x',
      'https://shop.test',
    ],
    ...[
      'https://shop.test/?next=https://evil.test',
      'https://shop.test/#a',
      'https://ѕhop.test/',
      'https://shop.test\\@evil.test/',
    ],
    `https://shop.test/${'a'.repeat(300)}`,
  ])('is not made of %s', (url) => expect(link(url)).toMatch(/^<code>[^<>[\]]*<\/code>$/));
});
