import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { kubectl } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { requestsOf } from '../../harness/action.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { exceptOptional } from './observe.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { ask, CONFIG, makeWorld, RETIRE, type World } from './world.ts';

/**
 * Promise 4: releases through Traefik's own Ingress provider, which reads none of the annotations of ingress-nginx: the prefix is
 * stripped and parking is closed by Middlewares, and an IngressRoute matches the header. One story, under load, with the rules that docs/role.yaml has for it.
 */

let cluster: Cluster;
let world: World;
let load: Load;
tellOneStory();

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'traefik-ingress');
  world = await makeWorld(cluster, 'traefik-ingress', 'split', 1);
  load = visitorsOf(cluster, world.host, 200);
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
});
afterAll(async () => {
  await load?.stop();
  await world?.end();
});

const { passes } = actsIn(() => world);
const live = async (path = '/') => (await ask(cluster, world.host, path)).headers['x-revision'];
const own = async (kinds = 'ingress,middlewares.traefik.io,ingressroutes.traefik.io') =>
  (await world.kubectl('get', kinds, '-l', 'greenpath.dev/app=web', '-o', 'name')).trim().split('\n').toSorted();
const PARKING = ['ingress.networking.k8s.io/greenpath-web-parking', 'middleware.traefik.io/greenpath-web-parking'];

test('by the name of the class, deploy-green shows the candidate below /green only, and sees parking closed', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('Parking is closed to everybody: 403 through ');
  const paths = ['/green', '/green/', '/green/some/page', '/greenish', '/GREEN/', '/'];
  expect(await Promise.all(paths.map(live))).toEqual(['v2', 'v2', 'v2', 'v1', 'v1', 'v1']);
  expect(await own()).toEqual([
    'ingress.networking.k8s.io/greenpath-web',
    PARKING[0],
    'middleware.traefik.io/greenpath-web',
    PARKING[1],
  ]);
  // The application gets the path that visitors will request.
  expect((await ask(cluster, world.host, '/green/path/a%2Fb?x=1')).body).toBe(
    (await ask(cluster, world.host, '/path/a%2Fb?x=1')).body.replaceAll('v1', 'v2'),
  );
});

test('promote moves the visitors, and the preview goes with its Middleware; rollback moves them back', async () => {
  await passes('verify', 'v2');
  expect((await passes('promote', 'v2')).outputs).toMatchObject({ state: 'live', proof: 'identity' });
  expect(await live()).toBe('v2');
  expect(await own()).toEqual(PARKING);
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  expect(await live()).toBe('v1');
});

test('a preview that moves from a path to a host leaves nothing open below the path', async () => {
  const { spec } = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
  const { backend } = spec.rules[0].http.paths[0];
  const path = { path: '/exact', pathType: 'Exact', backend };
  const change = (operation: object) =>
    world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify([operation]));
  await change({ op: 'add', path: '/spec/rules/0/http/paths/-', value: path });
  await passes('deploy-green', 'v3');
  expect(await own('ingress')).toEqual(expect.arrayContaining(['ingress.networking.k8s.io/greenpath-web.2']));
  await expect.poll(() => live('/green/exact'), { timeout: 20_000 }).toBe('v3');
  const config = `${CONFIG}preview: {host: green.${world.host}}\n`;
  const moved = await passes('deploy-green', 'v3', { config });
  expect(moved.stdout).toContain('deleted Ingress greenpath-web.2');
  expect(await own()).toEqual(['ingress.networking.k8s.io/greenpath-web', ...PARKING]);
  for (const gone of ['/green/', '/green/exact']) await expect.poll(() => live(gone), { timeout: 20_000 }).toBe('v1');
  await passes('reject', 'v3');
  await change({ op: 'remove', path: '/spec/rules/0/http/paths/1' });
});

test('reject and retire remove what they should', async () => {
  await passes('deploy-green', 'v3');
  expect(await live('/green/')).toBe('v3');
  await passes('reject', 'v3');
  await passes('retire', '', RETIRE);
  expect(await own()).toEqual(PARKING);
  expect(await world.kubectl('get', 'deployment', '-o', 'name')).toBe('deployment.apps/web-v1\n');
});

