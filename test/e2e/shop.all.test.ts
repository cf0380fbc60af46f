import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { faultsIn, lostIn, sentAt } from '../../harness/faults.ts';
import { type Answer, Load } from '../../harness/load.ts';
import { type Call, callsLostIn, Shop } from './shop.ts';
import { ask } from './world.ts';

/** The example shop goes through every mode under load, from outside and from inside the cluster. */

const cluster = inject('cluster');
const [WEB, API] = ['shop.example.com', 'api.shop.example.com'];
const URLS: [string, string, string][] = [
  [WEB, '/', 'front'],
  [WEB, '/cart', 'cart'],
  [WEB, '/api/orders?new=tea', 'orders'],
  [API, '/v1/cart', 'cart'],
  [API, '/v1/orders', 'orders'],
];
/** Times in which a pod of one revision's worker was alive together with one of another's. */
const OVERLAPS = `with lives as (select revision, pod, min(at) as born, max(at) as gone from beats group by 1, 2)
  select count(*) from lives a join lives b on a.revision < b.revision and a.born < b.gone and b.born < a.gone`;
/** Calls sent within this time of each other may connect in the other order, in milliseconds. */
const CONCURRENT = 500;
let shop: Shop;
let loads: Load[] = [];

beforeAll(async () => {
  shop = await Shop.open(cluster);
});
afterAll(async () => {
  await Promise.all(loads.map((load) => load.stop()));
  await shop.world.end();
});

const headers = async (host: string, path: string) => (await ask(cluster, host, path)).headers;
const reached = (prefix: string) =>
  Promise.all(
    URLS.map(async ([host, path]) => {
      const seen = await headers(host, prefix + path);
      return `${seen['x-part']} ${seen['x-revision']}`;
    }),
  );
const all = (revision: string) => URLS.map(([, , part]) => `${part} ${revision}`);
const replicas = (name: string) =>
  shop.world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}/{.status.readyReplicas}');

test('the first release creates what is not there: tables, Ingress, plain Services', async () => {
  shop.version('v1');
  const { stdout } = await shop.passes('release', 'v1');
  expect(stdout).toContain('Rendered kustomization v1 by kubectl kustomize');
  expect(stdout).toMatch(/Job migrate-v1 succeeded/);
  expect(await reached('')).toEqual(all('v1'));
  loads = [WEB, API].map((host) => {
    const identify = (seen: Record<string, unknown>) =>
      `${seen['x-part']} ${seen['x-revision']} ${seen['x-cart'] ?? ''}`;
    return new Load({ proxy: cluster.proxy, host, identify }, 400);
  });
  for (const [host, path] of URLS) {
    for (const client of ['fresh', 'kept-alive'] as const) loads[host === WEB ? 0 : 1]?.add({ client, path, rate: 6 });
  }
  await shop.startCaller('http://cart/');
});

test('deploy-green, verify, promote: the new version with a migration that the old one survives', async () => {
  shop.version('v2', { migrations: ['2-note.sql'] });
  await shop.passes('deploy-green', 'v2');
  expect(await reached('/green')).toEqual(all('v2'));
  expect(await reached('')).toEqual(all('v1'));
  expect(await replicas('mailer-v2')).toBe('0/');
  expect((await shop.passes('verify', 'v2')).stdout).toContain('/api/orders (live, v1): passed');
  const { stdout } = await shop.passes('promote', 'v2');
  expect(stdout).toContain('5 paths of Ingress shop');
  expect(await reached('')).toEqual(all('v2'));
  expect(await Promise.all([replicas('mailer-v1'), replicas('mailer-v2')])).toEqual(['0/', '1/1']);
  // On a busy machine a rollback could come before the worker's first order.
  const done = () => shop.query("select count(*) from jobs where done_by = 'v2'");
  await vi.waitUntil(async () => (await done()) !== '0', { timeout: 60_000 });
});

