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

/** The lines that a workflow runs. */
const linesOf = (file: string) =>
  Object.values(all[file]?.jobs ?? {}).flatMap(({ steps = [] }) => steps.flatMap(({ run }) => run ?? []));
const CONTRIBUTING = readFileSync('CONTRIBUTING.md', 'utf8');

test('CI runs the commands that CONTRIBUTING.md names, and no others', () => {
  expect(linesOf('ci.yml').filter((command) => !CONTRIBUTING.includes(`\`${command}\``))).toEqual([]);
  expect(linesOf('ci.yml')).toContain('npm audit --omit=dev');
});

test('of the checks and tests that CONTRIBUTING.md lists, CI runs all but two, which run at night', () => {
  const listed = [...CONTRIBUTING.matchAll(/^\| `(npm (?:run )?(?:check|unused|test\S*))`/gm)].map(([, name]) => name);
  expect(listed.length).toBeGreaterThanOrEqual(7);
  const late = ['npm run test:all', 'npm run test:routers'];
  expect(listed.filter((command) => !linesOf('ci.yml').includes(command ?? ''))).toEqual(late);
  expect(linesOf('all.yml').filter((command) => command !== 'npm ci')).toEqual(late);
  expect(CONTRIBUTING).toContain('CI runs the checks and tests of this table but `test:all` and `test:routers`');
});

test('nothing is published before CI and all tests have passed', () => {
  expect(Object.keys(all['all.yml']?.on ?? {})).toEqual(['schedule', 'workflow_call']);
  const { publish, ...before } = all['publish.yml']?.jobs ?? {};
  expect(publish?.needs).toEqual(Object.keys(before));
  expect(publish?.if).toBeUndefined();
  expect(Object.values(before).map(({ uses }) => uses)).toEqual(
    ['ci.yml', 'all.yml'].map((file) => `./.github/workflows/${file}`),
  );
});

test('nobody can start a rollback of the repository itself', () => {
  expect(all['rollback.yml']?.jobs.rollback?.if).toBe("github.repository != 'greenpath/greenpath'");
  const startable = Object.entries(all).filter(([, { on }]) => Object.hasOwn(on, 'workflow_dispatch'));
  expect(startable.map(([file]) => file)).toEqual(['rollback.yml']);
});
