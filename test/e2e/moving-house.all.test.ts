import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { allowOptional } from './whole-role.ts';
import { apply, ask, CONFIG, clusterOf, httpRoute, makeWorld, untilAnswers, type World } from './world.ts';

/**
 * docs/moving-house.md: an application goes from an Ingress to an HTTPRoute, behind another router, and is released
 * before, between and after, under load through each router that has visitors. One story.
 */

const old = inject('cluster');
let gateway: Cluster;
let world: World;
const loads: Load[] = [];
tellOneStory();

beforeAll(async () => {
  gateway = await clusterOf(old, 'httproute');
  world = await makeWorld(old, 'moving-house', 'split', 1);
  await allowOptional(world);
  loads.push(visitorsOf(old, world.host, 300));
});
afterAll(async () => {
  await Promise.all(loads.map((load) => load.stop()));
  await world.end();
});

const { passes, released } = actsIn(() => world);
const live = async (through: Cluster, path = '/') => (await ask(through, world.host, path)).headers['x-revision'];
const both = async (path = '/') => [await live(old, path), await live(gateway, path)];
/** Inputs of a step that names these routes; `addresses` is said of each in the config. */
const through = (...routes: ('ingress' | 'httproute')[]) => {
  const at = { ingress: old.proxy, httproute: gateway.proxy };
  const addresses = routes.map((kind) => `  ${kind}/web: ["${at[kind]}"]\n`).join('');
  return {
    route: routes.map((kind) => `${kind}/web`).join('\n'),
    addresses: '',
    config: `${CONFIG}keep: 0\ndrain: 1s\nretire-applied: true\naddresses:\n${addresses}`,
  };
};
const MODES = ({ route, addresses }: ReturnType<typeof through>) => ({ route, addresses });

test('before: a release behind the Ingress', async () => {
  await released('v2');
  expect(await live(old)).toBe('v2');
});

test('between: the HTTPRoute names what is live, and both are released as one', async () => {
  await apply(old, world.namespace, [
    httpRoute('web', [world.host], [{ backendRefs: [{ name: 'web-v2', port: 80 }] }]),
  ]);
  await untilAnswers(gateway, world.host, 'v2');
  loads.push(visitorsOf(gateway, world.host, 300));
  const inputs = through('ingress', 'httproute');
  await passes('deploy-green', 'v3', inputs);
  expect(await both('/green/')).toEqual(['v3', 'v3']);
  expect(await both()).toEqual(['v2', 'v2']);
  await passes('verify', 'v3', MODES(inputs));
  const { stdout, outputs } = await passes('promote', 'v3', MODES(inputs));
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity' });
  expect(stdout).toContain('of Ingress web, HTTPRoute web from web-v2 to web-v3 in 2 patches');
  expect(await both()).toEqual(['v3', 'v3']);
  await passes('rollback', '', MODES(inputs));
  expect(await both()).toEqual(['v2', 'v2']);
  // The record of v2 is from before: it does not say where the new router is.
  await passes('rollback', '', { ...inputs, to: 'v3' });
  expect(await both()).toEqual(['v3', 'v3']);
});

test('after: visitors have left the old router, and the Ingress goes', async () => {
  await loads[0]?.stop();
  await world.kubectl('delete', 'ingress', 'web');
  const inputs = through('httproute');
  await passes('deploy-green', 'v4', inputs);
  await passes('verify', 'v4', MODES(inputs));
  await passes('promote', 'v4', MODES(inputs));
  await passes('retire', '', inputs);
  expect(await live(gateway)).toBe('v4');
  expect(await world.kubectl('get', 'ingress', '-o', 'name')).toBe('');
  expect(await world.kubectl('get', 'service', '-o', 'name')).not.toMatch(/web-v[23]/);
});

test('nothing was lost', async () => {
  const answers = (await Promise.all(loads.map((load) => load.stop()))).flat();
  expect(answers.filter(isLost)).toEqual([]);
  console.log(`Moving house: ${JSON.stringify(countBy(answers, ({ who }) => who))} answers, 0 lost`);
});
