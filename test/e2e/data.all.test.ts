import { readFileSync } from 'node:fs';
import { load } from 'js-yaml';
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { deployment, service } from './parts.ts';
import { psql } from './psql.ts';
import { Stateful, type Thing } from './stateful.ts';
import { apply, ask, RETIRE } from './world.ts';

/** What has state is not started twice, and `retire` leaves what mounts a claim. */

const cluster = inject('cluster');

/** The shop's database with its data on the claim and its password in a Secret. */
function database(): Thing[] {
  const [given, backend] = readFileSync('examples/shop/database.yaml', 'utf8')
    .split('---\n')
    .map((text) => load(text)) as [Thing, Thing];
  const spec = backend.spec.template?.spec;
  if (spec === undefined) throw new Error('the example has a Deployment');
  spec.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  const [container] = spec.containers as { env?: object[] }[];
  const from = { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } };
  if (container) container.env = [...(container.env ?? []).slice(0, 2), from];
  const secret = {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'database' },
    stringData: { password: 'not-a-real-one' },
  };
  return [given, backend, secret as unknown as Thing];
}

describe('a database in the manifests of an application', () => {
  let stateful: Stateful;
  const web = () => [deployment(cluster, { name: 'web' }), service('web')];

  beforeAll(async () => {
    stateful = await Stateful.open('data', 'ReadWriteOnce');
  });
  afterAll(() => stateful.close());

  test('is backing: it is created once, as it is, before the candidate', async () => {
    stateful.manifests([...web(), ...database(), stateful.claim('ReadWriteOnce')]);
    const stdout = await stateful.passes('deploy-green', 'v2');
    for (const name of ['Deployment database', 'Service database', 'Secret database', 'PersistentVolumeClaim data'])
      expect(stdout).toContain(`${name} is backing: `);
    expect(
      await stateful.world.kubectl('get', 'deployment', 'database', '-o', 'jsonpath={.status.readyReplicas}'),
    ).toBe('1');
    await psql(cluster, stateful.world, 'database', "create table kept (word text); insert into kept values ('row')");
  });

  test('over two releases, a rollback and retire there is one server, and it keeps its rows', async () => {
    const row = () => psql(cluster, stateful.world, 'database', 'select word from kept');
    for (const mode of ['verify', 'promote']) await stateful.passes(mode, 'v2');
    expect(await row()).toBe('row');
    await stateful.release('v3');
    expect([await row(), await stateful.holders()]).toEqual(['row', ['database']]);
    await stateful.passes('rollback');
    await stateful.passes('retire', '', RETIRE);
    expect([await row(), await stateful.holders()]).toEqual(['row', ['database']]);
  });

  test('it may be left out of the manifests, and applied by kubectl', async () => {
    await stateful.world.kubectl('delete', 'deployment,service,secret', 'database');
    await apply(cluster, stateful.world.namespace, database());
    await stateful.world.kubectl('rollout', 'status', 'deployment/database', '--timeout=60s');
    stateful.manifests(web());
    await stateful.release('v4');
    expect(await psql(cluster, stateful.world, 'database', 'select word from kept')).toBe('row');
    expect(await stateful.holders()).toEqual(['database']);
  });

  test('shared, it is not created beside another one that writes to the claim now', async () => {
    const shared = { 'greenpath.dev/shared': 'true' };
    const items = database().map((one) => ({
      ...one,
      metadata: { ...one.metadata, name: 'second', annotations: shared },
    }));
    const secret = JSON.parse(JSON.stringify(items).replaceAll('"name":"database","key"', '"name":"second","key"'));
    stateful.manifests([...web(), ...secret]);
    const { exitCode, stdout } = await stateful.world.run('deploy-green', 'v5');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Deployment second would be created beside Deployment database, which writes to');
    expect(await stateful.holders()).toEqual(['database']);
  });

  test('on a path of the node, it is reported', async () => {
    const [part, ...rest] = web() as [Thing, object];
    const spec = part.spec.template?.spec;
    if (spec === undefined) throw new Error('expected a Deployment');
    spec.volumes = [{ name: 'data', hostPath: { path: '/srv/database' } }];
    for (const container of spec.containers) container.volumeMounts = [{ name: 'data', mountPath: '/data' }];
    stateful.manifests([part, ...rest]);
    const stdout = await stateful.passes('deploy-green', 'v6', { 'dry-run': 'true' });
    expect(stdout).toContain('Deployment web writes to /srv/database of its node (hostPath)');
  });
});

describe('an application whose claim several pods may write', () => {
  let stateful: Stateful;

  beforeAll(async () => {
    stateful = await Stateful.open('uploads', 'ReadWriteMany');
    const web = withClaim(deployment(cluster, { name: 'web' }));
    stateful.manifests([web, service('web'), stateful.claim('ReadWriteMany')]);
  });
  afterAll(() => stateful.close());

  test('is released beside itself, and the old Deployment outlives retire without pods', async () => {
    await stateful.release('v2');
    await stateful.release('v3');
    expect((await stateful.holders()).toSorted()).toEqual(['web v2', 'web v3']);
    const stdout = await stateful.passes('retire', '', RETIRE);
    expect(stdout).toContain('Deployment web-v2 stays, since it mounts PersistentVolumeClaim data');
    expect(stdout).toContain('deleted Service web-v2');
    await stateful.world.kubectl('wait', '--for=delete', 'pod', '-l', 'app=web,revision=v2', '--timeout=60s');
    expect(await replicas('web-v2')).toBe('0');
    expect(await replicas('web-v3')).toBe('1');
    expect((await ask(cluster, stateful.world.host, '/')).headers['x-revision']).toBe('v3');
  });

  test('retire again says so again, and has nothing to do', async () => {
    const stdout = await stateful.passes('retire', '', RETIRE);
    expect(stdout).toContain('Deployment web-v2 stays');
    expect(stdout).toContain('nothing to do');
  });

  test('what was there before Greenpath keeps its pods, if they mount a claim', async () => {
    const { world } = stateful;
    const labels = { app: 'old' };
    const old = withClaim(deployment(cluster, { name: 'old', labels, revision: 'old' }));
    await apply(cluster, world.namespace, [old, service('old', labels)]);
    await world.kubectl('rollout', 'status', 'deployment/old', '--timeout=60s');
    const replaced = { service: { name: 'old', port: { number: 80 } } };
    const operations = [
      { op: 'replace', path: '/spec/rules/0/http/paths/0/backend', value: replaced },
      { op: 'replace', path: '/metadata/annotations', value: {} },
    ];
    await world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify(operations));
    stateful.manifests([withClaim(deployment(cluster, { name: 'old' })), service('old')]);
    await stateful.release('v6');
    await stateful.release('v7');
    const stdout = await stateful.passes('retire', '', RETIRE);
    expect(stdout).toContain('Deployment old keeps its pods, since it mounts PersistentVolumeClaim data');
    expect(await replicas('old')).toBe('1');
  });

  const replicas = (name: string) =>
    stateful.world.kubectl('get', 'deployment', name, '-o', 'jsonpath={.spec.replicas}');
});

/** A Deployment whose pods write to the claim. */
function withClaim(object: object): object {
  const { spec } = structuredClone(object) as Thing;
  const pods = spec.template?.spec;
  if (pods === undefined) throw new Error('expected a Deployment');
  pods.volumes = [{ name: 'data', persistentVolumeClaim: { claimName: 'data' } }];
  for (const container of pods.containers) container.volumeMounts = [{ name: 'data', mountPath: '/data' }];
  return { ...object, spec };
}
