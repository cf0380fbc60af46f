import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../src/core/base/config.ts';

const headings = (file: string) => [...readFileSync(file, 'utf8').matchAll(/^## (\S+)$/gm)].map(([, name]) => name);

test('the troubleshooting page has one entry for each error code, in alphabetical order', () => {
  const union = /type ErrorCode =([^;]*);/.exec(readFileSync('src/core/base/error.ts', 'utf8'))?.[1] ?? '';
  const codes = [...union.matchAll(/'([\w-]+)'/g)].map(([, code]) => code);
  expect(headings('docs/troubleshooting.md')).toEqual(codes.toSorted());
});

test('the config page has an entry for each setting, and its example is accepted', () => {
  const every = Object.fromEntries([...headings('docs/config.md'), 'nonsense'].map((name) => [name, 'x']));
  const parsed = parseConfig(every);
  const unknown = 'problems' in parsed ? parsed.problems.filter((text) => text.includes('no such setting')) : [];
  expect(unknown).toEqual([expect.stringMatching(/^nonsense: /)]);
  const known =
    /const schema = v\.strictObject\(\{([\s\S]*?)\n\}\);/.exec(readFileSync('src/core/base/config.ts', 'utf8'))?.[1] ??
    '';
  const settings = [...known.matchAll(/^ {2}'?([\w-]+)'?:/gm)].map(([, name]) => name);
  expect(headings('docs/config.md').toSorted()).toEqual(settings.toSorted());
});
