import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { actsIn } from './acts.ts';
import { type Disks, makeDisks } from './disk.ts';
import { liveThrough } from './life.ts';
import { sqlStore } from './stores.ts';
import { visitorsOf } from './visitors.ts';
import { makeWorld, type World } from './world.ts';

/** examples/monolith: an application with its database, a migration and a scheduled job, in one folder. */

const cluster = inject('cluster');
let world: World;
let disks: Disks;

beforeAll(async () => {
  world = await makeWorld(cluster, 'monolith', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  cpSync('examples/monolith', join(world.folder, 'monolith'), { recursive: true });
  // The test's volumes are of a class of their own, and have no provisioner.
  const file = join(world.folder, 'monolith/database.yaml');
  const text = readFileSync(file, 'utf8');
  writeFileSync(file, text.replace('  accessModes:', `  storageClassName: ${world.namespace}\n  accessModes:`));
  disks = await makeDisks(cluster, world.namespace, 'ReadWriteOnce');
});
afterAll(async () => {
  await world.end();
  await disks.end();
});

/** The CronJobs that are not suspended. */
async function scheduled(): Promise<string> {
  const shown = '{range .items[?(@.spec.suspend==false)]}{.metadata.name} {end}';
  return (await world.kubectl('get', 'cronjob', '-o', `jsonpath=${shown}`)).trim();
}

test('is released twice, with one database, one migration a revision and one schedule', {
  timeout: 900_000,
}, async () => {
  const acts = actsIn(() => world);
  const seen: string[] = [];
  const { said, left } = await liveThrough({
    world,
    passes: (mode, revision, more) =>
      acts.passes(mode, revision, { ...(mode === 'deploy-green' && { manifests: 'monolith/*.yaml' }), ...more }),
    stores: { database: sqlStore(cluster, world, 'database') },
    once: ['Deployment database', 'Service database', 'Secret database', 'PersistentVolumeClaim database'],
    visitors: () => visitorsOf(cluster, 'monolith.example.com', 800),
    look: async (step) => {
      seen.push(`${step} ${await scheduled()}`.trim());
    },
  });
  expect(said['deploy-green-v1']).toContain('PersistentVolumeClaim database is backing: Deployment database mounts it');
  expect(said['deploy-green-v2']).toContain('migrate-v2');
  expect(seen).toEqual([
    'deploy-green-v1',
    'verify-v1',
    'promote-v1 tidy-v1',
    'deploy-green-v2 tidy-v1',
    'verify-v2 tidy-v1',
    'promote-v2 tidy-v2',
    'rollback tidy-v1',
    'retire tidy-v1',
  ]);
  expect(left).toEqual([]);
});
