import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { KINDS } from '../../src/core/kube/kinds.ts';
import { join } from '../core/colouring/stack-manifests.ts';
import { WEB, words } from '../core/colouring/words.ts';
import { manifestsOf } from '../core/support.ts';
import { EXAMPLES } from './object-examples.ts';

/** The table of docs/applications.md says of each object what the code does with it. */

const WORDS: Readonly<Record<string, string>> = { left: 'left alone', route: 'live route' };

const [, table = ''] =
  /^\| my … \|.*\n\| ---.*\n([\s\S]*?)\n\n/m.exec(readFileSync('docs/applications.md', 'utf8')) ?? [];
const ROWS = table.split('\n').map((line) => {
  const [my = '', is = ''] = line.slice(2).split(' | ');
  return { my, is };
});

test('each row has an example', () => {
  expect(ROWS).toHaveLength(EXAMPLES.length);
  for (const [index, [my]] of EXAMPLES.entries()) expect(ROWS[index]?.my.startsWith(my), my).toBe(true);
});

test.each(EXAMPLES.map((example, index) => [ROWS[index]?.my ?? '', example] as const))(
  '%s',
  (my, [, kind, text, routed = 'web']) => {
    const found = words(join(WEB, text), { routed: ['web', routed] }).filter((one) => one.startsWith(`${kind} db: `));
    expect(found.map((one) => one.split(': ')[1] ?? '').map((word) => WORDS[word] ?? word)).toEqual([
      ROWS.find((row) => row.my === my)?.is,
    ]);
  },
);

test('each kind that manifests may hold has a row', () => {
  const kinds = EXAMPLES.flatMap(([, , text]) => manifestsOf(text).map(({ object }) => object.kind));
  const held = KINDS.filter(({ treatment }) => treatment !== 'own' && treatment !== 'read').map(({ kind }) => kind);
  expect(held.filter((kind) => !kinds.includes(kind))).toEqual([]);
});
