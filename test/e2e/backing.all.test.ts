import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { isLost, type Load } from '../../harness/load.ts';
import { database, METADATA, Story, web } from './backing.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { allowOptional } from './whole-role.ts';
import { CONFIG, RETIRE, untilAnswers } from './world.ts';

/** Databases in the manifests exist once over the whole life of an application, and objects of others are left alone. */

const cluster = inject('cluster');
const OTHERS = [
  { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'e2e-backing' } },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', metadata: { name: 'web' }, spec: {} },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', metadata: { name: 'web' }, rules: [] },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', metadata: { name: 'web' }, rules: [] },
  { apiVersion: 'batch/v1', kind: 'Job', metadata: { name: 'seed' }, spec: {} },
];

describe('a database without a claim', () => {
  const KINDS = ['deployment', 'service', 'secret'];
  let story: Story;
  let visitors: Load;
  let before: string[];
  tellOneStory();

  beforeAll(async () => {
    story = await Story.open('backing');
    story.manifests(...web(), ...database('Deployment'), ...OTHERS);
    visitors = visitorsOf(cluster, story.world.host, 400);
  });
  afterAll(async () => {
    await visitors.stop();
    await story.world.end();
  });

  test('is created once, before the candidate, and what is no part of the release is left alone', async () => {
    const { stdout } = await story.passes('deploy-green', 'v2');
    expect(stdout).toContain('Deployment database is backing: runs PostgreSQL');
    expect(stdout).toContain('Secret database is backing: Deployment database reads it');
    for (const name of ['Namespace e2e-backing', 'ServiceMonitor web', 'ClusterRole web', 'Job seed'])
      expect(stdout).toContain(`${name} is left alone: `);
    expect(stdout).toContain('Role web is left alone and was not looked at: the account may not get roles');
    expect(stdout).toMatch(/^::notice::4 objects of the manifests are left alone and not written: /m);
    expect(await story.world.kubectl('get', 'job,role', '-o', 'name')).not.toMatch(/seed|\/web/);
    await story.write();
    before = await story.versions(...KINDS);
  });

  test('and keeps its rows over verify, promote, a second revision, rollback, reject and retire', async () => {
    const unharmed = async () => {
      expect(await story.row()).toBe('row');
      expect(await story.versions(...KINDS)).toEqual(before);
    };
    for (const mode of ['verify', 'promote']) {
      await story.passes(mode, 'v2');
      await unharmed();
    }
    await story.released('v3');
    await unharmed();
    await story.passes('rollback');
    await unharmed();
    await story.passes('deploy-green', 'v4');
    await story.passes('reject', 'v4');
    await unharmed();
    await story.passes('retire', '', RETIRE);
    await unharmed();
    expect(await story.live()).toBe('v2');
    const names = await story.world.kubectl('get', 'deployment', '-o', 'jsonpath={.items[*].metadata.name}');
    expect(names.split(' ').toSorted()).toEqual(['database', 'web-v1', 'web-v2']);
  });

  test('what differs is named, and applied only where the config says so', async () => {
    const [part, caller, secret] = database('Deployment') as [object, { spec: object }, object];
    const changed = { ...caller, metadata: { ...METADATA, annotations: { team: 'data' } } };
    const ports = { ...changed, spec: { ...caller.spec, ports: [{ name: 'sql', port: 5432 }] } };
    const given = { ...secret, stringData: { password: 'another-one' } };
    story.manifests(...web(), part, ports, given);
    const kept = await story.passes('deploy-green', 'v5', { 'dry-run': 'true' });
    expect(kept.stdout).toContain(
      'Service database is backing and is not changed; it differs from the manifests in annotation team, spec.ports',
    );
    expect(kept.stdout).toContain(
      'Secret database is backing and is not changed; it differs from the manifests in data.password',
    );
    story.manifests(...web(), part, ports, secret);
    const config = `${CONFIG}backing: apply\n`;
    const tried = await story.passes('deploy-green', 'v5', { config, 'dry-run': 'true' });
    expect(tried.stdout).toContain(
      'Service database is backing and would be changed in place: annotation team, spec.ports',
    );
    expect(await story.versions(...KINDS)).toEqual(before);
    const { stdout } = await story.passes('deploy-green', 'v5', { config });
    expect(stdout).toContain('changed Service database');
    const seen = await story.world.kubectl(
      'get',
      'service',
      'database',
      '-o',
      'jsonpath={.metadata.annotations.team} {.spec.ports[0].name}',
    );
    expect(seen).toBe('data sql');
    expect((await story.versions('deployment'))[0]).toBe(before[0]);
    expect(await story.row()).toBe('row');
  });

  test('no visitor noticed any of it', async () => {
    const answers = await visitors.stop();
    expect(answers.length).toBeGreaterThan(500);
    expect(answers.filter(isLost)).toEqual([]);
  });
});

describe('a StatefulSet', () => {
  let story: Story;
  tellOneStory();

  beforeAll(async () => {
    story = await Story.open('stateful');
    story.manifests(...web(), ...database('StatefulSet'));
  });
  afterAll(() => story.world.end());

  test('is not looked at by the documented Role, and the release goes on', async () => {
    const { stdout } = await story.passes('deploy-green', 'v2', { 'dry-run': 'true' });
    expect(stdout).toContain(
      'StatefulSet database is left alone and was not looked at: the account may not get statefulsets',
    );
  });

  test('with the optional rules it is created once, and no mode changes it', async () => {
    await allowOptional(story.world);
    const { stdout } = await story.passes('deploy-green', 'v2');
    expect(stdout).toContain('created StatefulSet database');
    await story.write();
    const before = await story.versions('statefulset', 'service', 'secret');
    for (const mode of ['verify', 'promote']) await story.passes(mode, 'v2');
    await story.released('v3');
    await story.passes('rollback');
    await story.passes('retire', '', RETIRE);
    expect(await story.live()).toBe('v2');
    expect(await story.versions('statefulset', 'service', 'secret')).toEqual(before);
    expect(await story.row()).toBe('row');
  });
});

describe('a database that an earlier release had for each revision', () => {
  let story: Story;
  tellOneStory();

  beforeAll(async () => {
    story = await Story.open('earlier');
    story.manifests(...web(), ...database('Deployment', { 'greenpath.dev/backing': 'false' }));
    await story.released('v2');
    await untilAnswers(cluster, story.world.host, 'v2');
    await story.write();
  });
  afterAll(() => story.world.end());

  test('stays the only one with the data: no second one is created, and retire keeps it', async () => {
    story.manifests(...web(), ...database('Deployment'));
    const { stdout } = await story.passes('deploy-green', 'v3');
    expect(stdout).toContain(
      'Deployment database is not created: Deployment database-v2, of an earlier release, may hold its data',
    );
    for (const mode of ['verify', 'promote']) await story.passes(mode, 'v3');
    await story.released('v4');
    await story.passes('retire', '', RETIRE);
    expect(await story.row()).toBe('row');
    const names = await story.world.kubectl('get', 'deployment', '-o', 'jsonpath={.items[*].metadata.name}');
    expect(names.split(' ').filter((name) => name.startsWith('database'))).toEqual(['database-v2']);
  });
});
