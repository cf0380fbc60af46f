import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Fault, GitHub } from '../../harness/github.ts';
import { GreenpathError } from '../../src/core/base/error.ts';
import { resultOf } from '../../src/core/report/result.ts';
import type { Result } from '../../src/core/report/result-schema.ts';
import { type DeploymentRequest, Deployments } from '../../src/github/deployments.ts';
import { LogReport } from '../../src/github/log-report.ts';
import { NOTHING, PROMOTED } from '../core/report/results.ts';

/**
 * What GitHub's API gets to know of a run, checked against GitHub's own description of it. Its client leaves a second
 * between two writes, so there are few of them here; what is written when is a table of `test/core/report`.
 */

const github = await GitHub.open();
afterAll(() => github.close());
beforeEach(() => {
  for (const [name, value] of Object.entries({ ...github.environment, GITHUB_STATE: '' })) vi.stubEnv(name, value);
  github.reset();
  github.deployments.length = 0;
  vi.spyOn(process.stdout, 'write').mockReturnValue(true);
});

const ended = (mode: string, more: Partial<Result> = {}, error?: GreenpathError): Result => ({
  ...resultOf({ ...PROMOTED, mode, previewUrl: 'http://a.test/green/' }, NOTHING, error),
  ...more,
});
const REQUEST = { token: 't', app: 'web', revision: 'v2', environment: 'production', url: 'https://github.test/run' };

/** Records a run that ends so; its warnings. */
async function record(mode: string, result = ended(mode), more: Partial<DeploymentRequest> = {}): Promise<string[]> {
  const report = new LogReport();
  const deployments = new Deployments({ ...REQUEST, mode, ...more }, report);
  deployments.begin();
  await deployments.end(result);
  expect(github.wrong).toEqual([]);
  return [...report.close().warnings];
}
const requests = () => github.asked.map(({ method, path }) => `${method} ${path.split('/').slice(4).join('/')}`);
/** A deployment that is there already, in these states, the newest first. */
function stood(
  environment: string,
  revision: string,
  states: readonly string[],
  more: { app?: string; sha?: string } = {},
) {
  const { app = 'web', sha = 'b'.repeat(40) } = more;
  const statuses = states.map((state) => ({ state, description: '', environment_url: '', log_url: '' }));
  github.deployments.push({
    id: github.deployments.length + 1,
    environment,
    payload: { app, revision },
    sha,
    statuses,
  });
}
const statesOf = () => github.deployments.map(({ statuses }) => statuses.map(({ state }) => state).toReversed());

describe('a run', () => {
  test('of promote is one of production, and ends those before it and the previews', async () => {
    stood('production', 'v1', ['success']);
    stood('production-preview', 'v2', ['success']);
    stood('production', 'v0', ['failure']);
    stood('production', 'v9', ['success'], { app: 'other' });
    await record('promote');
    expect(github.deployments.at(-1)).toMatchObject({
      environment: 'production',
      payload: { app: 'web', revision: 'v2' },
      sha: 'a'.repeat(40),
    });
    expect(github.deployments.at(-1)?.statuses[0]).toMatchObject({
      description: 'v2: live',
      environment_url: 'http://a.test/',
      log_url: 'https://github.test/run',
    });
    expect(statesOf()).toEqual([
      ['success', 'inactive'],
      ['success', 'inactive'],
      ['failure'],
      ['success'],
      ['in_progress', 'success'],
    ]);
  });

  test('of verify says of the newest preview of that revision how it went', async () => {
    stood('production-preview', 'v2', ['success']);
    stood('production-preview', 'v2', ['success']);
    stood('production-preview', 'v3', ['success']);
    await record('verify', ended('verify', { state: 'verified' }));
    expect(statesOf()).toEqual([['success'], ['success', 'success'], ['success']]);
    expect(requests()).toEqual(['GET deployments', 'POST deployments/2/statuses']);
  });

  test('of verify without such a preview says nothing', async () => {
    await record('verify');
    expect(requests()).toEqual(['GET deployments']);
  });

  test('of retire is nobody’s business', async () => {
    await record('retire', ended('retire', { state: 'retired' }));
    expect(requests()).toEqual([]);
  });
});

describe('a rollback', () => {
  const back = (more: Partial<Result> = {}) => ended('rollback', { revision: 'v1', state: 'rolled-back', ...more });

  test('is known when it has ended, with the commit of the revision that it went to', async () => {
    stood('production', 'v1', ['inactive'], { sha: 'c'.repeat(40) });
    stood('production', 'v2', ['success']);
    await record('rollback', back(), { revision: '' });
    expect(github.deployments.at(-1)).toMatchObject({ sha: 'c'.repeat(40), payload: { revision: 'v1' } });
    expect(statesOf()).toEqual([['inactive'], ['success', 'inactive'], ['in_progress', 'success']]);
  });

  test('finds that commit behind many deployments of other apps', async () => {
    stood('production', 'v1', ['success'], { sha: 'c'.repeat(40) });
    for (let count = 0; count < 65; count += 1) stood('production', `v${count}`, ['success'], { app: 'other' });
    await record('rollback', back(), { revision: '' });
    expect(github.deployments.at(-1)).toMatchObject({ payload: { app: 'web', revision: 'v1' }, sha: 'c'.repeat(40) });
    const lists = github.asked.filter(({ method, path }) => method === 'GET' && path.endsWith('/deployments'));
    expect(lists.map(({ query }) => query.page)).toEqual(expect.arrayContaining(['1', '2', '3']));
  });

  test('that had nothing to do is none', async () => {
    await record('rollback', back({ state: 'unchanged', changed: false }), { revision: '' });
    expect(github.deployments).toEqual([]);
  });
});

describe('whatever fails here is one warning', () => {
  const PERMISSION = expect.stringContaining('give the job `permissions: {deployments: write}`');
  const OTHER = expect.stringContaining('the release itself is not affected');
  test.each<[string, Exclude<Fault, 'hang'>, unknown]>([
    ['the token may not', { status: 403, message: 'Resource not accessible by integration' }, PERMISSION],
    ['GitHub refuses what it was asked', { status: 422, message: 'Validation Failed' }, OTHER],
  ])('%s', async (_, fault, warning) => {
    github.fault = () => fault;
    expect(await record('promote')).toEqual([warning]);
    // Nothing of the run is asked for after that.
    expect(requests()).toEqual(['POST deployments']);
  });
});

test('a run that is cancelled leaves the end of its deployment to the post step', async () => {
  const report = new LogReport();
  const deployments = new Deployments({ ...REQUEST, mode: 'promote' }, report);
  await deployments.end(ended('promote', {}, new GreenpathError('cancelled', 'cancelled', '')));
  expect(requests()).toEqual([]);
  stood('production', 'v2', ['in_progress']);
  await new Deployments({ ...REQUEST, mode: '', url: 'a run outside of GitHub' }, report).abandon(1, 10_000);
  expect(statesOf()).toEqual([['in_progress', 'error']]);
  expect(github.asked[0]?.body).not.toHaveProperty('log_url');
});
