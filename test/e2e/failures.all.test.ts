import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apply, makeWorld, type World } from './world.ts';

/** Failures that need a long look before anybody can call them so. */

const cluster = inject('cluster');
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'reasons', 'split', 1);
  world.manifests({});
});
afterAll(() => world.end());

test('a quota that leaves no room: stopped after several tries, with the reason; the next run starts anew', async () => {
  const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'full' }, spec: { hard: { pods: '1' } } };
  await apply(cluster, world.namespace, [quota]);
  const { exitCode, stdout } = await world.run('deploy-green', 'stuck', { timeout: '5m' });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('exceeded quota');
  expect(stdout).toContain('[rollout-failed]');
  await world.kubectl('delete', 'resourcequota', 'full');
  const again = await world.run('deploy-green', 'stuck');
  expect(again.exitCode, again.stdout).toBe(0);
  expect(again.stdout).toContain('has been refused pods since before this run');
  expect((await world.run('reject', 'stuck')).exitCode).toBe(0);
}, 240_000);

test('a node without room: stopped when no autoscaler has brought another one, with the reason', async () => {
  const limits = [{ type: 'Container', default: { cpu: '999' }, defaultRequest: { cpu: '999' } }];
  await apply(cluster, world.namespace, [
    { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'full' }, spec: { limits } },
  ]);
  const { exitCode, stdout } = await world.run('deploy-green', 'v2', { timeout: '5m' });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('fits on no node (unschedulable): 0/1 nodes are available: 1 Insufficient cpu');
  expect(stdout).toContain('No autoscaler said that it adds one');
  expect(stdout).toContain('[rollout-failed]');
}, 240_000);
