import { globSync, readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { parseConfig } from '../../src/checks/config.ts';
import { ROUTER_NAMES } from '../../src/routes/registry.ts';
import { MODES } from '../../src/state/modes.ts';
import { jobsOf, snippetsOf, type Workflow, wholeWorkflow, workflows, yaml } from './files.ts';

/** What people copy from the README and the docs; test/workflow/lint.test.ts has actionlint and zizmor read it. */

const PAGES = ['README.md', 'CONTRIBUTING.md', ...globSync('docs/**/*.md')];
const snippets = PAGES.flatMap((page) =>
  snippetsOf(page).map((text, index) => [`${page}, workflow ${index + 1}`, text] as const),
);

type Interface = Readonly<Record<string, { readonly required?: boolean }>>;
const action = yaml<{ inputs: Interface }>('action.yml').inputs;
const published = workflows();

test('the README has at most 150 lines', () => {
  expect(readFileSync('README.md', 'utf8').trimEnd().split('\n').length).toBeLessThanOrEqual(150);
});

test('the README shows the three forms of a release', () => {
  const shown = snippetsOf('README.md').join('\n');
  for (const form of ['/.github/workflows/release.yml@v1', 'mode: release', 'mode: deploy-green'])
    expect(shown).toContain(form);
});

describe.each(snippets)('%s', (where, text) => {
  const workflow = load(wholeWorkflow(text)) as Workflow;
  const jobs = jobsOf({ [where]: workflow });

  test('gives steps of the action only inputs that it has, and those that it needs', () => {
    const steps = jobs.flatMap(([, { steps = [] }]) => steps.filter(({ uses }) => uses?.startsWith('greenpath/')));
    for (const { with: given = {} } of steps) {
      expect(faults(given, action)).toEqual([]);
      expect(MODES).toContain(given.mode);
      const readsManifests = ['deploy-green', 'release', 'check'].includes(String(given.mode));
      expect(Object.hasOwn(given, 'manifests'), `${given.mode}: manifests`).toBe(readsManifests);
      expect(configFaults(given.config)).toEqual([]);
    }
  });

  test('gives the workflows that it calls only inputs and secrets that they have, and those that they need', () => {
    for (const [, { uses = '', with: given = {}, secrets = {} }] of jobs) {
      const file = /^greenpath\/greenpath\/\.github\/workflows\/([\w.]+)@v1$/.exec(uses)?.[1];
      if (uses === '') continue;
      const called = published[file ?? '']?.on.workflow_call;
      expect(faults(given, called?.inputs ?? {})).toEqual([]);
      expect(faults(secrets, called?.secrets ?? {})).toEqual([]);
      expect(configFaults(given.config)).toEqual([]);
    }
  });
});

test.each(PAGES)('each config in a line of %s is accepted', (page) => {
  const configs = [...readFileSync(page, 'utf8').matchAll(/`config: '([^'`]+)'`/g)].map(([, text = '']) => text);
  expect(configs.flatMap(configFaults)).toEqual([]);
  expect(configs.length).toBeGreaterThanOrEqual(page === 'README.md' ? 2 : 0);
});

test.each([...PAGES, ...globSync('{bench,cluster}/README.md')])('each script that %s names exists', (page) => {
  const named = [...readFileSync(page, 'utf8').matchAll(/\bnpm run (?:-\S+ )*([\w:-]+)/g)].map(([, name = '']) => name);
  expect(named.filter((name) => !Object.hasOwn(manifest.scripts, name))).toEqual([]);
});

function faults(given: Readonly<Record<string, unknown>>, known: Interface): string[] {
  const needed = Object.keys(known).filter((name) => known[name]?.required);
  return [
    ...Object.keys(given).flatMap((name) => (Object.hasOwn(known, name) ? [] : [`${name} does not exist`])),
    ...needed.flatMap((name) => (Object.hasOwn(given, name) ? [] : [`${name} is missing`])),
  ];
}

/** What is wrong with a config; a path of a file is not followed. */
function configFaults(text: unknown): string[] {
  const value = typeof text === 'string' ? load(text) : undefined;
  if (typeof value !== 'object') return [];
  const parsed = parseConfig(value, ROUTER_NAMES);
  return 'problems' in parsed ? parsed.problems : [];
}
