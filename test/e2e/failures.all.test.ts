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

test.each([
  [
    'an image that cannot be pulled',
    { images: 'localhost/app=localhost:1/none:9' },
    'of container web of pod web-stuck',
    [],
  ],
  [
    'a quota that leaves no room',
    {},
    'exceeded quota',
    [{ apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'full' }, spec: { hard: { pods: '1' } } }],
  ],
])('%s: stopped early, with the reason', async (_, inputs, reason, beside) => {
  if (beside.length > 0) await apply(cluster, world.namespace, beside);
  const { exitCode, stdout } = await world.run('deploy-green', 'stuck', { ...inputs });
  expect(exitCode).toBe(1);
  expect(stdout).toContain(reason);
  expect(stdout).toContain('(rollout-failed;');
  await world.kubectl('delete', 'deployment,service,configmap', '-l', 'greenpath.dev/revision=stuck');
  await world.kubectl('delete', 'resourcequota', 'full', '--ignore-not-found');
});

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
