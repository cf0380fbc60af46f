import { beforeAll, describe, expect, test } from 'vitest';
import { cluster, open, part, type Scene } from './inside.ts';
import { ingress, service } from './parts.ts';
import { apply, ask, RETIRE } from './world.ts';

/** Services that are reached from outside by themselves, too. */

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

describe('plain Services of a first release', () => {
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
    expect(await scene.passes('promote', 'v2')).toContain('what had drifted was repaired: Service api');
    expect((await scene.service('api')).spec).toMatchObject({ type: 'NodePort', ports: [{ nodePort: 30_556 }] });
  });

  test('one that another took the place of follows again, as one that was deleted', async () => {
    await scene.world.kubectl('delete', 'service', 'api');
    await apply(cluster, scene.world.namespace, [service('api')]);
    const { problem } = await scene.status();
    expect(problem?.what).toContain('Service api selects pods with app=api, not with app=api,revision=v2');
    expect(await scene.passes('promote', 'v2')).toContain('what had drifted was repaired: Service api');
    expect((await scene.service('api')).spec).toMatchObject({ selector: { app: 'api', revision: 'v2' } });
  });

  test('one that the next version has no more keeps its pods, and retire says what to do', async () => {
    scene.write([balancer, part('web'), route]);
    await scene.passes('release', 'v3');
    expect((await scene.status()).inside).toContainEqual(
      expect.objectContaining({ object: 'Service api', state: expect.stringContaining('v3 has no Service for it') }),
    );
    const stdout = await scene.passes('retire', '', RETIRE);
    expect(stdout).toContain('v2 stays: Service api selects its pods');
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
    expect(problem?.next).toContain('Run rollback with to: v3 to switch again. kubectl apply: remove the Service from');
    await scene.passes('rollback', '', { to: 'v3' });
    expect((await scene.service('web')).spec).toMatchObject({ selector: { app: 'web', revision: 'v3' } });
    expect((await ask(cluster, HOST, '/')).headers['x-revision']).toBe('v3');
    expect((await scene.status()).problem).toBeUndefined();
  });
});