test('by a header, the candidate is at the live URLs until it is live, and its IngressRoute goes with the preview', async () => {
  const config = `${CONFIG}preview: {header: {}}\n`;
  const green = async (path = '/') =>
    (await ask(cluster, world.host, path, { 'X-Preview': 'green' })).headers['x-revision'];
  const { outputs } = await passes('deploy-green', 'v5', { config });
  expect(outputs).toMatchObject({ state: 'candidate', 'preview-url': '', 'preview-header': 'X-Preview: green' });
  expect(await own()).toEqual([
    'ingress.networking.k8s.io/greenpath-web',
    PARKING[0],
    'ingressroute.traefik.io/greenpath-web',
    PARKING[1],
  ]);
  expect([await green('/some/page'), await live('/some/page')]).toEqual(['v5', 'v1']);
  expect((await passes('verify', 'v5')).outputs).toMatchObject({ state: 'verified', proof: 'identity' });
  expect(load.answers.filter(({ who }) => who === 'v5')).toEqual([]);
  expect((await passes('promote', 'v5')).outputs).toMatchObject({ state: 'live', proof: 'identity' });
  expect([await live(), await own()]).toEqual(['v5', PARKING]);
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  await passes('deploy-green', 'v6', { config });
  expect([await green(), await live()]).toEqual(['v6', 'v1']);
  await passes('reject', 'v6');
  await expect.poll(() => green(), { timeout: 30_000 }).toBe('v1');
  expect(await own()).toEqual(PARKING);
  await passes('retire', '', RETIRE);
});

test('without pods the candidate has no route at all: blue answers its preview, and verify writes no stamp', async () => {
  const config = `${CONFIG.replace(/^identity:.*\n/m, '').replace('/healthz', '/page')}router: traefik\n`;
  await passes('deploy-green', 'v7', { config });
  await world.kubectl('scale', 'deployment/web-v7', '--replicas=0');
  await expect.poll(() => live('/green/page'), { timeout: 30_000 }).toBe('v1');
  const { exitCode, stdout, outputs } = await world.run('verify', 'v7');
  expect([exitCode, outputs.state, outputs.changed], stdout).toEqual([1, 'unchanged', 'false']);
  expect(stdout).toContain("nothing shows that the answers at the preview are green's");
  expect((await world.run('promote', 'v7')).stdout).toContain('revision v7 has no valid stamp');
  await passes('reject', 'v7');
});

test('with the ClusterRole, the controller says which router it is, and what other namespaces have is not taken from them', async () => {
  const { namespace } = world;
  const to = `--serviceaccount=${namespace}:deployer`;
  await kubectl(
    cluster,
    'create',
    'clusterrole',
    `${namespace}-classes`,
    '--verb=list',
    '--resource=ingressclasses.networking.k8s.io,ingresses.networking.k8s.io',
  );
  await kubectl(
    cluster,
    'create',
    'clusterrolebinding',
    `${namespace}-classes`,
    `--clusterrole=${namespace}-classes`,
    to,
  );
  const config = 'router: haproxy\n';
  const wrong = await world.run('deploy-green', 'v4', { config });
  expect(wrong.stdout).toContain(
    'Ingress web has the class traefik, whose controller is traefik.io/ingress-controller. That is the router traefik, and the config says router: haproxy',
  );
  expect(wrong.outputs.changed).toBe('false');
  await passes('deploy-green', 'v4', { 'dry-run': 'true' });
  const neighbour = `${namespace}-neighbour`;
  await kubectl(cluster, 'create', 'namespace', neighbour);
  const theirs = ['create', 'ingress', 'theirs', '--class=traefik', `--rule=${world.host}/green/x=theirs:80`];
  await kubectl(cluster, '-n', neighbour, ...theirs);
  const taken = await world.run('deploy-green', 'v4', { config: 'preview: {path: /green}\n' });
  expect(taken.stdout).toContain(
    `the preview path /green is taken: Ingress theirs in namespace ${neighbour} already serves ${world.host}/green/x`,
  );
  expect(taken.outputs.changed).toBe('false');
  await kubectl(cluster, 'delete', 'namespace', neighbour, '--wait=false');
  await kubectl(cluster, 'delete', 'clusterrolebinding,clusterrole', `${namespace}-classes`);
});

test('nothing was lost, and the Role was enough', async () => {
  const answers = await load.stop();
  expect(answers.filter(isLost)).toEqual([]);
  console.log(
    `Traefik's Ingress provider: ${JSON.stringify(countBy(answers, ({ client }) => client))} answers, 0 lost`,
  );
  const asked = exceptOptional(requestsOf(cluster, world.namespace));
  expect(asked.filter(({ status }) => status === 403)).toEqual([]);
});
