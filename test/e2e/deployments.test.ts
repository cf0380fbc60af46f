import { describe, expect, test } from 'vitest';
import { recordedWorld, statesOf } from './recorded.ts';

/** Releases as GitHub's Deployments API gets to know them. */

const { world, github, run, asked, at } = recordedWorld('deployments');

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
    expect(github().asked[0]?.body).toMatchObject({
      ref: 'a'.repeat(40),
      environment: 'production-preview',
      payload: { app: 'web', revision: 'v2' },
      production_environment: false,
      transient_environment: true,
      auto_merge: false,
      required_contexts: [],
    });
    expect(statesOf(at(0))).toEqual(['in_progress', 'success']);
    expect(at(0)?.statuses[0]).toMatchObject({
      environment_url: `http://${world().host}/green/`,
      log_url: 'https://github.test/acme/shop/actions/runs/7/attempts/1',
    });
  });

  test('verify: a failing check is the failure of the preview, with its reason, and passing ones its success', async () => {
    const config = 'checks: [GET /none]\nverify: {passes: 1, interval: 50ms, within: 1s}\nidentity: {header: X-None}\n';
    expect((await run('verify', 'v2', { config })).exitCode).toBe(1);
    expect(statesOf(at(0))?.at(-1)).toBe('failure');
    expect(at(0)?.statuses[0]?.description).toMatch(/^check-failed: /);
    expect((await run('verify', 'v2')).exitCode).toBe(0);
    expect(statesOf(at(0))?.at(-1)).toBe('success');
    expect(github().deployments).toHaveLength(1);
  });

  test('promote: a production deployment; the preview is over', async () => {
    const { exitCode, stdout } = await run('promote', 'v2');
    expect(exitCode, stdout).toBe(0);
    expect(at(1)).toMatchObject({ environment: 'production', payload: { app: 'web', revision: 'v2' } });
    expect(statesOf(at(1))).toEqual(['in_progress', 'success']);
    expect(at(1)?.statuses[0]).toMatchObject({ environment_url: `http://${world().host}/` });
    expect(statesOf(at(0))?.at(-1)).toBe('inactive');
  });

  test('rollback: the one that is left is over', async () => {
    expect((await run('rollback', 'v2')).exitCode).toBe(0);
    expect(statesOf(at(-1))).toEqual(['in_progress', 'success']);
    expect(at(-1)).toMatchObject({ environment: 'production', payload: { app: 'web', revision: 'v1' } });
    const count = github().deployments.length;
    expect((await run('rollback', 'v2')).exitCode).toBe(0);
    expect(github().deployments).toHaveLength(count);
    expect(statesOf(at(1))?.at(-1)).toBe('inactive');
  });

  test('reject: the preview is over; nothing new is recorded', async () => {
    expect((await run('deploy-green', 'v3')).exitCode).toBe(0);
    const count = github().deployments.length;
    expect((await run('reject', 'v3')).exitCode).toBe(0);
    expect(github().deployments).toHaveLength(count);
    expect(statesOf(at(-1))).toEqual(['in_progress', 'success', 'inactive']);
  });

  test('a refusal is the failure of its deployment', async () => {
    expect((await run('promote', 'none')).exitCode).toBe(1);
    expect(statesOf(at(-1))).toEqual(['in_progress', 'failure']);
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
