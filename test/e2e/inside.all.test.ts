import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, test, vi } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { apply, ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** What is not behind the Ingress, in every form it can have: headless, exposed, called by others, deleted, left over. */

const cluster = inject('cluster');
const RETIRE = { config: `${CONFIG}keep: 0\ndrain: 1s\nretire-applied: true\n` };
let worlds: World[] = [];
afterAll(() => Promise.all(worlds.map((world) => world.end())));

interface Scene {
  readonly world: World;
  passes(mode: string, revision?: string, more?: Record<string, string>): Promise<string>;
  refused(code: string, mode: string, revision?: string): Promise<string>;
  write(objects: readonly object[]): void;
  service(name: string): Promise<{ metadata: { annotations: Record<string, string> }; spec: Record<string, unknown> }>;
  status(): Promise<{
    problem?: { code: string; what: string; next: string };
    inside: { object: string; state: string }[];
  }>;
  /** Revisions of the pods that a Service leads to, ready ones only. */
  behind(name: string): Promise<string[]>;
}
async function open(name: string): Promise<Scene> {
  const world = await makeWorld(cluster, name, 'split', 1);
  worlds = [...worlds, world];
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const run = async (code: number, mode: string, revision = '', more: Record<string, string> = {}) => {
    const outcome = await world.run(mode, revision, more);
    expect(outcome.exitCode, outcome.stdout).toBe(code);
    return outcome;
  };
  const get = async (...what: string[]) => JSON.parse(await world.kubectl('get', ...what, '-o', 'json'));
  return {
    world,
    passes: async (mode, revision, more) => (await run(0, mode, revision, more)).stdout,
    refused: async (code, mode, revision) => {
      const { stdout } = await run(1, mode, revision);
      expect(stdout).toContain(`(${code};`);
      return stdout;
    },
    write: (objects) => {
      const list = { apiVersion: 'v1', kind: 'List', items: objects };
      writeFileSync(join(world.folder, 'web.json'), JSON.stringify(list));
    },
    service: (one) => get('service', one),
    status: async () => JSON.parse((await run(0, 'status')).outputs.json ?? '').status,
    behind: async (one) => {
      const { items } = await get('endpointslices', '-l', `kubernetes.io/service-name=${one}`);
      const endpoints = items.flatMap((slice: { endpoints?: object[] }) => slice.endpoints ?? []);
      const ready = endpoints.filter((endpoint: { conditions: { ready: boolean } }) => endpoint.conditions.ready);
      const names = ready.map((endpoint: { targetRef: { name: string } }) => endpoint.targetRef.name);
      return names.map((pod: string) => pod.split('-').slice(0, -2).join('-')).toSorted();
    },
  };
}
const part = (name: string, revision = '$(REVISION)') => deployment(cluster, { name, revision, replicas: 1 });
const headless = (name: string) => {
  const { metadata } = service(name) as { metadata: object };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec: { clusterIP: 'None', selector: { app: name } } };
};

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
    expect(await scene.passes('retire', '', RETIRE)).toContain('v1 stays: Service metrics leads to its pods');
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
    expect(stdout).toContain('v2 stays, although v3 has taken its place: Service spy leads to it');
    expect(await scene.behind('spy')).toEqual(['web-v2']);
    await scene.world.kubectl('delete', 'service', 'spy');
    expect(await scene.passes('reject', 'v2')).toContain('Rejected v2');
  });

  test('stays while a route names it', async () => {
    const other = ingress('other', [{ host: 'other.superseded.test', path: '/', service: 'web-v3' }]);
    await apply(cluster, scene.world.namespace, [other]);
    const stdout = await scene.passes('deploy-green', 'v4', supersede);
    expect(stdout).toContain('v3 stays, although v4 has taken its place: Ingress other leads to it');
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
  const WARNING = '::warning::Service web asks for pods with app=web,';

  test('beside a candidate: callers reach it, so every mode says so, and promote of what is live ends it', async () => {
    await drop();
    await vi.waitFor(async () => expect(await scene.behind('web')).toEqual(['web-v1', 'web-v2']), { timeout: 10_000 });
    expect(await scene.passes('verify', 'v2')).toContain(WARNING);
    await scene.refused('drifted', 'deploy-green', 'v2');
    await scene.refused('drifted', 'retire');
    expect(await scene.passes('promote', 'v1')).toContain('what had drifted follows it again: Service web');
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
    expect(stdout).toContain('what had drifted would follow it again: Service web');
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

describe('plain Services of a first release', () => {
  const HOST = 'exposed.test';
  const route = ingress('web', [{ host: HOST, path: '/', service: 'web' }]);
  const exposed = (name: string, app: string, spec: object, annotations = {}) => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name, annotations },
    spec: { selector: { app }, ...spec },
  });
  const balancer = exposed(
    'web',
    'web',
    {
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      sessionAffinity: 'ClientIP',
      ports: [{ name: 'http', port: 80, targetPort: 8080 }],
    },
    { 'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb' },
  );
  const node = (nodePort: number) =>
    exposed('api', 'api', { type: 'NodePort', ports: [{ port: 80, targetPort: 8080, nodePort }] });
  const stack = (api: object) => [balancer, part('web'), api, part('api'), route];
  let scene: Scene;
  beforeAll(async () => {
    scene = await open('exposed');
  });

  test('a node port that is taken is refused before anything is written', async () => {
    const taken = exposed('other', 'other', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_555 }] });
    await apply(cluster, scene.world.namespace, [taken]);
    scene.write(stack(node(30_555)));
    const stdout = await scene.refused('refused-by-server', 'deploy-green', 'v1');
    expect(stdout).toContain('provided port is already allocated');
    expect(await scene.world.kubectl('get', 'deployment', '-o', 'name')).toBe('');
  });

  test('are what the manifests have: load balancer, annotations, node port; those of a revision are ClusterIP', async () => {
    scene.write(stack(node(30_556)));
    await scene.passes('release', 'v1');
    const { metadata, spec } = await scene.service('web');
    expect(metadata.annotations).toEqual({
      'service.beta.kubernetes.io/aws-load-balancer-type': 'nlb',
      'greenpath.dev/entry': 'web',
      'greenpath.dev/revision-label': 'revision',
    });
    expect(spec).toMatchObject({
      type: 'LoadBalancer',
      externalTrafficPolicy: 'Local',
      loadBalancerSourceRanges: ['192.0.2.0/24'],
      sessionAffinity: 'ClientIP',
      selector: { app: 'web', revision: 'v1' },
    });
    expect((await scene.service('api')).spec).toMatchObject({ type: 'NodePort', ports: [{ nodePort: 30_556 }] });
    for (const name of ['web-v1', 'api-v1']) {
      const { spec: coloured } = await scene.service(name);
      expect(coloured).toMatchObject({ type: 'ClusterIP' });
      expect(JSON.stringify(coloured)).not.toContain('nodePort');
    }
    expect((await scene.status()).problem).toBeUndefined();
  });

  test('stay so in the next release', async () => {
    const before = (await scene.service('web')).spec;
    await scene.passes('release', 'v2');
    expect((await scene.service('web')).spec).toEqual({ ...before, selector: { app: 'web', revision: 'v2' } });
    expect((await scene.service('api')).spec).toMatchObject({ type: 'NodePort', ports: [{ nodePort: 30_556 }] });
  });

  test('one that was deleted is named, and promote of what is live makes it again as it was', async () => {
    await scene.world.kubectl('delete', 'service', 'api');
    const { problem } = await scene.status();
    expect(problem).toMatchObject({ code: 'drifted', what: expect.stringContaining('Service api was deleted') });
    expect(problem?.next).toContain('Run promote for revision v2:');
    expect(await scene.passes('promote', 'v2')).toContain('what had drifted follows it again: Service api');
    expect((await scene.service('api')).spec).toMatchObject({ type: 'NodePort', ports: [{ nodePort: 30_556 }] });
  });

  test('one that another took the place of follows again, as one that was deleted', async () => {
    await scene.world.kubectl('delete', 'service', 'api');
    await apply(cluster, scene.world.namespace, [service('api')]);
    const { problem } = await scene.status();
    expect(problem?.what).toContain('Service api asks for pods with app=api, and not with app=api,revision=v2');
    expect(await scene.passes('promote', 'v2')).toContain('what had drifted follows it again: Service api');
    expect((await scene.service('api')).spec).toMatchObject({ selector: { app: 'api', revision: 'v2' } });
  });

  test('one that the next version has no more keeps its pods, and retire says what to do', async () => {
    scene.write([balancer, part('web'), route]);
    await scene.passes('release', 'v3');
    expect((await scene.status()).inside).toContainEqual(
      expect.objectContaining({ object: 'Service api', state: expect.stringContaining('v3 has no Service for it') }),
    );
    const stdout = await scene.passes('retire', '', RETIRE);
    expect(stdout).toContain('v2 stays: Service api leads to its pods');
    expect(await scene.behind('api')).toEqual(['api-v2']);
    await scene.world.kubectl('delete', 'service', 'api');
    expect(await scene.passes('retire', '', RETIRE)).toContain('Retired v2');
  });

  test('one that only the version has that was left keeps its pods, and reject says what to do', async () => {
    scene.write([balancer, part('web'), service('extra'), part('extra'), route]);
    await scene.passes('release', 'v4');
    await scene.passes('rollback');
    expect(await scene.behind('extra')).toEqual(['extra-v4']);
    const stdout = await scene.refused('drifted', 'reject', 'v4');
    const [, command = ''] = /kubectl -n \S+ (delete service extra)\. Then run the step again/.exec(stdout) ?? [];
    await scene.world.kubectl(...command.split(' '));
    expect(await scene.passes('reject', 'v4')).toContain('Rejected v4');
  });

  test('the old folder is the live route, too: its plain Service without a revision is a reverted switch', async () => {
    const path = [{ op: 'replace', path: '/spec/rules/0/http/paths/0/backend/service/name', value: 'web' }];
    await scene.world.kubectl('patch', 'ingress', 'web', '--type=json', '-p', JSON.stringify(path));
    const dropped = [{ op: 'replace', path: '/spec/selector', value: { app: 'web' } }];
    await scene.world.kubectl('patch', 'service', 'web', '--type=json', '-p', JSON.stringify(dropped));
    scene.write([balancer, part('web'), route]);
    await scene.refused('reverted', 'deploy-green', 'v5');
    const { problem } = await scene.status();
    expect(problem).toMatchObject({ code: 'reverted', what: expect.stringContaining('names Service web now, which ') });
    expect(problem?.next).toContain('Run rollback with to: v3 to switch again. kubectl apply: take the Service out');
    await scene.passes('rollback', '', { to: 'v3' });
    expect((await scene.service('web')).spec).toMatchObject({ selector: { app: 'web', revision: 'v3' } });
    expect((await ask(cluster, HOST, '/')).headers['x-revision']).toBe('v3');
    expect((await scene.status()).problem).toBeUndefined();
  });
});
