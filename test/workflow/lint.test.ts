import { globSync, readFileSync } from 'node:fs';
import { beforeAll, expect, test } from 'vitest';
import { audit, lint } from '../../harness/linters.ts';
import { snippetsOf, wholeWorkflow } from '../repository/files.ts';

/** Every workflow that people see or copy is what actionlint and zizmor accept. */

beforeAll(() => lint(GOOD, 'regular'));

const GOOD = `
name: good
on: workflow_dispatch
permissions: {}
jobs:
  one:
    name: One
    runs-on: ubuntu-latest
    timeout-minutes: 5
    permissions: {}
    steps:
      - run: echo hello
`;

test('a good one is accepted', async () => {
  expect(await lint(GOOD, 'regular')).toEqual([]);
});

test.each([
  [
    'an expression in a script',
    GOOD.replace('echo hello', 'echo "${{ github.event.issue.title }}"'),
    'template-injection',
  ],
  ['an unknown context', GOOD.replace('echo hello', 'echo "${{ needs.two.outputs.x }}"'), 'needs'],
  ['a foreign action by tag', GOOD.replace('- run: echo hello', '- uses: foo/bar@v1'), 'unpinned-uses'],
])('a planted fault is found: %s', async (_, workflow, fault) => {
  expect((await lint(workflow, 'regular')).join('\n')).toContain(fault);
});

const published = globSync('.github/workflows/*.yml').map((file) => [file, readFileSync(file, 'utf8')] as const);
const printed = ['README.md', ...globSync('docs/**/*.md')].flatMap((file) =>
  snippetsOf(file).map((text, index) => [`${file}, workflow ${index + 1}`, wholeWorkflow(text)] as const),
);

test('there is something to look at', () => {
  expect(published.length).toBeGreaterThanOrEqual(2);
  expect(printed.length).toBeGreaterThanOrEqual(9);
});

test.each(published)('%s', async (_, workflow) => {
  expect(await lint(workflow, 'pedantic')).toEqual([]);
});

test('the whole repository: action.yml and dependabot.yml too', async () => {
  expect(await audit('.', 'pedantic')).toEqual([]);
});

test.each(printed)('%s', async (_, workflow) => {
  expect(await lint(workflow, 'regular')).toEqual([]);
});
