import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { type Fault, GitHub, type Kept } from '../../harness/github.ts';
import { makeWorld, type World } from '../e2e/world.ts';

/** Releases as GitHub's Deployments API gets to know them, and that nothing which goes wrong there touches a release. */

const cluster = inject('cluster');
const TOKEN = 'ghs_hunter2hunter2hunter2hunter2';
let world: World;
let github: GitHub;

beforeAll(async () => {
  github = await GitHub.open();
  world = await makeWorld(cluster, 'deployments', 'split', 1);
  world.manifests({});
});
afterAll(async () => {
  github.close();
  await world.end();
});
afterEach(() => {
  expect(github.wrong).toEqual([]);
});

async function run(mode: string, revision: string, more: Record<string, string> = {}): Promise<Outcome> {
  github.asked.length = 0;
  const inputs = { deployment: 'true', token: TOKEN, ...more };
  const outcome = await world.run(mode, revision, inputs, { env: github.environment });
  expect(outcome.stdout.replaceAll(/^::add-mask::.*$/gm, '') + outcome.summary).not.toContain(TOKEN);
  for (const { authorization } of github.asked) expect(authorization).toBe(`token ${TOKEN}`);
  return outcome;
}
const asked = () => github.asked.map(({ method, path }) => `${method} ${path.replace('/repos/acme/shop/', '')}`);
const states = (kept: Kept | undefined) => kept?.statuses.map(({ state }) => state).toReversed();
const at = (index: number) => github.deployments.at(index);
const warnings = ({ stdout }: Outcome) => stdout.split('\n').filter((line) => line.startsWith('::warning'));

describe('a release', () => {
  test('deploy-green: a preview deployment with its address, the run and the revision', async () => {
    const { exitCode, stdout } = await run('deploy-green', 'v2');
    expect(exitCode, stdout).toBe(0);
    expect(asked()).toEqual([
      'POST deployments',
      'POST deployments/1/statuses',
      'POST deployments/1/statuses',
      'GET deployments',
    ]);
    expect(github.asked[0]?.body).toMatchObject({
      ref: 'a'.repeat(40),
      environment: 'production-preview',
      payload: { app: 'web', revision: 'v2' },
      production_environment: false,
      transient_environment: true,
      auto_merge: false,
      required_contexts: [],
    });
    expect(states(at(0))).toEqual(['in_progress', 'success']);
    expect(at(0)?.statuses[0]).toMatchObject({
      environment_url: `http://${world.host}/green/`,
      log_url: 'https://github.test/acme/shop/actions/runs/7/attempts/1',
    });
  });

  test('verify: a failing check is the failure of the preview, with its reason, and passing ones its success', async () => {
    const config = 'checks: [GET /none]\nverify: {passes: 1, interval: 50ms, within: 1s}\nidentity: {header: X-None}\n';
    expect((await run('verify', 'v2', { config })).exitCode).toBe(1);
    expect(states(at(0))?.at(-1)).toBe('failure');
    expect(at(0)?.statuses[0]?.description).toMatch(/^check-failed: /);
    expect((await run('verify', 'v2')).exitCode).toBe(0);
    expect(states(at(0))?.at(-1)).toBe('success');
    expect(github.deployments).toHaveLength(1);
  });

  test('promote: a production deployment; the preview is over', async () => {
    const { exitCode, stdout } = await run('promote', 'v2');
    expect(exitCode, stdout).toBe(0);
    expect(at(1)).toMatchObject({ environment: 'production', payload: { app: 'web', revision: 'v2' } });
    expect(states(at(1))).toEqual(['in_progress', 'success']);
    expect(at(1)?.statuses[0]).toMatchObject({ environment_url: `http://${world.host}/` });
    expect(states(at(0))?.at(-1)).toBe('inactive');
  });

  test('rollback: the one that is left is over', async () => {
    expect((await run('rollback', 'v2')).exitCode).toBe(0);
    expect(states(at(-1))).toEqual(['in_progress', 'success']);
    expect(at(-1)).toMatchObject({ environment: 'production', payload: { app: 'web', revision: 'v1' } });
    const count = github.deployments.length;
    expect((await run('rollback', 'v2')).exitCode).toBe(0);
    expect(github.deployments).toHaveLength(count);
    expect(states(at(1))?.at(-1)).toBe('inactive');
  });

  test('reject: the preview is over; nothing new is recorded', async () => {
    expect((await run('deploy-green', 'v3')).exitCode).toBe(0);
    const count = github.deployments.length;
    expect((await run('reject', 'v3')).exitCode).toBe(0);
    expect(github.deployments).toHaveLength(count);
    expect(states(at(-1))).toEqual(['in_progress', 'success', 'inactive']);
  });

  test('a refusal is the failure of its deployment', async () => {
    expect((await run('promote', 'none')).exitCode).toBe(1);
    expect(states(at(-1))).toEqual(['in_progress', 'failure']);
    expect(at(-1)?.statuses[0]?.description).toMatch(/^no-candidate: .{1,126}$/);
  });

  test.each([
    ['without deployment: true', 'deploy-green', { deployment: 'false' }],
    ['in a dry run', 'deploy-green', { 'dry-run': 'true' }],
    ['by status', 'status', {}],
  ])('nothing is asked of GitHub %s', async (_, mode, more) => {
    expect((await run(mode, 'v4', more)).exitCode).toBe(0);
    expect(asked()).toEqual([]);
  });
});

