import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { kubectl } from '../../cluster/cluster.ts';
import { actsIn } from './acts.ts';
import { definition } from './custom-kinds.ts';
import { liveThrough } from './life.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { apply, CONFIG, makeWorld, type World } from './world.ts';

/** A folder as a platform team asks for it: namespace, quota, RBAC, ServiceMonitor and ExternalSecret beside the application. */

const cluster = inject('cluster');
const LEFT = {
  'Namespace e2e-platform': 'it belongs to the whole cluster',
  'ClusterRole e2e-platform-web': 'it belongs to the whole cluster',
  'ClusterRoleBinding e2e-platform-web': 'it belongs to the whole cluster',
  'ResourceQuota pods': 'its kind is unknown to Greenpath',
  'ServiceMonitor web': 'its kind is unknown to Greenpath',
  'ExternalSecret credentials': 'its kind is unknown to Greenpath',
};
const FOLDER = { manifests: 'platform/*.yaml' };
let world: World;
tellOneStory();

const acts = actsIn(() => world);
const passes: typeof acts.passes = (mode, revision, more) =>
  acts.passes(mode, revision, { ...(mode === 'deploy-green' && FOLDER), ...more });

beforeAll(async () => {
  await apply(cluster, 'default', [
    definition('monitoring.coreos.com', 'v1', 'ServiceMonitor'),
    definition('external-secrets.io', 'v1', 'ExternalSecret'),
  ]);
  world = await makeWorld(cluster, 'platform', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  cpSync('test/e2e/sets/platform', join(world.folder, 'platform'), { recursive: true });
});
afterAll(async () => {
  await world.end();
  const names = ['servicemonitors.monitoring.coreos.com', 'externalsecrets.external-secrets.io'];
  await kubectl(cluster, 'delete', 'crd', ...names, '--wait=false');
});

test('is refused as long as nobody has made the Secret that its pods read, and the message says who may', async () => {
  const { stdout } = await acts.refused('manifest', 'deploy-green', 'v1', FOLDER);
  expect(stdout).toContain('Secret credentials');
  expect(stdout).toContain('ExternalSecret credentials');
});

test('is refused as a whole where the config says so', async () => {
  const { stdout } = await acts.refused('manifest', 'deploy-green', 'v1', {
    ...FOLDER,
    config: `${CONFIG}others: refuse\n`,
  });
  for (const name of Object.keys(LEFT)) expect(stdout).toContain(name);
});

test('is released beside what others own, once it is there', { timeout: 900_000 }, async () => {
  await world.kubectl('apply', '-f', join(world.folder, 'platform/operators.yaml'));
  // As the operator would.
  await world.kubectl('create', 'secret', 'generic', 'credentials', '--from-literal=PASSWORD=not-a-real-one');
  const others = await versions();
  const { said, left } = await liveThrough({
    world,
    passes,
    stores: {},
    once: ['ServiceAccount web', 'Secret credentials'],
    visitors: () => visitorsOf(cluster, 'platform.test', 600),
  });
  for (const [name, why] of Object.entries(LEFT))
    expect(said['deploy-green-v1']).toContain(`${name} is left alone: ${why}`);
  for (const name of ['Role web', 'RoleBinding web'])
    expect(said['deploy-green-v1']).toContain(`${name} is left alone and was not looked at`);
  expect(said['deploy-green-v1']).toMatch(/^::notice::6 objects of the manifests are left alone and not written: /m);
  expect(left).toEqual([]);
  expect(await versions()).toEqual(others);
  const names = await kubectl(cluster, 'get', 'clusterrole,clusterrolebinding', '-o', 'name');
  expect(names).not.toContain('e2e-platform-web');
  expect(await world.kubectl('get', 'resourcequota,role,rolebinding', '-o', 'name')).not.toMatch(/quota|\/web$/m);
});

test('annotated as shared, what the account may create is created if it is missing', async () => {
  const kinds = { apiGroups: ['monitoring.coreos.com'], resources: ['servicemonitors'], verbs: ['get', 'create'] };
  const role = { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'more' }, rules: [kinds] };
  await apply(cluster, world.namespace, [role]);
  const account = `${world.namespace}:deployer`;
  await world.kubectl('create', 'rolebinding', 'more', '--role=more', `--serviceaccount=${account}`);
  await world.kubectl('delete', 'servicemonitor', 'web');
  const file = join(world.folder, 'platform/operators.yaml');
  const shared = ', annotations: {greenpath.dev/shared: "true"}}';
  writeFileSync(file, readFileSync(file, 'utf8').replace('e2e-platform}', `e2e-platform${shared}`));
  const { stdout } = await passes('deploy-green', 'v3');
  expect(stdout).toContain('created ServiceMonitor web');
  expect(stdout).toContain('ExternalSecret credentials is left alone');
  await passes('reject', 'v3');
  expect(await world.kubectl('get', 'servicemonitor', '-o', 'name')).toContain('/web');
});

/** The identities and versions of what others own. */
function versions(): Promise<string> {
  const shown = '{range .items[*]}{.kind} {.metadata.uid} {.metadata.resourceVersion},{end}';
  return world.kubectl(
    'get',
    'servicemonitor/web',
    'externalsecret/credentials',
    'secret/credentials',
    '-o',
    `jsonpath=${shown}`,
  );
}
