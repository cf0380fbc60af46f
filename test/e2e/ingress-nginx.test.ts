import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { requestsOf } from '../../harness/action.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { exceptOptional } from './observe.ts';
import { tellOneStory } from './story.ts';
import { untilAllKnow, visitorsOf } from './visitors.ts';
import { ask, makeWorld, RETIRE, untilAnswers, type World } from './world.ts';

/**
 * Promise 4: the same on the real ingress-nginx, with its own controller, template and Lua, its admission webhook and two
 * replicas.
 * Unlike Traefik, it forgets a Service that no Ingress names. One replica may know a preview seconds before the other, so
 * its first answer is awaited. One story.
 */

/** The settling time is the one that Greenpath takes for this router. */
const CONFIG =
  'router: nginx\nidentity: {header: X-Revision}\nchecks: [GET /healthz]\nverify: {passes: 1, interval: 50ms, within: 15s}\n';

let cluster: Cluster;
let world: World;
let load: Load;
tellOneStory();

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'ingress-nginx', { replicas: 2, log: (line) => console.log(line) });
  world = await makeWorld(cluster, 'ingress-nginx', 'split', 1);
  await untilAllKnow(cluster, world.host);
  load = visitorsOf(cluster, world.host, 300, 're-sending');
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
});
afterAll(async () => {
  await load?.stop();
  await world?.end();
});

const { passes } = actsIn(() => world);
const live = async (path = '/') => (await ask(cluster, world.host, path)).headers['x-revision'];
const routes = () => world.kubectl('get', 'ingress', '-o', 'name');

test('deploy-green shows the candidate below /green only', async () => {
  await passes('deploy-green', 'v2', { config: CONFIG });
  await untilAnswers(cluster, world.host, 'v2', '/green/some/page');
  expect([await live('/greenish'), await live()]).toEqual(['v1', 'v1']);
});

test('promote moves the visitors, and rollback moves them back', async () => {
  await passes('verify', 'v2');
  expect((await passes('promote', 'v2')).outputs).toMatchObject({ state: 'live', proof: 'identity' });
  expect(await live()).toBe('v2');
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  expect(await live()).toBe('v1');
});

test('reject and retire remove what they should', async () => {
  await passes('deploy-green', 'v3', { config: CONFIG });
  await untilAnswers(cluster, world.host, 'v3', '/green/');
  await passes('reject', 'v3');
  expect(await routes()).not.toContain('/greenpath-web\n');
  await passes('retire', '', { config: `${RETIRE.config}router: nginx\n` });
  expect(await world.kubectl('get', 'deployment', '-o', 'name')).toBe('deployment.apps/web-v1\n');
});

test('nothing was lost, and the Role was enough', async () => {
  const answers = await load.stop();
  expect(answers.filter(isLost)).toEqual([]);
  const clients = JSON.stringify(countBy(answers, ({ client }) => client));
  console.log(`ingress-nginx: ${clients} answers, 0 lost, ${answers.filter(({ closed }) => closed).length} sent again`);
  const asked = exceptOptional(requestsOf(cluster, world.namespace));
  expect(asked.filter(({ status }) => status === 403)).toEqual([]);
});
