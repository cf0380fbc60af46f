import { beforeAll, describe, expect, test, vi } from 'vitest';
import { cluster, headless, open, part, type Scene } from './inside.ts';
import { ingress, service } from './parts.ts';
import { apply, RETIRE, untilAnswers } from './world.ts';

/** What is not behind the Ingress: headless, called by others, left over. */

describe('a headless Service', () => {
  const HOST = 'headless.test';
  let scene: Scene;
  beforeAll(async () => {
    scene = await open('headless');
    const old = [service('web'), part('web', 'old'), headless('backend'), part('backend', 'old')];
    await apply(cluster, scene.world.namespace, [...old, ingress('web', [{ host: HOST, path: '/', service: 'web' }])]);
    await untilAnswers(cluster, HOST, 'old');
    await scene.world.kubectl('rollout', 'status', 'deployment/backend', '--timeout=60s');
  });

  test('that is left out of the manifests keeps its pods: what it selects is no worker', async () => {
    scene.write([service('web'), part('web'), part('backend')]);
    const stdout = await scene.passes('release', 'v1');
    expect(stdout).toContain('Deployment backend starts with its stack and is no worker: Service backend');
    expect(await scene.behind('backend')).toEqual(['backend']);
    expect((await scene.status()).problem).toBeUndefined();
  });

  test('in the manifests is one of each revision, and the plain one follows', async () => {
    scene.write([service('web'), part('web'), headless('backend'), part('backend')]);
    await scene.passes('release', 'v2');
    expect((await scene.service('backend-v2')).spec).toMatchObject({ clusterIP: 'None' });
    await vi.waitFor(async () => expect(await scene.behind('backend')).toEqual(['backend-v2']), { timeout: 10_000 });
    expect(await scene.behind('backend-adopted')).toEqual(['backend']);
  });

  test('goes back with a rollback, also to a version that has none of its own', async () => {
    await scene.passes('rollback');
    await vi.waitFor(async () => expect(await scene.behind('backend')).toEqual(['backend']), { timeout: 10_000 });
    expect((await scene.status()).problem).toBeUndefined();
    await scene.passes('deploy-green', 'v2');
    await scene.passes('verify', 'v2');
    await scene.passes('promote', 'v2');
    await vi.waitFor(async () => expect(await scene.behind('backend')).toEqual(['backend-v2']), { timeout: 10_000 });
  });

  test('is made by the first release', async () => {
    scene.write([service('web'), part('web'), headless('backend'), part('backend'), headless('peers'), part('peers')]);
    await scene.passes('release', 'v3');
    expect((await scene.service('peers')).spec).toMatchObject({ clusterIP: 'None', selector: { revision: 'v3' } });
    await vi.waitFor(async () => expect(await scene.behind('peers')).toEqual(['peers-v3']), { timeout: 10_000 });
  });
});

describe('a worker whose pods another Service selects', () => {
  test('keeps them, and its stack is not retired while nothing else is behind that Service', async () => {
    const HOST = 'called.test';
    const scene = await open('called');
    const route = ingress('web', [{ host: HOST, path: '/', service: 'web' }]);
    scene.write([service('web'), part('web'), part('mailer'), route]);
    await scene.passes('release', 'v1');
    await apply(cluster, scene.world.namespace, [service('metrics', { app: 'mailer' })]);
    await vi.waitFor(async () => expect(await scene.behind('metrics')).toEqual(['mailer-v1']), { timeout: 10_000 });
    const stdout = await scene.passes('release', 'v2');
    expect(stdout).toContain('Deployment mailer-v1 keeps its pods beside those of v2: Service metrics selects them');
    expect(await scene.behind('metrics')).toEqual(['mailer-v1']);
    expect(await scene.passes('retire', '', RETIRE)).toContain('v1 stays: Service metrics selects its pods');
    expect(await scene.behind('metrics')).toEqual(['mailer-v1']);
    await scene.world.kubectl('delete', 'service', 'metrics');
    expect(await scene.passes('retire', '', RETIRE)).toContain('Retired v1');
  });
});

