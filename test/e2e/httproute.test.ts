import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { requestsOf } from '../../harness/action.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { textOf } from './observe.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { ask, clusterOf, makeWorld, RETIRE, type World } from './world.ts';

/**
 * Promise 4: releases behind an HTTPRoute, through Traefik as an implementation of Gateway API, under load from the first step to
 * the last and with the rules that docs/role.yaml has for it. One story.
 */

let cluster: Cluster;
let world: World;
let load: Load;
tellOneStory();

beforeAll(async () => {
  cluster = await clusterOf(inject('cluster'), 'httproute');
  world = await makeWorld(cluster, 'httproute', 'httproute', 1);
  load = visitorsOf(cluster, world.host, 200);
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

const { passes } = actsIn(() => world);
const live = async (path = '/') => (await ask(cluster, world.host, path)).headers['x-revision'];

interface Rule {
  readonly matches: readonly [
    { readonly path: { value: string }; readonly headers: readonly { name: string; value: string }[] },
  ];
  readonly backendRefs: readonly [{ readonly name: string }];
}

/** The rule of parking for a Service. */
async function parkingOf(service: string): Promise<Rule> {
  const route = JSON.parse(await world.kubectl('get', 'httproute', 'greenpath-web-parking', '-o', 'json'));
  return (route.spec.rules as Rule[]).find(({ backendRefs }) => backendRefs[0].name === service) as Rule;
}

test('deploy-green shows the candidate below /green; live paths stay, and parking opens to its header only', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('Parking is closed to everybody: without its secret header');
  expect(stdout).toContain('HTTPRoute greenpath-web by Gateway gateways/public (traefik.io/gateway-controller)');
  expect([await live('/green/some/page'), await live('/greenish'), await live()]).toEqual(['v2', 'v1', 'v1']);
  const { matches } = await parkingOf('web-v2');
  const [{ path, headers }] = matches;
  const [header] = headers;
  const parked = await ask(cluster, world.host, path.value, { [header?.name ?? '']: header?.value ?? '' });
  expect(parked.headers).toMatchObject({ 'x-revision': 'v2', [header?.name.toLowerCase() ?? '']: header?.value });
  for (const value of ['', 'f'.repeat(32)])
    expect((await ask(cluster, world.host, path.value, { [header?.name ?? '']: value })).headers['x-revision']).toBe(
      'v1',
    );
  expect(stdout).not.toContain(header?.value);
});

test('promote moves it in one patch, and rollback moves it back', async () => {
  await passes('verify', 'v2');
  const { outputs, stdout, summary } = await passes('promote', 'v2');
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity', 'previous-revision': 'v1' });
  expect(stdout).toMatch(/Switched: 1 path of HTTPRoute web from web-v1 to web-v2 in one patch/);
  expect(summary).toContain('HTTPRoute web');
  expect(await live()).toBe('v2');
  // The live `/` answers below the former preview again.
  expect(await world.kubectl('get', 'httproute', '-o', 'name')).not.toContain('/greenpath-web\n');
  const back = await passes('rollback');
  expect(back.outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  expect(await live()).toBe('v1');
});

test('reject and retire remove what they should, and status speaks of the route', async () => {
  await passes('deploy-green', 'v3');
  expect(await live('/green/')).toBe('v3');
  await passes('reject', 'v3');
  expect(await world.kubectl('get', 'httproute', '-o', 'name')).not.toContain('/greenpath-web\n');
  await passes('retire', '', RETIRE);
  expect(await parkingOf('web-v2')).toBeUndefined();
  expect(await parkingOf('web-v1')).toBeDefined();
  expect(JSON.parse((await passes('status')).outputs.json ?? '').status.routes).toEqual([
    { kind: 'httproute', name: 'web' },
  ]);
});

test('nothing was lost, and the Role was enough', async () => {
  const answers = await load.stop();
  expect(answers.filter(isLost)).toEqual([]);
  console.log(`HTTPRoute: ${JSON.stringify(countBy(answers, ({ client }) => client))} answers, 0 lost`);
  // Whether Gateways may be read is another rule, which this Role does not have.
  const asked = requestsOf(cluster, world.namespace).filter(({ resource }) => resource !== 'gateways');
  // The HTTPRoutes of other namespaces belong to the ClusterRole: both deploy-green ask for them once, and do without.
  const [here, beyond] = [true, false].map((is) => asked.filter((one) => (one.namespace === world.namespace) === is));
  expect(here?.filter(({ status }) => status === 403)).toEqual([]);
  expect(beyond?.map(textOf)).toEqual(['list httproutes 403', 'list httproutes 403']);
});
