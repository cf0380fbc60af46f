import { cpSync, mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildPrograms } from '../../cluster/build.ts';
import { RENDERERS } from '../../cluster/builds.ts';
import { actsIn } from './acts.ts';
import { type Disks, makeDisks } from './disk.ts';
import { liveThrough } from './life.ts';
import { sqlStore } from './stores.ts';
import { visitorsOf } from './visitors.ts';
import { allowOptional } from './whole-role.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/** A Helm chart of a web application whose subchart is PostgreSQL as a StatefulSet, without a change. */

const cluster = inject('cluster');
const DATABASE = 'blog-postgresql';
let world: World;
let disks: Disks;

beforeAll(async () => {
  const helm = (await buildPrograms(console.log, [RENDERERS]))('helm');
  world = await makeWorld(cluster, 'blog', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  cpSync('test/e2e/sets/blog', join(world.folder, 'blog'), { recursive: true });
  mkdirSync(join(world.folder, 'bin'));
  symlinkSync(helm, join(world.folder, 'bin', 'helm'));
  disks = await makeDisks(cluster, world.namespace, 'ReadWriteOnce');
  await allowOptional(world);
});
afterAll(async () => {
  await world.end();
  await disks.end();
});

test('is released twice, and the StatefulSet of its subchart keeps its rows', { timeout: 900_000 }, async () => {
  const acts = actsIn(() => world, { app: 'blog', route: 'ingress/blog' });
  const env = { PATH: `${join(world.folder, 'bin')}:${process.env.PATH}` };
  const chart = { manifests: 'blog', values: `postgresql: {storageClass: ${world.namespace}}`, config: CONFIG };
  const { said, left } = await liveThrough({
    world,
    passes: (mode, revision, more) =>
      acts.passes(mode, revision, { ...(mode === 'deploy-green' && chart), ...more }, env),
    stores: { database: sqlStore(cluster, world, DATABASE) },
    once: [
      `StatefulSet ${DATABASE}`,
      `Service ${DATABASE}`,
      `Service ${DATABASE}-hl`,
      `Secret ${DATABASE}`,
      `ServiceAccount ${DATABASE}`,
      `PodDisruptionBudget ${DATABASE}`,
      `NetworkPolicy ${DATABASE}`,
      `PersistentVolumeClaim data-${DATABASE}-0`,
    ],
    visitors: () => visitorsOf(cluster, 'blog.test', 800),
  });
  expect(said['deploy-green-v1']).toContain('Rendered Helm chart blog by helm template');
  expect(said['deploy-green-v1']).toContain(`Secret ${DATABASE} is backing: StatefulSet ${DATABASE} reads it`);
  expect(said['deploy-green-v2']).not.toMatch(/created (StatefulSet|Service blog-postgresql)/);
  expect(left).toEqual([]);
});
