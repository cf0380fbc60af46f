import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { isLost, Load } from '../../harness/load.ts';
import { HOST, PARTS, shopOf } from './names.ts';
import { startPod } from './psql.ts';
import { type Call, callsLostIn } from './shop.ts';
import { ask, CONFIG, makeWorld, type World } from './world.ts';

/** Parts of a stack reach parts of the same stack by their plain names, candidate and live alike. */

const cluster = inject('cluster');
const CHECKED = CONFIG.replace(
  '[GET /healthz]',
  `[${Object.keys(PARTS)
    .map((path) => `GET ${path}`)
    .join(', ')}]`,
);
const PATHS = Object.keys(PARTS);
/** Requests to each path, each of which may reach another pod. */
const OFTEN = 20;
let world: World;
let load: Load | undefined;

beforeAll(async () => {
  world = await makeWorld(cluster, 'names', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const list = { apiVersion: 'v1', kind: 'List', items: shopOf(cluster, world.namespace) };
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify(list));
});
afterAll(async () => {
  await load?.stop();
  await world.end();
});

async function passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<string> {
  const outcome = await world.run(mode, revision, { ...(mode.startsWith('deploy') && { config: CHECKED }), ...more });
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome.stdout;
}
/** `v2 v2`: the front that answered, and the cart that it asked. */
const pairIn = (headers: Record<string, unknown>) =>
  headers['x-front'] === undefined
    ? `${headers['x-revision']} ${headers['x-cart']}`
    : `${headers['x-front']} ${headers['x-revision']}`;
/** What all parts say below a prefix, without repetition. */
async function seen(prefix = ''): Promise<string[]> {
  const paths = PATHS.flatMap((path) => Array.from({ length: OFTEN }, () => prefix + path));
  const answers = await Promise.all(paths.map((path) => ask(cluster, HOST, path)));
  return [...new Set(answers.map(({ status, headers }) => (status === 200 ? pairIn(headers) : `${status}`)))];
}
const calls = async (...which: string[]) =>
  (await world.kubectl('logs', ...which))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Call);
const cartsCalled = (all: Call[]) => [
  ...new Set(all.map(({ status, part, revision }) => `${status} ${part} ${revision}`)),
];
const selectorOf = async (name: string) =>
  JSON.parse(await world.kubectl('get', 'service', name, '-o', 'jsonpath={.spec.selector}'));

test('a first candidate reaches its own cart, and so does who waits for it elsewhere', async () => {
  const env = { PART: 'caller', CALL: 'http://cart/', RATE: '10', LASTS: '10m' };
  const stdout = await passes('deploy-green', 'v1');
  expect(stdout).toContain(
    "Plain names in the pods of v1: cart, code, file and 2 more → this revision's own; carts (headless) → the live revision's",
  );
  expect(stdout).toContain('Service cart points at v1, since nothing is live');
  expect(await seen('/green')).toEqual(['v1 v1']);
  expect(await selectorOf('cart')).toMatchObject({ revision: 'v1' });
  await startPod(cluster, world, { name: 'outside', image: cluster.images.shop, env });
  await passes('verify', 'v1');
});

test('promote makes it live, and leaves the plain Services as they are', async () => {
  const stdout = await passes('promote', 'v1');
  // Those that the Ingress names, which exists only now, were not there before.
  expect(stdout).not.toContain('created Service cart');
  expect(await seen()).toEqual(['v1 v1']);
  const hook = await calls('job/look-v1');
  expect(cartsCalled(hook)).toEqual(['200 cart v1']);
  load = new Load({ proxy: cluster.proxy, host: HOST, identify: pairIn }, 400);
  for (const path of PATHS) load.add({ client: 'fresh', path, rate: 10 });
});

test('the next candidate reaches its own cart before, while and after it is live', async () => {
  await passes('deploy-green', 'v2');
  expect(await seen('/green')).toEqual(['v2 v2']);
  expect(await seen()).toEqual(['v1 v1']);
  await passes('verify', 'v2');
  await passes('promote', 'v2');
  expect(cartsCalled(await calls('job/look-v2'))).toEqual(['200 cart v2']);
  expect(await seen()).toEqual(['v2 v2']);
  await vi.waitFor(async () => {
    const worker = await calls('deployment/worker-v2');
    expect(cartsCalled(worker)).toEqual(['200 cart v2']);
  });
});

test('a rollback reaches the cart of the version before', async () => {
  await passes('rollback');
  expect(await seen()).toEqual(['v1 v1']);
  await vi.waitFor(async () => expect(cartsCalled(await calls('deployment/worker-v1'))).toEqual(['200 cart v1']));
});

test('no visitor ever got an answer of two versions, and none was lost', async () => {
  const answers = (await load?.stop()) ?? [];
  load = undefined;
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.filter(isLost)).toEqual([]);
  expect([...new Set(answers.map(({ who }) => who))].toSorted()).toEqual(['v1 v1', 'v2 v2']);
  console.log(`names: ${answers.length} answers, each by one version`);
});

test('callers outside of the stack followed what was live', async () => {
  const all = (await calls('outside')).toSorted((a, b) => a.sent - b.sent);
  expect(callsLostIn(all, 'cart', [])).toEqual([]);
  const fresh = all.filter(({ client }) => client === 'fresh').map(({ revision }) => revision);
  expect(fresh.filter((revision, index) => revision !== fresh[index - 1])).toEqual(['v1', 'v2', 'v1']);
});

test('a dry run says the same, and shows no address that is not assigned', async () => {
  const stdout = await passes('deploy-green', 'v3', { 'dry-run': 'true' });
  expect(stdout).toContain('Plain names in the pods of v3: cart, code, file and 2 more');
  expect(stdout).not.toContain('hostAliases');
});

test('the config lets plain names lead to what is live', async () => {
  const stdout = await passes('deploy-green', 'v4', { config: `${CHECKED}plain-names: live\n` });
  expect(stdout).not.toContain('Plain names');
  expect((await seen('/green')).toSorted()).toEqual(['v4 v1', 'v4 v4']);
  await passes('reject', 'v4');
});

test('a Service that was created again has another address: its callers are told apart until they know it', async () => {
  await passes('deploy-green', 'v5');
  const service = JSON.parse(await world.kubectl('get', 'service', 'cart-v5', '-o', 'json'));
  await world.kubectl('delete', 'service', 'cart-v5');
  const { clusterIP: _, clusterIPs: __, ...spec } = service.spec;
  const { name, labels, annotations } = service.metadata;
  const file = join(world.folder, 'again.json');
  writeFileSync(file, JSON.stringify({ ...service, metadata: { name, labels, annotations }, spec }));
  await world.kubectl('create', '-f', file);
  const { exitCode, stdout } = await world.run('verify', 'v5');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Service cart-v5 was created again with another address, which the pods of Deployment');
  expect(stdout).toContain('[no-candidate]');
  await passes('deploy-green', 'v5');
  expect(await seen('/green')).toEqual(['v5 v5']);
  await passes('verify', 'v5');
});

test('nothing is left of a first candidate that is rejected', async () => {
  await world.kubectl('delete', 'ingress,service,deployment,configmap,job', '--all');
  await passes('deploy-green', 'v6');
  await passes('deploy-green', 'v7', { supersede: 'true' });
  expect(await selectorOf('cart')).toMatchObject({ revision: 'v7' });
  await passes('reject', 'v7');
  const left = await world.kubectl('get', 'ingress,service,deployment,job', '-o', 'name');
  expect(left.trim()).toBe('');
});
