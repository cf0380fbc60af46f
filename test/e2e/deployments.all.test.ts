import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import type { Fault } from '../../harness/github.ts';
import { recordedWorld, statesOf, TOKEN } from './recorded.ts';

/** Nothing that goes wrong at GitHub touches a release, and a step that was killed is tidied after. */

const { world, github, run, asked, at } = recordedWorld('trouble');
const warnings = ({ stdout }: Outcome) => stdout.split('\n').filter((line) => line.startsWith('::warning'));

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
    github().fault = () => fault;
    const outcome = await run('deploy-green', 'v4');
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    expect(outcome.outputs.state).toBe('candidate');
    expect(warnings(outcome)).toHaveLength(1);
    expect(warnings(outcome)[0]).toMatch(words);
    expect(asked()).toEqual(['POST deployments']);
    github().reset();
  });

  test.each<[string, Fault]>([
    [
      'a secondary rate limit',
      { status: 403, message: 'You have exceeded a secondary rate limit', headers: { 'retry-after': '1' } },
    ],
    ['a bad gateway', { status: 502, message: 'Bad Gateway' }],
  ])('%s passes: asked again, and recorded', async (_, fault) => {
    const before = github().deployments.length;
    github().fault = (_asked, count) => (count === 1 ? fault : undefined);
    const outcome = await run('deploy-green', 'v4');
    github().reset();
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    expect(warnings(outcome)).toEqual([]);
    expect(github().deployments).toHaveLength(before + 1);
    expect(statesOf(at(-1))?.at(-1)).toBe('success');
  });
});

describe('the post step', () => {
  const holder = () => world().kubectl('get', 'lease', 'greenpath-web', '-o', 'jsonpath={.spec.holderIdentity}');

  /** As a runner runs it: with the inputs of the step, and what it saved as STATE_*. */
  function post(state: Record<string, string>, kubeconfig = world().kubeconfig) {
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-post-'));
    const saved = Object.entries(state).map(([name, value]) => [`STATE_${name}`, value]);
    const env = {
      PATH: process.env.PATH,
      HOME: folder,
      ...github().environment,
      INPUT_KUBECONFIG: kubeconfig,
      INPUT_TOKEN: TOKEN,
      ...Object.fromEntries(saved),
    };
    github().asked.length = 0;
    return spawnSync(process.execPath, [resolve('dist/post.js')], { env, encoding: 'utf8', timeout: 60_000 });
  }

  test('after a kill: the lock is free, the deployment has failed, and it is no failure itself', async () => {
    const recorded = github().deployments.length;
    const when = {
      text: '::group::Rollout',
      act: async (child: { kill(signal: 'SIGKILL'): boolean }) => {
        while (statesOf(at(recorded))?.length !== 1) await new Promise((next) => setImmediate(next));
        child.kill('SIGKILL');
      },
    };
    world().manifests({ READY_DELAY: '30' });
    const inputs = { deployment: 'true', token: TOKEN, supersede: 'true' };
    const killed = await world().run('deploy-green', 'v5', inputs, { env: github().environment, when });
    expect(killed.exitCode).toBe(-1);
    expect(await holder()).not.toBe('');
    expect(statesOf(at(-1))).toEqual(['in_progress']);
    const { status, stdout } = post(killed.state);
    expect(status, stdout).toBe(0);
    expect(stdout).toContain('the lock of web was released');
    expect(await holder()).toBe('');
    expect(statesOf(at(-1))).toEqual(['in_progress', 'error']);
    expect(JSON.stringify(killed.state)).not.toMatch(/hunter2|eyJ/);
  });

  test('after a run that ended by itself there is nothing to do', async () => {
    world().manifests({});
    const { state } = await run('deploy-green', 'v5', { supersede: 'true' });
    const { status, stdout } = post(state);
    expect(status, stdout).toBe(0);
    expect(stdout).toBe('');
    expect(asked()).toEqual([]);
  });

  test("another run's lock is left alone", async () => {
    const id = await holder();
    await world().kubectl(
      'patch',
      'lease',
      'greenpath-web',
      '--type=merge',
      '-p',
      '{"spec":{"holderIdentity":"another"}}',
    );
    const { status, stdout } = post({ lock: JSON.stringify({ namespace: world().namespace, app: 'web', id: 'mine' }) });
    expect(status, stdout).toBe(0);
    expect(await holder()).toBe('another');
    await world().kubectl(
      'patch',
      'lease',
      'greenpath-web',
      '--type=merge',
      '-p',
      JSON.stringify({ spec: { holderIdentity: id } }),
    );
  });

  test('an API server that is gone is one warning', () => {
    const gone = world().kubeconfig.replaceAll(/https:\/\/127\.0\.0\.1:\d+/g, 'https://127.0.0.1:9');
    const { status, stdout } = post(
      { lock: JSON.stringify({ namespace: world().namespace, app: 'web', id: 'x' }) },
      gone,
    );
    expect(status, stdout).toBe(0);
    expect(stdout.split('\n').filter((line) => line.startsWith('::warning'))).toHaveLength(1);
  });
});
