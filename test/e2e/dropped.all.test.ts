import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { actsIn } from './acts.ts';
import { makeWorld, type World } from './world.ts';

/** A candidate that is deployed again without some of its parts. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'dropped', 'split', 1);
});
afterAll(() => world.end());

const { passes } = actsIn(() => world);

interface Item {
  kind: string;
  metadata: object;
}

/** The manifests, and a second Deployment `mail` whose pods the Service of the application selects too, with a Service. */
function withMail(): void {
  world.manifests({});
  const file = join(world.folder, 'web.json');
  const list: { items: Item[] } = JSON.parse(readFileSync(file, 'utf8'));
  const again = list.items.flatMap((one) =>
    ['Deployment', 'Service'].includes(one.kind) ? [{ ...one, metadata: { ...one.metadata, name: 'mail' } }] : [],
  );
  writeFileSync(file, JSON.stringify({ ...list, items: [...list.items, ...again] }));
}

const names = async (kinds: string) =>
  (await world.kubectl('get', kinds, '-l', 'greenpath.dev/revision=v2', '-o', 'name')).split('\n').filter(Boolean);

test('what its manifests no longer have goes, so that no visitor meets it', async () => {
  withMail();
  await passes('deploy-green', 'v2');
  expect(await names('deployments,services')).toEqual([
    'deployment.apps/mail-v2',
    'deployment.apps/web-v2',
    'service/mail-v2',
    'service/web-v2',
  ]);
  world.manifests({});
  const planned = await passes('deploy-green', 'v2', { 'dry-run': 'true' });
  expect(planned.stdout).toContain('Deployment mail-v2 is no longer in the manifests of v2: it would be removed');
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('Service mail-v2 is no longer in the manifests of v2: it is removed');
  expect(await names('deployments,services')).toEqual(['deployment.apps/web-v2', 'service/web-v2']);
  expect(await world.kubectl('get', 'pods', '-o', 'name')).not.toContain('mail-v2');
  for (const mode of ['verify', 'promote']) await passes(mode, 'v2');
  expect((await passes('deploy-green', 'v2')).outputs.changed).toBe('false');
});
