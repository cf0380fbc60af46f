import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { apply, ask, makeWorld, untilAnswers, type World } from './world.ts';

/** An application under plain names whose selector says a revision, as in a blue/green release by selector: it stays there for a rollback. */

const cluster = inject('cluster');
const HOST = 'adopted-revision.test';
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'adopted-revision', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const labels = { app: 'web', revision: 'v1' };
  await apply(cluster, world.namespace, [
    deployment(cluster, { name: 'web', revision: 'v1', labels }),
    service('web', labels),
    ingress('web', [{ host: HOST, path: '/', service: 'web' }]),
  ]);
  const items = [deployment(cluster, { name: 'web' }), service('web')];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  await untilAnswers(cluster, HOST, 'v1');
});
afterAll(() => world.end());

async function passes(mode: string, revision = '') {
  const outcome = await world.run(mode, revision);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const live = async () => (await ask(cluster, HOST, '/')).headers['x-revision'];

test('what promote names as the previous revision is there, and rollback goes to it', async () => {
  const { outputs } = await passes('release', 'v2');
  expect(outputs).toMatchObject({ state: 'live', 'previous-revision': 'adopted' });
  expect(await live()).toBe('v2');
  const status = await passes('status');
  expect(status.stdout).toContain('stack adopted: previous, created by hand, web-adopted, 1 of 1 pods ready');
  expect(status.outputs['previous-revision']).toBe('adopted');
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'adopted' });
  expect(await live()).toBe('v1');
});