describe('what goes wrong at GitHub is one warning, and the release goes on', () => {
  const limited = { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': `${Math.floor(Date.now() / 1_000) + 3_600}` };
  test.each<[string, Fault, RegExp]>([
    [
      'the permission is missing',
      { status: 403, message: 'Resource not accessible by integration' },
      /permissions: \{deployments: write\}/,
    ],
    ['the repository is hidden', { status: 404, message: 'Not Found' }, /deployments: write/],
    [
      'the rate limit is used up for an hour',
      { status: 403, message: 'API rate limit exceeded', headers: limited },
      /rate limit.*not affected/,
    ],
  ])('%s', async (_, fault, words) => {
    github.fault = () => fault;
    const outcome = await run('deploy-green', 'v4');
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    expect(outcome.outputs.state).toBe('candidate');
    expect(warnings(outcome)).toHaveLength(1);
    expect(warnings(outcome)[0]).toMatch(words);
    expect(asked()).toEqual(['POST deployments']);
    github.reset();
  });

  test.each<[string, Fault]>([
    [
      'a secondary rate limit',
      { status: 403, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '1' } },
    ],
    ['a bad gateway', { status: 502, message: 'Bad Gateway' }],
  ])('%s passes: asked again, and recorded', async (_, fault) => {
    const before = github.deployments.length;
    github.fault = (_asked, count) => (count === 1 ? fault : undefined);
    const outcome = await run('deploy-green', 'v4');
    github.reset();
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    expect(warnings(outcome)).toEqual([]);
    expect(github.deployments).toHaveLength(before + 1);
    expect(states(at(-1))?.at(-1)).toBe('success');
  });
});

describe('the post step', () => {
  const holder = () => world.kubectl('get', 'lease', 'greenpath-web', '-o', 'jsonpath={.spec.holderIdentity}');

  /** As a runner runs it: with the inputs of the step, and what it saved as STATE_*. */
  function post(state: Record<string, string>, kubeconfig = world.kubeconfig) {
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-post-'));
    const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      ...github.environment,
      INPUT_KUBECONFIG: kubeconfig,
      INPUT_TOKEN: TOKEN,
      ...Object.fromEntries(saved),
    };
    github.asked.length = 0;
    return spawnSync(process.execPath, [resolve('dist/post.js')], { env, encoding: 'utf8', timeout: 60_000 });
  }

  test('after a kill: the lock is free, the deployment has failed, and it is no failure itself', async () => {
    const recorded = github.deployments.length;
    const when = {
      text: '::group::Rollout',
      act: async (child: { kill(signal: 'SIGKILL'): boolean }) => {
        while (states(at(recorded))?.length !== 1) await new Promise((next) => setImmediate(next));
        child.kill('SIGKILL');
      },
    };
    world.manifests({ READY_DELAY: '30' });
    const inputs = { deployment: 'true', token: TOKEN, supersede: 'true' };
    const killed = await world.run('deploy-green', 'v5', inputs, { env: github.environment, when });
    expect(killed.exitCode).toBe(-1);
    expect(await holder()).not.toBe('');
    expect(states(at(-1))).toEqual(['in_progress']);
    const { status, stdout } = post(killed.state);
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('the lock of web was given back');
    expect(await holder()).toBe('');
    expect(states(at(-1))).toEqual(['in_progress', 'error']);
    expect(JSON.stringify(killed.state)).not.toMatch(/hunter2|eyJ/);
  });

  test('after a run that ended by itself there is nothing to do', async () => {
    world.manifests({});
    const { state } = await run('deploy-green', 'v5', { supersede: 'true' });
    const { status, stdout } = post(state);
    expect(status, stdout).toBe(0);
    expect(stdout).toBe('');
    expect(asked()).toEqual([]);
  });

  test("another run's lock is left alone", async () => {
    const id = await holder();
    await world.kubectl(
      'patch',
      'lease',
      'greenpath-web',
      '--type=merge',
      '-p',
      '{"spec":{"holderIdentity":"another"}}',
    );
    const { status, stdout } = post({ lock: JSON.stringify({ namespace: world.namespace, app: 'web', id: 'mine' }) });
    expect(status, stdout).toBe(0);
    expect(await holder()).toBe('another');
    await world.kubectl(
      'patch',
      'lease',
      'greenpath-web',
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { holderIdentity: id } }),
    );
  });

  test('an API server that is gone is one warning', () => {
    const gone = world.kubeconfig.replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, 'https://127.0.0.1:9');
    const { status, stdout } = post(
      { lock: JSON.stringify({ namespace: world.namespace, app: 'web', id: 'x' }) },
      gone,
    );
    expect(status, stdout).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('::warning'))).toHaveLength(1);
  });
});
