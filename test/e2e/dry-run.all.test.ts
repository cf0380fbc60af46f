import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { observe, realWritesIn, snapshot, writesIn } from './observe.ts';
import { tellOneStory } from './story.ts';
import { makeWorld, RETIRE, type World } from './world.ts';

/** A dry run of each mode writes nothing, whatever it would do, and takes no lock. One story, as a release goes. */

const cluster = inject('cluster');
let world: World;
tellOneStory();

beforeAll(async () => {
  world = await makeWorld(cluster, 'dry-run', 'split', 1);
});
afterAll(() => world.end());

async function passes(mode: string, revision = '', more: Record<string, string> = {}) {
  const { exitCode, stdout } = await world.run(mode, revision, more);
  expect(exitCode, stdout).toBe(0);
}

/** What a dry run says, and what it tries. */
async function tries(mode: string, revision = '', more: Record<string, string> = {}) {
  const before = await snapshot(world.kubectl);
  const run = await observe(world.namespace, () => world.run(mode, revision, { ...more, 'dry-run': 'true' }));
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.outputs.changed).toBe('false');
  expect(realWritesIn(run)).toEqual([]);
  expect(run.lock).toEqual([]);
  expect(await snapshot(world.kubectl)).toEqual(before);
  return { stdout: run.stdout, outputs: run.outputs, writes: writesIn(run) };
}

describe('before a release', () => {
  test('release is a plan, and ends there', async () => {
    const { stdout, outputs } = await tries('release', 'v2');
    expect(stdout).toContain('would create Deployment web-v2');
    expect(stdout).toContain('Dry run: nothing was written');
    expect(outputs.state).toBe('unchanged');
  });
});

describe('a candidate', () => {
  test('would be rejected: each removal is tried, and all of it stays', async () => {
    await passes('deploy-green', 'v2');
    const { stdout, outputs, writes } = await tries('reject', 'v2');
    expect(stdout).toContain('would delete Deployment web-v2');
    expect(stdout).toContain('Dry run: would reject v2');
    expect(outputs.state).toBe('unchanged');
    expect(writes).toContain('delete deployments web-v2 (dry run) 200');
    expect(writes).toContain('delete ingresses greenpath-web (dry run) 200');
  });
});

describe('a release that is live', () => {
  test('would be rolled back, to pods that would be scaled first where they are too few', async () => {
    await passes('verify', 'v2');
    await passes('promote', 'v2');
    expect((await tries('rollback')).stdout).toContain('the server accepts the switch of 1 path of Ingress web');
    await world.kubectl('scale', 'deployment/web-v1', '--replicas=0');
    await world.kubectl('wait', '--for=delete', 'pod', '-l', 'revision=v1', '--timeout=60s');
    const { stdout, writes } = await tries('rollback');
    expect(stdout).toContain('Deployment web-v1 would be scaled from 0 to 1');
    expect(writes).toContain('patch deployments web-v1 (dry run) 200');
  });

  test('and that somebody put back would be noted so, or switched to again', async () => {
    const to = (service: string) =>
      world.kubectl(
        'patch',
        'ingress',
        'web',
        '--type=json',
        '-p',
        JSON.stringify([{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service/name', value: service }]),
      );
    await world.kubectl('scale', 'deployment/web-v1', '--replicas=1');
    await world.kubectl('rollout', 'status', 'deployment/web-v1', '--timeout=60s');
    await to('web-v1');
    expect((await tries('rollback')).stdout).toContain('Would note that v1 is live');
    expect((await tries('promote', 'v2')).stdout).toContain('Dry run: the server accepts the switch');
    await to('web-v2');
  });

  test('leaves stacks that would be retired', async () => {
    await passes('deploy-green', 'v3');
    await passes('verify', 'v3');
    await passes('promote', 'v3');
    const { stdout, outputs } = await tries('retire', '', RETIRE);
    expect(stdout).toMatch(/Dry run: would retire (v2|.*, v2)/);
    expect(outputs.state).toBe('unchanged');
    expect(await world.kubectl('get', 'deployment', 'web-v2', '-o', 'name')).toContain('web-v2');
  });
});
