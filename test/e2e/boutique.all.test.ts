import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Load } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { liveThrough } from './life.ts';
import { redis } from './psql.ts';
import { redisStore } from './stores.ts';
import { ask, makeWorld, type World } from './world.ts';

/** A dozen services that call each other by the plain names in their environment, and a Redis, without a change. */

const cluster = inject('cluster');
const HOST = 'boutique.test';
const ROUTE = { app: 'boutique', route: 'ingress/boutique' };
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'boutique', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  cpSync('test/e2e/sets/boutique.yaml', join(world.folder, 'boutique.yaml'));
});
afterAll(() => world.end());

/** The revisions of all the services that an answer came through. */
const chainIn = (headers: Record<string, unknown>) => String(headers['x-chain'] ?? '');

test('each answer comes from one revision in twelve services, and the Redis keeps what it counts', {
  timeout: 900_000,
}, async () => {
  const acts = actsIn(() => world, ROUTE);
  const { said, left, answers } = await liveThrough({
    world,
    passes: (mode, revision, more) =>
      acts.passes(mode, revision, { ...(mode === 'deploy-green' && { manifests: 'boutique.yaml' }), ...more }),
    stores: { redis: redisStore(cluster, world, 'redis') },
    once: ['Deployment redis', 'Service redis'],
    visitors: () => {
      const load = new Load({ proxy: cluster.proxy, host: HOST, identify: chainIn }, 800);
      load.add({ client: 'fresh', path: '/', rate: 10 });
      load.add({ client: 'kept-alive', path: '/', rate: 10 });
      return load;
    },
    look: async (step) => {
      if (step !== 'verify-v2') return;
      const preview = await ask(cluster, HOST, '/green');
      expect(chainIn(preview.headers)).toBe(Array(12).fill('v2').join(' '));
    },
  });
  expect(said['deploy-green-v1']).toContain('Deployment redis is backing: runs Redis');
  expect(said['deploy-green-v1']).toContain(
    "Plain names in the pods of v1: ads, cart, catalog and 9 more → this revision's own",
  );
  expect(left).toEqual([]);
  const whole = (revision: string) => Array(12).fill(revision).join(' ');
  expect([...new Set(answers.map(({ who }) => who))].toSorted()).toEqual([whole('v1'), whole('v2')]);
  expect(Number(await redis(cluster, world, 'redis', 'get', 'asked'))).toBeGreaterThanOrEqual(answers.length);
});
