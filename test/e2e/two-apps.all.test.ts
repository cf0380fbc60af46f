import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isLost, Load } from '../../harness/load.ts';
import { deployment, ingress, REGEX, service } from './parts.ts';
import { apply, ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** Two apps behind one Ingress and one host are released at the same time, and neither sees the other. */

const cluster = inject('cluster');
const HOST = 'pair.two.test';
const APPS = ['front', 'cart'] as const;
const PATHS = { front: '/', cart: '/cart' };
let world: World;
let load: Load;

beforeAll(async () => {
  world = await makeWorld(cluster, 'two', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const blue = APPS.flatMap((app) => {
    const labels = { app, revision: 'v1' };
    return [
      deployment(cluster, { name: `${app}-v1`, labels, revision: 'v1', env: { PART: app } }),
      service(`${app}-v1`, labels),
    ];
  });
  const paths = APPS.map((app) => ({ host: HOST, path: PATHS[app], service: `${app}-v1` }));
  await apply(cluster, world.namespace, [...blue, ingress('shop', paths, REGEX)]);
  for (const app of APPS) await untilAnswers(cluster, HOST, 'v1', PATHS[app]);
  const identify = (headers: Record<string, unknown>) => `${headers['x-part']} ${headers['x-revision']}`;
  load = new Load({ proxy: cluster.proxy, host: HOST, identify }, 200);
  for (const path of Object.values(PATHS)) {
    load.add({ client: 'fresh', path, rate: 20 });
    load.add({ client: 'kept-alive', path, rate: 20 });
  }
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

/** Each is checked at its own path. */
function configOf(app: (typeof APPS)[number]): string {
  return CONFIG.replace('/healthz', PATHS[app]);
}
async function passes(mode: string, app: (typeof APPS)[number], revision = '', more: Record<string, string> = {}) {
  const manifests = `${app}-${revision}.json`;
  const config = configOf(app);
  const items = [deployment(cluster, { name: app, revision }), service(app)];
  writeFileSync(join(world.folder, manifests), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const deploys = mode === 'deploy-green' || mode === 'release';
  const inputs = { app, route: 'ingress/shop', config, ...(deploys && { manifests }), ...more };
  const outcome = await world.run(mode, revision, inputs);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const both = (mode: string, revision: string, more: Record<string, string> = {}) =>
  Promise.all(APPS.map((app) => passes(mode, app, revision, more)));
const reached = (prefix: string) =>
  Promise.all(
    APPS.map(async (app) => {
      const { headers } = await ask(cluster, HOST, prefix + PATHS[app]);
      return `${headers['x-part']} ${headers['x-revision']}`;
    }),
  );

test("both are candidates below one preview prefix, and nobody takes the other's answers for its own", async () => {
  await passes('deploy-green', 'front', 'v2');
  // Until the router knows the second preview, the first one answers below it too, and claims the same revision.
  expect((await ask(cluster, HOST, '/green/cart')).headers).toMatchObject({ 'x-part': 'front', 'x-revision': 'v2' });
  await passes('deploy-green', 'cart', 'v2');
  expect(await reached('/green')).toEqual(['front v2', 'cart v2']);
  expect(await reached('')).toEqual(['front v1', 'cart v1']);
});

test('both are verified and promoted at once, each by its own path', async () => {
  await both('verify', 'v2');
  for (const { stdout } of await both('promote', 'v2')) expect(stdout).toContain('Switched: 1 path of Ingress shop');
  expect(await reached('')).toEqual(['front v2', 'cart v2']);
});

test('one goes back, and the other stays', async () => {
  await passes('rollback', 'front');
  expect(await reached('')).toEqual(['front v1', 'cart v2']);
});

test('an object of the same name and revision is not taken from the other app', async () => {
  const common = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'common' }, data: { a: 'b' } };
  const withCommon = (app: string) => {
    const items = [deployment(cluster, { name: app, revision: 'v9' }), service(app), common];
    writeFileSync(join(world.folder, 'common.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return { app, route: 'ingress/shop', manifests: 'common.json' };
  };
  await passes('deploy-green', 'front', 'v9', withCommon('front'));
  const { exitCode, stdout } = await world.run('deploy-green', 'v9', {
    ...withCommon('cart'),
    config: configOf('cart'),
  });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('ConfigMap common-v9 belongs to app front already');
  await passes('reject', 'front', 'v9');
});

test("a check of the other's path fails, and says that no path of the app leads there", async () => {
  await passes('deploy-green', 'cart', 'v3');
  const more = { app: 'cart', route: 'ingress/shop', config: configOf('front') };
  const { exitCode, stdout } = await world.run('verify', 'v3', more);
  expect(exitCode).toBe(1);
  expect(stdout).toContain('no path of the app leads to /');
});

test('retire of one removes its own stacks only, and status shows its own', async () => {
  await passes('release', 'cart', 'v3');
  const more = { config: `${configOf('cart')}keep: 0\ndrain: 1s\nretire-applied: true\n` };
  const { stdout } = await passes('retire', 'cart', '', more);
  expect(stdout).toContain('deleted Service cart-v2');
  const services = await world.kubectl('get', 'service', '-o', 'name');
  expect(services).toContain('service/front-v2');
  expect((await passes('status', 'front')).stdout).not.toContain('cart');
  expect(await reached('')).toEqual(['front v1', 'cart v3']);
});

test('nobody noticed any of it', async () => {
  const answers = await load.stop();
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.filter(isLost)).toEqual([]);
  const part = (path: string) => (path === '/' ? 'front' : 'cart');
  expect(answers.filter(({ who, path }) => !who.startsWith(`${part(path)} `))).toEqual([]);
});
