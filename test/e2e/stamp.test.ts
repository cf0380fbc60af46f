import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployment, service } from './parts.ts';
import { apply, makeWorld, type World } from './world.ts';

/** What others renew between verify and promote does not matter, and what containers read does. */

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

async function isRefused(why: string): Promise<void> {
  const { stdout } = await world.run('promote', 'v2');
  expect(stdout).toContain('(stamp-mismatch;');
  expect(stdout).toContain(why);
}

test('content that containers read counts: it is refused by name, and without the key nobody knows', async () => {
  for (const mode of ['deploy-green', 'verify']) await passes(mode);
  expect(await world.kubectl('get', 'configmap', 'greenpath-web-v2', '-o', 'json')).not.toContain('tiger-lily');
  await apply(cluster, world.namespace, [secret('paper-rose')]);
  await isRefused('Secret credentials has changed');
  await apply(cluster, world.namespace, [secret('tiger-lily')]);
  await world.kubectl('delete', 'secret', 'greenpath-web');
  await isRefused('the key by which Secrets are compared is another one');
  await passes('verify');
});

test('a pull secret with a new token, annotations, and a Secret made anew with the same content do not', async () => {
  await apply(cluster, world.namespace, [pullSecret('second')]);
  await world.kubectl('delete', 'secret', 'credentials');
  await apply(cluster, world.namespace, [secret('tiger-lily')]);
  await world.kubectl('annotate', 'secret', 'credentials', 'renewed=now');
  await passes('promote');
});