test('rollback, and the workers with it', async () => {
  await shop.passes('rollback');
  expect(await reached('')).toEqual(all('v1'));
  expect(await Promise.all([replicas('mailer-v1'), replicas('mailer-v2')])).toEqual(['1/1', '0/']);
});

test('reject of one, release of another, retire of all before it', async () => {
  shop.version('v3');
  await shop.passes('deploy-green', 'v3');
  await shop.passes('reject', 'v3');
  shop.version('v4');
  await shop.passes('release', 'v4');
  await shop.passes('retire');
  expect(await reached('')).toEqual(all('v4'));
  const left = await shop.world.kubectl('get', 'deployment,service,configmap,secret,hpa,pdb,job', '-o', 'name');
  expect(left.split('\n').filter((name) => /-v[123]$/.test(name))).toEqual([]);
});

test('nobody outside noticed any of it, and every answer was of one version', async () => {
  const answers = (await Promise.all(loads.map((load) => load.stop()))).flat();
  loads = [];
  expect(answers.length).toBeGreaterThan(1_000);
  expect(lostIn(answers, shop.acts)).toEqual([]);
  const part = (path: string) => URLS.find(([, one]) => one === path)?.[2];
  const isWhole = ({ who, path }: Answer) =>
    who.startsWith(`${part(path)} `) && (!who.startsWith('front ') || / (\S+) \1$/.test(who));
  const faultOf = (one: Answer) => (isWhole(one) ? undefined : `${one.client} ${one.path}: answered by ${one.who}`);
  expect(faultsIn(answers, { sentAt, faultOf, acts: shop.acts })).toEqual([]);
  console.log(`shop: ${answers.length} answers outside, 0 lost`);
});

test('nor did callers inside, who follow the release by the plain name', async () => {
  const calls = await shop.stopCaller();
  expect(callsLostIn(calls, 'cart', shop.acts)).toEqual([]);
  const fresh = calls.filter(({ client }) => client === 'fresh');
  // Calls that are sent around one switch overlap, and the later one may connect first.
  const isNear = (one: Call, other: Call) => Math.abs(one.sent - other.sent) <= CONCURRENT;
  const clear = fresh.filter((one) => fresh.every((other) => other.revision === one.revision || !isNear(one, other)));
  const turns = clear.flatMap(({ revision }, index) => (revision === clear[index - 1]?.revision ? [] : revision));
  expect(turns).toEqual(['v1', 'v2', 'v1', 'v4']);
  console.log(`shop: ${calls.length} answers inside, 0 lost`);
});

test('every order was confirmed, by one revision at a time', async () => {
  await vi.waitFor(async () => expect(await shop.query('select count(*) from jobs where done_by is null')).toBe('0'), {
    timeout: 60_000,
  });
  expect(Number(await shop.query('select count(distinct done_by) from jobs'))).toBeGreaterThan(2);
  expect(await shop.query(OVERLAPS)).toBe('0');
});

test('a worker that starts early works beside the old one', async () => {
  shop.version('v5', { early: true });
  await shop.passes('release', 'v5');
  expect(Number(await shop.query(OVERLAPS))).toBeGreaterThan(0);
});

test('a migration that breaks the live version is found by verify, at the live URL', async () => {
  shop.version('v6', { migrations: ['3-rename.sql'], column: 'product' });
  await shop.passes('deploy-green', 'v6');
  // Data is shared: from here on the live version's orders fail, whoever is to find it.
  expect((await ask(cluster, WEB, '/api/orders')).status).toBe(500);
  expect((await ask(cluster, WEB, '/green/api/orders')).status).toBe(200);
  const { exitCode, stdout } = await shop.run('verify', 'v6');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the live version v5 does not pass its check since green was deployed');
  expect(stdout).toContain('[live-broken]');
  expect((await shop.run('promote', 'v6')).stdout).toContain('[not-verified]');
  await shop.query('alter table orders rename column product to item');
  expect(await reached('')).toEqual(all('v5'));
});
