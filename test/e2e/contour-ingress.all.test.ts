import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { ask, CONFIG, makeWorld, RETIRE, type World } from './world.ts';

/**
 * Promise 4: releases through Contour's Ingresses, which neither strip a prefix nor close parking: the preview has a host of its
 * own and keeps green known to Envoy, and parking names only what visitors reach or reached. One story, under load.
 */

const HOST = 'green.contour-ingress.test';
const AT_HOST = `${CONFIG.replace('settle: 2500ms', 'settle: 1s')}preview: {host: ${HOST}}\n`;

let cluster: Cluster;
let world: World;
let load: Load;
tellOneStory();

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'contour');
  world = await makeWorld(cluster, 'contour-ingress', 'split', 1);
  load = visitorsOf(cluster, world.host, 200);
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
});
afterAll(async () => {
  await load?.stop();
  await world?.end();
});

const { passes } = actsIn(() => world, { config: AT_HOST });
const live = async (host = world.host) => (await ask(cluster, host, '/')).headers['x-revision'];

/** The Services that parking names. */
async function parked(): Promise<string[]> {
  const { spec } = JSON.parse(await world.kubectl('get', 'ingress', 'greenpath-web-parking', '-o', 'json'));
  const paths: { backend: { service: { name: string } } }[] = spec.rules[0].http.paths;
  return paths.map(({ backend }) => backend.service.name).toSorted();
}

test('below a path there can be no preview: nothing is written', async () => {
  const { stdout, outputs } = await world.run('deploy-green', 'v2');
  expect(stdout).toContain('Contour neither strips a prefix from an Ingress nor matches its headers');
  expect(outputs.changed).toBe('false');
});

test('deploy-green shows the candidate at a host of its own, and parking names nothing that nobody verified', async () => {
  await passes('deploy-green', 'v2');
  expect([await live(HOST), await live()]).toEqual(['v2', 'v1']);
  expect(await parked()).toEqual(['web-v1']);
});

test('promote, rollback, reject and retire, each with both sides known to Envoy', async () => {
  await passes('verify', 'v2');
  expect((await passes('promote', 'v2')).outputs).toMatchObject({ state: 'live', proof: 'identity' });
  expect(await live()).toBe('v2');
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  expect(await live()).toBe('v1');
  expect(await parked()).toEqual(['web-v1', 'web-v2']);
  await passes('deploy-green', 'v3');
  expect(await live(HOST)).toBe('v3');
  expect(await parked()).toEqual(['web-v1', 'web-v2']);
  await passes('reject', 'v3');
  await passes('retire', '', RETIRE);
  expect(await world.kubectl('get', 'deployment', '-o', 'name')).toBe('deployment.apps/web-v1\n');
});

test('twelve more switches at random moments, and nothing was lost', async () => {
  for (let count = 0; count < 6; count += 1) {
    await passes('deploy-green', 'v4');
    await passes('verify', 'v4');
    await passes('promote', 'v4');
    await passes('rollback');
  }
  const answers = await load.stop();
  expect(answers.filter(isLost)).toEqual([]);
  console.log(`Contour's Ingress: ${JSON.stringify(countBy(answers, ({ client }) => client))} answers, 0 lost`);
}, 600_000);
