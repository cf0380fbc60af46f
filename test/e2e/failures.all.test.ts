import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apply, makeWorld, type World } from './world.ts';

/** Failures that need a long look before anybody can call them so. */

const cluster = inject('cluster');
let world: World;
beforeAll(async () => {
  world = await makeWorld(cluster, 'unschedulable', 'split', 1);
});
afterAll(() => world.end());

test('a node without room: stopped when no autoscaler has brought another one, with the reason', async () => {
  const limits = [{ type: 'Container', default: { cpu: '999' }, defaultRequest: { cpu: '999' } }];
  await apply(cluster, world.namespace, [
    { apiVersion: 'v1', kind: 'LimitRange', metadata: { name: 'full' }, spec: { limits } },
  ]);
  const { exitCode, stdout } = await world.run('deploy-green', 'v2');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('fits on no node (unschedulable): 0/1 nodes are available: 1 Insufficient cpu');
  expect(stdout).toContain('(rollout-failed;');
});
