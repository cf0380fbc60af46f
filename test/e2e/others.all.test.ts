import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { apply, ask, makeWorld, RETIRE, untilAnswers, type World } from './world.ts';

/** What is not the app's, and stands beside it: others' Services and routes, and a Role that holds only what is needed. */

const cluster = inject('cluster');
const HOST = 'others.test';
const ADMIN = 'admin.others.test';
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'others', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  await apply(cluster, world.namespace, [
    deployment(cluster, { name: 'web', revision: 'blue' }),
    service('web'),
    service('admin', { app: 'web' }),
    ingress('web', [{ host: HOST, path: '/', service: 'web' }]),
    ingress('admin', [{ host: ADMIN, path: '/', service: 'admin' }]),
  ]);
  for (const host of [HOST, ADMIN]) await untilAnswers(cluster, host, 'blue');
  await applyRole();
});
afterAll(() => world.end());

/** The documented Role less the kinds that these manifests do not hold, as its first lines allow. */
async function applyRole(): Promise<void> {
  const left = [
    'secrets',
    'horizontalpodautoscalers',
    'poddisruptionbudgets',
    'cronjobs',
    'jobs',
    'persistentvolumeclaims',
  ];
  const role = load(readFileSync('docs/role.yaml', 'utf8')) as { rules: { resources: string[] }[] };
  const rules = role.rules.flatMap((rule) => {
    const resources = rule.resources.filter((one) => !left.includes(one));
    return resources.length === 0 ? [] : [{ ...rule, resources }];
  });
  await apply(cluster, world.namespace, [{ ...role, rules }]);
}
async function passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<string> {
  const items = [deployment(cluster, { name: 'web', revision }), service('web')];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const { exitCode, stdout } = await world.run(mode, revision, more);
  expect(exitCode, stdout).toBe(0);
  return stdout;
}
const at = async (host: string) => (await ask(cluster, host, '/')).headers['x-revision'];

test('a release, a rollback and again, by a Role without the kinds that the manifests do not hold', async () => {
  for (const mode of ['deploy-green', 'verify', 'promote']) await passes(mode, 'v2');
  expect([await at(HOST), await at(ADMIN)]).toEqual(['v2', 'blue']);
  await passes('rollback');
  expect(await at(HOST)).toBe('blue');
  for (const mode of ['deploy-green', 'verify', 'promote']) await passes(mode, 'v2');
  expect(await at(HOST)).toBe('v2');
});

test("retire leaves an old version's pods to a Service of somebody else that selects them", async () => {
  const stdout = await passes('retire', '', RETIRE);
  expect(stdout).toContain('Deployment web keeps its pods: Service admin selects them');
  expect(await world.kubectl('get', 'deployment', 'web', '-o', 'jsonpath={.status.readyReplicas}')).toBe('1');
  expect([await at(HOST), await at(ADMIN)]).toEqual(['v2', 'blue']);
});
