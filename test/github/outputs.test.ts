import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { describe, expect, test, vi } from 'vitest';
import { factsIn } from '../../harness/summary-facts.ts';
import { isObject } from '../../src/core/base/json.ts';
import { LONGEST } from '../../src/core/base/masking.ts';
import { resultOf } from '../../src/core/report/result.ts';
import type { Result } from '../../src/core/report/result-schema.ts';
import { LogReport } from '../../src/github/log-report.ts';
import { FACTS_VARIABLE, setOutputs, writeSummary } from '../../src/github/outputs.ts';
import { runCommit, runUrl } from '../../src/github/workflow-run.ts';
import { NOTHING, PROMOTED } from '../core/report/results.ts';

/** What later steps and people get of a run, where the runner looks for it. */

const RESULT: Result = resultOf(PROMOTED, NOTHING, undefined);
const emptyFile = (name: string) => {
  const file = join(mkdtempSync(join(tmpdir(), 'greenpath-runner-')), name);
  writeFileSync(file, '');
  return file;
};

test('every output of action.yml is set, and no other', () => {
  const file = emptyFile('output');
  vi.stubEnv('GITHUB_OUTPUT', file);
  setOutputs(RESULT);
  const written = Object.fromEntries(
    [...readFileSync(file, 'utf8').matchAll(/^(\S+)<<(\S+)\n([\s\S]*?)\n\2$/gm)].map(([, name, , value]) => [
      name,
      value,
    ]),
  );
  const action: unknown = load(readFileSync('action.yml', 'utf8'));
  const outputs = isObject(action) && isObject(action.outputs) ? Object.keys(action.outputs) : [];
  expect(Object.keys(written).toSorted()).toEqual(outputs.toSorted());
  expect(written).toMatchObject({
    revision: 'v2',
    'previous-revision': 'v1',
    'live-url': 'http://a.test/',
    changed: 'true',
  });
  expect(JSON.parse(written.json ?? '')).toEqual(JSON.parse(JSON.stringify(RESULT)));
});

describe('the summary', () => {
  const warningsOf = async () => {
    vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    const report = new LogReport();
    await writeSummary(RESULT, NOTHING, report);
    return report.close().warnings;
  };

  test('that cannot be written is a warning, and does not fail the step', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', join(tmpdir(), 'greenpath-no-such-folder', 'summary'));
    expect(await warningsOf()).toEqual([expect.stringContaining('the summary could not be written')]);
  });

  const printedBy = async () => {
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const report = new LogReport();
    report.warning('100 % of it\nis "quoted"');
    await writeSummary(RESULT, report.close(), report);
    return lines.join('');
  };

  test('is in the debug log as what it is made of, if a variable asks for that', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    vi.stubEnv('RUNNER_DEBUG', '1');
    vi.stubEnv(FACTS_VARIABLE, '1');
    const { result, journal } = factsIn(await printedBy());
    expect(result).toEqual(JSON.parse(JSON.stringify(RESULT)));
    expect(journal.warnings).toEqual(['100 % of it is "quoted"']);
    vi.stubEnv(FACTS_VARIABLE, '');
    expect(await printedBy()).not.toContain('::debug::');
  });

  test('is whole in the debug log, however much it is made of', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    vi.stubEnv('RUNNER_DEBUG', '1');
    vi.stubEnv(FACTS_VARIABLE, '1');
    const lines: string[] = [];
    vi.spyOn(process.stdout, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    const report = new LogReport();
    const diff = 'replicas and replicas again, '.repeat(300);
    for (let at = 0; at < 30; at += 1) report.change({ object: `Deployment d${at}`, action: 'change', diff });
    const written = report.close();
    await writeSummary(RESULT, written, report);
    vi.stubEnv(FACTS_VARIABLE, '');
    expect(JSON.stringify(written).length).toBeGreaterThan(2 * LONGEST);
    expect(factsIn(lines.join('')).journal.changes).toEqual(written.changes);
  });

  test('is left out where nobody asks for one', async () => {
    vi.stubEnv('GITHUB_STEP_SUMMARY', '');
    expect(await warningsOf()).toEqual([]);
  });
});

/** What GitHub says of the run, and nothing else. */
function runBy(environment: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env).filter((one) => one.startsWith('GITHUB_'))) vi.stubEnv(name, undefined);
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value);
}

describe('the address of the run', () => {
  const GITHUB = { GITHUB_SERVER_URL: 'https://github.test', GITHUB_REPOSITORY: 'a/b', GITHUB_RUN_ID: '7' };
  test.each<[Record<string, string>, string]>([
    [{ ...GITHUB, GITHUB_RUN_ATTEMPT: '2' }, 'https://github.test/a/b/actions/runs/7/attempts/2'],
    [GITHUB, 'https://github.test/a/b/actions/runs/7/attempts/1'],
    [{ ...GITHUB, GITHUB_RUN_ID: '' }, 'a run outside of GitHub'],
    [{}, 'a run outside of GitHub'],
  ])('by %j: %s', (environment, url) => {
    runBy(environment);
    expect(runUrl()).toBe(url);
  });
});

test('the commit of the run is what GitHub says, as a whole or not at all', () => {
  const [repository, sha, actor] = ['acme/shop', 'a'.repeat(40), 'octocat'];
  runBy({ GITHUB_REPOSITORY: repository, GITHUB_SHA: sha, GITHUB_ACTOR: actor });
  expect(runCommit()).toEqual({ repository, sha, actor });
  runBy({ GITHUB_REPOSITORY: repository, GITHUB_SHA: sha });
  expect(runCommit()).toBeUndefined();
});
