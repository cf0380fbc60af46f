import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { jobsOf, usesInTexts, workflows } from './files.ts';

/** Habits of the repository's workflows; test/workflow/lint.test.ts has them read by actionlint and zizmor. */

const all = workflows();

test('actions of others are pinned to a commit, and a comment names the version', () => {
  const foreign = usesInTexts().filter(({ action }) => !/^(greenpath\/greenpath|\.)(\/|$)/.test(action));
  expect(foreign.length).toBeGreaterThanOrEqual(7);
  const loose = foreign.filter(({ ref, version }) => !/^[0-9a-f]{40}$/.test(ref) || !/^v\d+\.\d+/.test(version ?? ''));
  expect(loose).toEqual([]);
});

test('an action has the same pin wherever it is named, docs and README included', () => {
  const pins = Map.groupBy(usesInTexts(), ({ action }) => action);
  const different = [...pins].filter(
    ([, uses]) => new Set(uses.map(({ ref, version }) => `${ref} ${version}`)).size > 1,
  );
  expect(different).toEqual([]);
});

test('a workflow starts with no permission, and each job names those that it has', () => {
  for (const [file, workflow] of Object.entries(all)) expect(workflow.permissions, file).toEqual({});
  for (const [where, job] of jobsOf(all)) expect(job.permissions, where).toBeDefined();
});

test('each job has a name and, unless it calls a workflow, a time limit', () => {
  for (const [where, job] of jobsOf(all)) {
    expect(job.name, where).toBeDefined();
    expect(job['timeout-minutes'] ?? job.uses, where).toBeDefined();
  }
});

test('a checkout leaves no credentials behind', () => {
  const checkouts = jobsOf(all).flatMap(([where, { steps = [] }]) =>
    steps.filter(({ uses }) => uses?.startsWith('actions/checkout@')).map((step) => [where, step] as const),
  );
  expect(checkouts.length).toBeGreaterThan(0);
  for (const [where, step] of checkouts) expect(step.with?.['persist-credentials'], where).toBe(false);
});

test('workflows run only scripts that package.json has', () => {
  const called = jobsOf(all).flatMap(([, { steps = [] }]) =>
    steps.flatMap(({ run = '' }) =>
      [...run.matchAll(/npm (?:run (?:--\S+ )*([\w:-]+)|(test)\b)/g)].map(([, script, shortcut]) => script ?? shortcut),
    ),
  );
  expect(called.filter((script) => !Object.hasOwn(manifest.scripts, script ?? ''))).toEqual([]);
});

test('CI runs the commands that CONTRIBUTING.md names, and no others', () => {
  const commands = Object.values(all['ci.yml']?.jobs ?? {}).flatMap(({ steps = [] }) =>
    steps.flatMap(({ run }) => (run === undefined ? [] : [run])),
  );
  const told = readFileSync('CONTRIBUTING.md', 'utf8');
  expect(commands.filter((command) => !told.includes(`\`${command}\``))).toEqual([]);
  const expected = [
    'npm run check',
    'npm run unused',
    'npm run test:unit',
    'npm run test:workflows',
    'npm audit --omit=dev',
    'npm test',
  ];
  expect(expected.filter((command) => !commands.includes(command))).toEqual([]);
});

test('nobody can start a rollback of the repository itself', () => {
  expect(all['rollback.yml']?.jobs.rollback?.if).toBe("github.repository != 'greenpath/greenpath'");
  const startable = Object.entries(all).filter(([, { on }]) => Object.hasOwn(on, 'workflow_dispatch'));
  expect(startable.map(([file]) => file)).toEqual(['rollback.yml']);
});
