import { existsSync, globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseConfig } from '../src/checks/config.ts';
import { CHECK_KINDS } from '../src/checks/registry.ts';
import { ERROR_CODES } from '../src/core/base/error.ts';
import { ROUTER_NAMES } from '../src/routes/registry.ts';

const headings = (file: string) => [...readFileSync(file, 'utf8').matchAll(/^## (\S+)$/gm)].map(([, name]) => name);

test('the troubleshooting page has one entry for each error code, in alphabetical order', () => {
  expect(headings('docs/troubleshooting.md')).toEqual(ERROR_CODES.toSorted());
});

test('the config page has an entry for each setting, and its example is accepted', () => {
  const every = Object.fromEntries([...headings('docs/config.md'), 'nonsense'].map((name) => [name, 'x']));
  const parsed = parseConfig(every, ROUTER_NAMES);
  const unknown = 'problems' in parsed ? parsed.problems.filter((text) => text.includes('no such setting')) : [];
  expect(unknown).toEqual([expect.stringMatching(/^nonsense: /)]);
  const known =
    /return settings\(\{([\s\S]*?)\n {2}\}\);/.exec(readFileSync('src/core/base/config.ts', 'utf8'))?.[1] ?? '';
  const settings = [...known.matchAll(/^ {4}'?([\w-]+)'?[:,]/gm)].map(([, name]) => name);
  expect(headings('docs/config.md').toSorted()).toEqual(settings.toSorted());
});

test.each(CHECK_KINDS.map(({ key }) => key))(
  'the kind of check %s has its own part of the config page, file and test',
  (key) => {
    expect(readFileSync('docs/config.md', 'utf8')).toMatch(new RegExp(`^### ${key}\\n- `, 'm'));
    expect(existsSync(`src/checks/kinds/${key}.ts`), `src/checks/kinds/${key}.ts`).toBe(true);
    expect(existsSync(`test/checks/kinds/${key}.test.ts`), `test/checks/kinds/${key}.test.ts`).toBe(true);
  },
);

test('no query that people copy gives 0 for ever where its metric is missing: it divides by that', () => {
  const pages = globSync('docs/**/*.md').map((page) => readFileSync(page, 'utf8'));
  const blocks = pages.flatMap((page) => [...page.matchAll(/^```ya?ml\n[\s\S]*?^```$/gm)].map(([block]) => block));
  const texts = [...blocks, ...CHECK_KINDS.map(({ example }) => JSON.stringify(example))];
  const filled = texts.filter((text) => text.includes('or vector('));
  expect(filled.length).toBeGreaterThanOrEqual(3);
  for (const text of filled) expect(text.replaceAll(/or vector\(0\)\)\s*\/ sum\(/g, '')).not.toContain('or vector(');
});
