import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { apply, makeWorld, type World } from './world.ts';

/** What the manifests say of objects that are never updated, and that differs, is reported by object and key. */

const cluster = inject('cluster');
const ROLE = 'eks.amazonaws.com/role-arn';
const SIZE = 'nginx.ingress.kubernetes.io/proxy-body-size';
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'unapplied', 'split', 1);
  await apply(cluster, world.namespace, shared({ [ROLE]: 'first' }, '1Gi', 'hunter2'));
  await world.kubectl('annotate', 'serviceaccount', 'web', 'renewed-by-others=now');
  await world.kubectl('annotate', 'ingress', 'web', `${SIZE}=1m`, 'cert-manager.io/cluster-issuer=others');
});
afterAll(() => world.end());

function shared(annotations: object, storage: string, password: string): object[] {
  const spec = { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } };
  const policy = { podSelector: {}, ingress: [{ ports: [{ port: 80 }] }], egress: [] };
  const metadata = { name: 'shop', annotations: { 'greenpath.dev/shared': 'true' } };
  return [
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'web', annotations } },
    { apiVersion: 'v1', kind: 'PersistentVolumeClaim', metadata: { name: 'data' }, spec },
    { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy', metadata: { name: 'web' }, spec: policy },
    { apiVersion: 'v1', kind: 'Secret', metadata, stringData: { password } },
  ];
}

async function told(objects: object[], annotations: Record<string, string>): Promise<string[]> {
  const path = { host: world.host, path: '/', service: 'web' };
  const items = [deployment(cluster, { name: 'web' }), service('web'), ingress('web', [path], annotations), ...objects];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  const run = await world.run('deploy-green', 'v2', { 'dry-run': 'true' });
  expect(run.exitCode, run.stdout).toBe(0);
  expect(run.stdout.replaceAll(/^::add-mask::.*$/gm, '')).not.toMatch(/hunter2|tiger-lily/);
  return [...run.stdout.matchAll(/^::notice::(.*differs from the manifests.*)$/gm)]
    .map(([, text = '']) => text)
    .toSorted();
}

test('what is only written in another way, defaults, and what others added is no difference', async () => {
  expect(await told(shared({ [ROLE]: 'first' }, '1024Mi', 'hunter2'), { [SIZE]: '1m' })).toEqual([]);
});

test('each difference is reported once, by object and key, and no value of a Secret', async () => {
  expect(await told(shared({ [ROLE]: 'second' }, '2Gi', 'tiger-lily'), { [SIZE]: '8m' })).toEqual([
    `Ingress web exists and is not changed; it differs from the manifests in annotation ${SIZE}`,
    'PersistentVolumeClaim data is shared and is not changed; it differs from the manifests in spec.resources.requests.storage',
    'Secret shop is shared and is not changed; it differs from the manifests in data.password',
    `ServiceAccount web is shared and is not changed; it differs from the manifests in annotation ${ROLE}`,
  ]);
});
