import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployment, service } from './parts.ts';
import { apply, ask, makeWorld, type World } from './world.ts';

/**
 * Promise 2: what was verified goes live, by the same pods. What others renew between verify and promote does not matter;
 * what runs and what containers read does.
 */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'stamp', 'split', 1);
  await apply(cluster, world.namespace, [pullSecret('first'), secret('tiger-lily')]);
  const reads = { envFrom: [{ secretRef: { name: 'credentials' } }] };
  const pulls = { imagePullSecrets: [{ name: 'registry' }] };
  const text = JSON.stringify(deployment(cluster, { name: 'web' }))
    .replace('"env":[', `"envFrom":${JSON.stringify(reads.envFrom)},"env":[`)
    .replace('"containers":[', `"imagePullSecrets":${JSON.stringify(pulls.imagePullSecrets)},"containers":[`);
  const items = [service('web'), JSON.parse(text)];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
});
afterAll(() => world.end());

function secret(password: string): object {
  return { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'credentials' }, stringData: { password } };
}

function pullSecret(token: string): object {
  const auths = { 'registry.test': { auth: Buffer.from(`AWS:${token}`).toString('base64') } };
  const stringData = { '.dockerconfigjson': JSON.stringify({ auths }) };
  const metadata = { name: 'registry' };
  return { apiVersion: 'v1', kind: 'Secret', metadata, type: 'kubernetes.io/dockerconfigjson', stringData };
}

async function passes(mode: string): Promise<void> {
  const run = await world.run(mode, 'v2');
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout).not.toContain('tiger-lily');
}

/** The pods of green, those that end included. */
async function pods(): Promise<string[]> {
  const found = await world.kubectl('get', 'pods', '-l', 'revision=v2', '-o', 'jsonpath={.items[*].metadata.uid}');
  return found.split(' ').filter(Boolean);
}

async function isRefused(why: string): Promise<void> {
  const { stdout } = await world.run('promote', 'v2');
  expect(stdout).toContain('[stamp-mismatch]');
  expect(stdout).toContain(why);
}

test('content that containers read counts: it is refused by name, and without the key nobody knows', async () => {
  for (const mode of ['deploy-green', 'verify']) await passes(mode);
  expect(await world.kubectl('get', 'configmap', 'greenpath-web-v2', '-o', 'json')).not.toContain('tiger-lily');
  await apply(cluster, world.namespace, [secret('paper-rose')]);
  await isRefused('Secret credentials has changed');
  await apply(cluster, world.namespace, [secret('tiger-lily')]);
  await world.kubectl('delete', 'secret', 'greenpath-web');
  await isRefused('the key for comparing Secrets is another one');
  await passes('verify');
});

test('what runs counts: a Service and a Deployment that somebody changed are refused by name', async () => {
  const patch = (kind: string, change: object) =>
    world.kubectl('patch', kind, 'web-v2', '--type=merge', '-p', JSON.stringify(change));
  await patch('service', { spec: { sessionAffinity: 'ClientIP' } });
  await patch('deployment', { spec: { template: { metadata: { annotations: { tried: 'by hand' } } } } });
  await isRefused('Deployment web');
  await isRefused('Service web');
  for (const mode of ['deploy-green', 'verify']) await passes(mode);
});

test('a pull secret with a new token, annotations, and a Secret made anew with the same content do not', async () => {
  await apply(cluster, world.namespace, [pullSecret('second')]);
  await world.kubectl('delete', 'secret', 'credentials');
  await apply(cluster, world.namespace, [secret('tiger-lily')]);
  await world.kubectl('annotate', 'secret', 'credentials', 'renewed=now');
  const tested = await pods();
  await passes('promote');
  expect((await ask(cluster, world.host, '/')).headers['x-revision']).toBe('v2');
  const visited = await pods();
  expect(visited).not.toEqual([]);
  expect(tested).toEqual(expect.arrayContaining(visited));
});
