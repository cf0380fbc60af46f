import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isLost, Load } from '../../harness/load.ts';
import { Wire } from '../../harness/wire.ts';
import { attempt, killedAt } from './crash.ts';
import { ingress } from './parts.ts';
import { apply, makeWorld, untilAnswers, type World } from './world.ts';

/** Two live routes cannot move in one patch: killed at any write to a route, a release can be finished or taken back. */

const cluster = inject('cluster');
const HOSTS = ['routes.test', 'api.routes.test'] as const;
/** What was taken back half-way is the candidate still, and gives way. */
const INPUTS = { route: 'ingress/web,ingress/api', app: 'web', supersede: 'true' };
let world: World;
let wire: Wire;
let loads: Load[] = [];
let job = 0;

beforeAll(async () => {
  world = await makeWorld(cluster, 'routes', 'split', 1);
  world.manifests({ DRAIN: '0.5' });
  await apply(cluster, world.namespace, [ingress('api', [{ host: HOSTS[1], path: '/', service: 'web-v1' }])]);
  await untilAnswers(cluster, HOSTS[1], 'v1');
  wire = await Wire.open(cluster);
  loads = HOSTS.map((host) => {
    const load = new Load({ proxy: cluster.proxy, host, identify: (seen) => String(seen['x-revision']) }, 900);
    load.add({ client: 'fresh', path: '/visit', rate: 20 });
    load.add({ client: 'kept-alive', path: '/visit', rate: 20 });
    return load;
  });
});
afterAll(async () => {
  wire.close();
  await Promise.all(loads.map((load) => load.stop()));
  await world.end();
});

/** A later attempt of the same job. */
const again = (mode: string, revision = '') => world.run(mode, revision, INPUTS, { env: attempt(job, 2) });
async function passes(mode: string, revision = '') {
  const { exitCode, stdout } = await again(mode, revision);
  expect(exitCode, stdout).toBe(0);
  return stdout;
}
function killed(point: number, mode: string, revision: string): Promise<string | undefined> {
  job += 1;
  const inputs = { ...INPUTS, kubeconfig: wire.through(world.kubeconfig) };
  const start = (started: Parameters<Parameters<typeof killedAt>[2]>[0]) =>
    world.run(mode, revision, inputs, { env: attempt(job, 1), started });
  return killedAt(wire, point, start, (url) => url.includes('/ingresses/'));
}
/** The revision that each route names. */
async function routes(): Promise<string[]> {
  const { items } = JSON.parse(await world.kubectl('get', 'ingress', 'web', 'api', '-o', 'json'));
  return items.map((item: { spec: { rules: { http: { paths: { backend: { service: { name: string } } }[] } }[] } }) =>
    item.spec.rules[0]?.http.paths[0]?.backend.service.name.replace('web-', ''),
  );
}
/** What others see of a state that is neither here nor there: `status` names it and what to do, and `verify` refuses. */
async function seenHalfway(to: string, others: string, next: string): Promise<void> {
  const { outputs } = await again('status');
  const { problem } = JSON.parse(outputs.json ?? '').status;
  const what = `an earlier run switched only some of the routes to revision ${to}; the others are on ${others}`;
  expect(problem).toMatchObject({ code: 'drifted', what });
  expect(problem.next).toContain(next);
  expect((await again('verify', others === 'v1' ? to : others)).stdout).toContain('(drifted;');
}

test('promote killed at any write to a route is finished by promote, or taken back by rollback', {
  timeout: 900_000,
}, async () => {
  const points: string[] = [];
  let halves = 0;
  for (let point = 1; ; point += 1) {
    const revision = `p${point}`;
    await passes('deploy-green', revision);
    await passes('verify', revision);
    const at = await killed(point, 'promote', revision);
    const now = await routes();
    if (now[0] !== now[1]) {
      halves += 1;
      await seenHalfway(revision, 'v1', `Run promote for revision ${revision} again`);
    }
    // Every second time visitors are taken back; there is nothing to take back where nobody was moved.
    const back = point % 2 === 0 && now.includes(revision);
    await passes(back ? 'rollback' : 'promote', revision);
    expect(await routes(), at).toEqual(back ? ['v1', 'v1'] : [revision, revision]);
    if (!back) await passes('rollback', revision);
    expect(await routes(), at).toEqual(['v1', 'v1']);
    if (at === undefined) break;
    points.push(at);
  }
  expect(halves, points.join()).toBeGreaterThanOrEqual(2);
  console.log(`promote over two routes: killed at ${points.length} points, ${halves} times half-way`);
});

test('rollback killed at any write to a route goes on from there', { timeout: 900_000 }, async () => {
  const points: string[] = [];
  for (let point = 1; ; point += 1) {
    const revision = `r${point}`;
    await passes('deploy-green', revision);
    await passes('verify', revision);
    await passes('promote', revision);
    const at = await killed(point, 'rollback', revision);
    const now = await routes();
    if (now[0] !== now[1]) await seenHalfway('v1', revision, 'run rollback again');
    await passes('rollback', revision);
    expect(await routes(), at).toEqual(['v1', 'v1']);
    expect((await again('status')).outputs.state, at).toBe('unchanged');
    if (at === undefined) break;
    points.push(at);
  }
  expect(points.length).toBeGreaterThanOrEqual(4);
  console.log(`rollback over two routes: killed at ${points.length} points`);
});

test('visitors always got whole answers', async () => {
  const answers = (await Promise.all(loads.map((load) => load.stop()))).flat();
  expect(answers.length).toBeGreaterThan(1_000);
  expect(answers.filter(isLost)).toEqual([]);
});
