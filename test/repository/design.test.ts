import { globSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { MODES } from '../../src/state/modes.ts';

/** What the design says of tests and modes is so. */

describe('the promises of the design', () => {
  const [design = ''] = /^## 2\. Promises[\s\S]*?(?=^## 3)/m.exec(readFileSync('docs/design.md', 'utf8')) ?? [];
  const promised = [...design.matchAll(/^(\d+)\. \*\*/gm)].map(([, number]) => Number(number));
  const rows = [...design.matchAll(/^\| (\d+) \| \[[^\]]+\]\(\.\.\/(\S+)\) \|/gm)].map(
    ([, number, file = '']) => `${number} ${file}`,
  );

  test('each has a test that npm test runs', () => {
    expect(promised).toHaveLength(10);
    const shown = rows.filter((row) => !row.endsWith('.all.test.ts')).map((row) => Number(row.split(' ')[0]));
    expect(promised.filter((number) => !shown.includes(number))).toEqual([]);
  });

  test('the table lists the tests that name a promise, and no others', () => {
    const named = globSync('test/**/*.test.ts').flatMap((file) =>
      [...readFileSync(file, 'utf8').matchAll(/^\s*(?:\/\*\*|\*|\/\/) Promises? ([\d, and]+):/gm)].flatMap(
        ([, numbers = '']) => (numbers.match(/\d+/g) ?? []).map((number) => `${number} ${file}`),
      ),
    );
    expect(rows.toSorted()).toEqual(named.toSorted());
  });
});

test('action.yml and the design describe each mode', () => {
  const { inputs } = load(readFileSync('action.yml', 'utf8')) as { inputs: { mode: { description: string } } };
  const described = [...readFileSync('docs/design.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    ([, mode]) => mode,
  );
  for (const mode of MODES) {
    expect(inputs.mode.description).toContain(`\`${mode}\``);
    expect(described).toContain(mode);
  }
});
