import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { actsIn } from './acts.ts';
import { tellOneStory } from './story.ts';
import { apply, ask, makeWorld, untilAnswers, type World } from './world.ts';

/**
 * To ingress-nginx, the oldest Ingress that names a Service says how requests are shared among its pods. Parking is older
 * than a live Ingress that was created again, and must not undo what that one says: sessions live in pods. One story.
 */

const CONFIG =
  'router: nginx\nidentity: {header: X-Revision}\nchecks: [GET /healthz]\nverify: {passes: 1, interval: 50ms, within: 15s}\n';
const HASH = { 'nginx.ingress.kubernetes.io/upstream-hash-by': '$http_x_user' };

let cluster: Cluster;
let world: World;
tellOneStory();

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'ingress-nginx', { log: (line) => console.log(line) });
  world = await makeWorld(cluster, 'upstreams', 'split', 3);
  // Each answer names the pod that gave it.
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  list.items[1].spec.template.spec.containers[0].env.push({
    name: 'PART',
    valueFrom: { fieldRef: { fieldPath: 'metadata.name' } },
  });
  writeFileSync(file, JSON.stringify(list));
});
afterAll(() => world?.end());

const { passes, released } = actsIn(() => world, { config: CONFIG });

/** The live Ingress, deleted and created again as it is, with `annotations`. */
async function createdAgain(annotations: Record<string, string>): Promise<void> {
  const { spec } = JSON.parse(await world.kubectl('get', 'ingress', 'web', '-o', 'json'));
  await world.kubectl('delete', 'ingress', 'web');
  const metadata = { name: 'web', annotations };
  await apply(cluster, world.namespace, [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', metadata, spec }]);
}

/** The pods that answer this user's requests. */
async function podsOf(user: string): Promise<ReadonlySet<unknown>> {
  const pods = new Set<unknown>();
  for (let count = 0; count < 30; count += 1)
    pods.add((await ask(cluster, world.host, '/', { 'X-User': user })).headers['x-part']);
  return pods;
}

test('a user stays on one pod after the live Ingress was created again, when parking is older', async () => {
  await createdAgain(HASH);
  await untilAnswers(cluster, world.host, 'v1');
  await released('v2');
  await createdAgain(HASH);
  await untilAnswers(cluster, world.host, 'v2');
  await expect.poll(async () => (await podsOf('ada')).size, { timeout: 30_000, interval: 500 }).toBe(1);
  const all = await Promise.all(['ada', 'bob', 'cleo', 'dan', 'eve', 'fay', 'gus', 'hal'].map(podsOf));
  expect(new Set(all.flatMap((pods) => [...pods])).size, 'users are shared among pods').toBeGreaterThan(1);
});

test('and so do those of the next release, whose Services parking named first', async () => {
  await released('v3');
  await untilAnswers(cluster, world.host, 'v3');
  await expect.poll(async () => (await podsOf('ada')).size, { timeout: 30_000, interval: 500 }).toBe(1);
  await passes('rollback');
});
