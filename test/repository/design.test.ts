import { existsSync, globSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { MODES } from '../../src/state/modes.ts';
import { STATES } from '../../src/state/outcome.ts';
import { yaml } from './files.ts';

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

const action = yaml<{ inputs: { mode: { description: string } }; outputs: { state: { description: string } } }>(
  'action.yml',
);

test('action.yml and the design describe each mode', () => {
  const { inputs } = action;
  const described = [...readFileSync('docs/design.md', 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm)].map(
    ([, mode]) => mode,
  );
  for (const mode of MODES) {
    expect(inputs.mode.description).toContain(`\`${mode}\``);
    expect(described).toContain(mode);
  }
});

test('action.yml describes each state', () => {
  const { description } = action.outputs.state;
  expect(STATES.filter((state) => !description.includes(`\`${state}\``))).toEqual([]);
});

test('each mode has a test', () => {
  // That of deploy-green is test/e2e, whose every scenario begins with it.
  expect(MODES.filter((mode) => !existsSync(`test/modes/${mode}.test.ts`))).toEqual(['deploy-green']);
});

test.each([
  // It reads no cluster.
  ['lifecycle.test.ts', ['check']],
  ['dry-run.all.test.ts', ['check']],
  // Nothing is written by two, and the other is made of modes that are killed.
  ['crash-cycles.ts', ['status', 'release', 'check']],
])('%s runs each mode', (file, leftOut) => {
  const text = readFileSync(`test/e2e/${file}`, 'utf8');
  expect(MODES.filter((mode) => !text.includes(`'${mode}'`))).toEqual(leftOut);
});
