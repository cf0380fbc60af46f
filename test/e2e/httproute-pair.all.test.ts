import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { apply, clusterOf, httpRoute, makeWorld, RETIRE, untilAnswers, type World } from './world.ts';

/** An HTTPRoute of two references that stay: a switch changes their weights, under load. */

let cluster: Cluster;
tellOneStory();
let world: World;
let load: Load;
const { passes } = actsIn(() => world);
const refs = async () => {
  const { spec } = JSON.parse(await world.kubectl('get', 'httproute', 'web', '-o', 'json'));
  return (spec.rules[0].backendRefs as { name: string; weight: number }[]).map(({ name, weight }) => [name, weight]);
};

beforeAll(async () => {
  cluster = await clusterOf(inject('cluster'), 'httproute');
  world = await makeWorld(cluster, 'httproute-pair', 'httproute', 1);
  const backendRefs = [
    { name: 'web-v1', port: 80, weight: 100 },
    { name: 'web-v1', port: 80, weight: 0 },
  ];
  await apply(cluster, world.namespace, [httpRoute('web', [world.host], [{ backendRefs }])]);
  await untilAnswers(cluster, world.host, 'v1');
  load = visitorsOf(cluster, world.host, 200);
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

test('is switched by its weights, and the one without visitors keeps no stack', async () => {
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  await passes('promote', 'v2');
  expect(await refs()).toEqual([
    ['web-v1', 0],
    ['web-v2', 100],
  ]);
  await passes('rollback');
  expect(await refs()).toEqual([
    ['web-v1', 100],
    ['web-v2', 0],
  ]);
  await passes('reject', 'v2');
  expect(await refs()).toEqual([
    ['web-v1', 100],
    ['web-v1', 0],
  ]);
  await passes('deploy-green', 'v3');
  await passes('verify', 'v3');
  await passes('promote', 'v3');
  await passes('deploy-green', 'v4');
  await passes('verify', 'v4');
  await passes('promote', 'v4');
  expect(await refs()).toEqual([
    ['web-v4', 100],
    ['web-v3', 0],
  ]);
  await passes('retire', '', RETIRE);
  expect(await refs()).toEqual([
    ['web-v4', 100],
    ['web-v4', 0],
  ]);
  expect((await load.stop()).filter(isLost)).toEqual([]);
});