describe('a candidate whose place another one takes', () => {
  const HOST = 'superseded.test';
  const supersede = { supersede: 'true' };
  let scene: Scene;
  beforeAll(async () => {
    scene = await open('superseded');
    scene.write([service('web'), part('web'), ingress('web', [{ host: HOST, path: '/', service: 'web' }])]);
    await scene.passes('release', 'v1');
    await scene.passes('deploy-green', 'v2');
  });

  test('stays while a Service leads to its pods, and reject removes it when none does', async () => {
    await apply(cluster, scene.world.namespace, [service('spy', { app: 'web', revision: 'v2' })]);
    const stdout = await scene.passes('deploy-green', 'v3', supersede);
    expect(stdout).toContain('v2 stays, although v3 has replaced it: Service spy leads to it');
    expect(await scene.behind('spy')).toEqual(['web-v2']);
    await scene.world.kubectl('delete', 'service', 'spy');
    expect(await scene.passes('reject', 'v2')).toContain('Rejected v2');
  });

  test('stays while a route names it', async () => {
    const other = ingress('other', [{ host: 'other.superseded.test', path: '/', service: 'web-v3' }]);
    await apply(cluster, scene.world.namespace, [other]);
    const stdout = await scene.passes('deploy-green', 'v4', supersede);
    expect(stdout).toContain('v3 stays, although v4 has replaced it: Ingress other leads to it');
    await untilAnswers(cluster, 'other.superseded.test', 'v3');
    await scene.world.kubectl('delete', 'ingress', 'other');
    expect(await scene.passes('reject', 'v3')).toContain('Rejected v3');
  });
});

describe('a tool that drops the revision from the plain Service', () => {
  const HOST = 'dropped.test';
  let scene: Scene;
  beforeAll(async () => {
    scene = await open('dropped');
    scene.write([service('web'), part('web'), ingress('web', [{ host: HOST, path: '/', service: 'web' }])]);
    await scene.passes('release', 'v1');
    await scene.passes('deploy-green', 'v2');
  });
  const drop = async () => {
    const dropped = [{ op: 'replace', path: '/spec/selector', value: { app: 'web' } }];
    await scene.world.kubectl('patch', 'service', 'web', '--type=json', '-p', JSON.stringify(dropped));
  };
  const selector = async () => (await scene.service('web')).spec.selector;
  const WARNING = '::warning::Service web selects pods with app=web,';

  test('beside a candidate: callers reach it, so every mode says so, and promote of what is live ends it', async () => {
    await drop();
    await vi.waitFor(async () => expect(await scene.behind('web')).toEqual(['web-v1', 'web-v2']), { timeout: 10_000 });
    expect(await scene.passes('verify', 'v2')).toContain(WARNING);
    await scene.refused('drifted', 'deploy-green', 'v2');
    await scene.refused('drifted', 'retire');
    expect(await scene.passes('promote', 'v1')).toContain('what had drifted was repaired: Service web');
    await vi.waitFor(async () => expect(await scene.behind('web')).toEqual(['web-v1']), { timeout: 10_000 });
  });

  test('before a promotion: it warns, and fixes it', async () => {
    await drop();
    expect(await scene.passes('promote', 'v2')).toContain(WARNING);
    expect(await selector()).toEqual({ app: 'web', revision: 'v2' });
  });

  test('before a rollback: it warns, and fixes it', async () => {
    await drop();
    expect(await scene.passes('rollback')).toContain(WARNING);
    expect(await selector()).toEqual({ app: 'web', revision: 'v1' });
  });

  test('before a dry run of the repair: nothing is written, and it says what would be', async () => {
    await drop();
    const stdout = await scene.passes('promote', 'v1', { 'dry-run': 'true' });
    expect(stdout).toContain('what had drifted would be repaired: Service web');
    expect(await selector()).toEqual({ app: 'web' });
    await scene.passes('rollback', '', { to: 'v1' });
    expect(await selector()).toEqual({ app: 'web', revision: 'v1' });
  });

  test('before a reject: the candidate goes, and callers have what is live', async () => {
    await drop();
    expect(await scene.passes('reject', 'v2')).toContain(WARNING);
    await vi.waitFor(async () => expect(await scene.behind('web')).toEqual(['web-v1']), { timeout: 10_000 });
  });
});
