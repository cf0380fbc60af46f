import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { countBy, isLost, Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { apply, ask, CONFIG, makeWorld, RETIRE, untilAnswers, type World } from './world.ts';

/**
 * Promise 4: releases behind an HTTPRoute on Contour, whose Envoy forgets a Service at once when no route names it, and so loses requests at a switch
 * that Greenpath does not prepare. The last test shows that it does, so the zero of the one before means something.
 */

/** The settling time is that of Contour, which Greenpath knows. */
const CHECKED = CONFIG.replace('proof: {settle: 2500ms}\n', '');

let cluster: Cluster;
let world: World;
let load: Load;
tellOneStory();

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'contour');
  world = await makeWorld(cluster, 'contour', 'httproute', 1);
  load = visitorsOf(cluster, world.host, 200);
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

const { passes } = actsIn(() => world, { config: CHECKED });
const live = async (path = '/') => (await ask(cluster, world.host, path)).headers['x-revision'];

test('a candidate shows below /green, takes over, and gives way again', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('Parking is closed to everybody: without its secret header');
  expect(stdout).toContain(
    'HTTPRoute greenpath-web by Gateway projectcontour/contour (projectcontour.io/gateway-controller)',
  );
  expect([await live('/green/some/page'), await live('/greenish'), await live()]).toEqual(['v2', 'v1', 'v1']);
  await passes('verify', 'v2');
  const { outputs } = await passes('promote', 'v2');
  expect(outputs).toMatchObject({ state: 'live', proof: 'identity', 'previous-revision': 'v1' });
  expect(await live()).toBe('v2');
  const back = await passes('rollback');
  expect(back.outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  expect(await live()).toBe('v1');
});

test('reject and retire remove what they should, and nothing was lost', async () => {
  await passes('deploy-green', 'v3');
  expect(await live('/green/')).toBe('v3');
  await passes('reject', 'v3');
  expect(await live('/green/')).toBe('v1');
  await passes('retire', '', RETIRE);
  expect(await world.kubectl('get', 'service', '-o', 'name')).toBe('service/web\nservice/web-v1\n');
  const answers = await load.stop();
  expect(answers.filter(isLost)).toEqual([]);
  console.log(`Contour: ${JSON.stringify(countBy(answers, ({ client }) => client))} answers, 0 lost`);
});

test('the same switch loses requests once parking is removed', async () => {
  await passes('deploy-green', 'v4');
  await world.kubectl('delete', 'httproute', 'greenpath-web', 'greenpath-web-parking');
  const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
  const unprepared = new Load({ proxy: cluster.proxy, host: world.host, identify }, 60);
  unprepared.add({ client: 'fresh', path: '/visit', rate: 250 });
  const isLosing = () => unprepared.answers.some(isLost);
  let switches = 0;
  for (; switches < 12 && !isLosing(); switches += 1) {
    const revision = switches % 2 === 0 ? 'v4' : 'v1';
    await world.kubectl('patch', 'httproute', 'web', '--type=json', '-p', switchTo(`web-${revision}`));
    await untilAnswers(cluster, world.host, revision);
  }
  const answers = await unprepared.stop();
  expect(answers.filter(isLost).map(({ error }) => error)).toContainEqual(expect.stringMatching(/^status 503: /));
  console.log(`Contour without parking: ${answers.filter(isLost).length} of ${answers.length} lost in ${switches}`);
});

test('it serves every path of an Ingress of its class', async () => {
  const host = 'ingress.contour.test';
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  const paths = ['/one', '/two'].map((path) => ({ path, pathType: 'Prefix', backend }));
  const spec = { ingressClassName: cluster.ingressClass, rules: [{ host, http: { paths } }] };
  const ingress = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata: { name: 'web' }, spec };
  await apply(cluster, world.namespace, [ingress]);
  await untilAnswers(cluster, host, 'v1', '/one');
  expect((await ask(cluster, host, '/two')).headers['x-revision']).toBe('v1');
});

/** The patch that Greenpath makes, without its guards. */
function switchTo(value: string): string {
  return JSON.stringify([{ op: 'replace', path: '/spec/rules/0/backendRefs/0/name', value }]);
}
