import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { apply, makeWorld, type World } from '../e2e/world.ts';

/** What a stranger reads of what is mistyped or unusual. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'words', 'split', 1);
});
afterAll(() => world.end());

test('a route for every host is shown by an address where it is served', async () => {
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  await apply(cluster, world.namespace, [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'Ingress',
      metadata: { name: 'every-host' },
      spec: {
        ingressClassName: 'nginx',
        rules: [{ http: { paths: [{ path: '/every-host', pathType: 'Prefix', backend }] } }],
      },
    },
  ]);
  const { exitCode, stdout, summary, outputs } = await world.run('deploy-green', 'v2', {
    route: 'ingress/every-host',
    'dry-run': 'true',
    config: 'preview: {matching: regex, overlap: accept}\nproof: off\n',
  });
  await world.kubectl('delete', 'ingress', 'every-host');
  expect(exitCode, stdout).toBe(0);
  expect(outputs['live-url']).toBe('http://127.0.0.1/');
  expect(stdout).toContain('Live: http://127.0.0.1/ is served by web-v1 (revision v1)');
  expect(stdout + summary).not.toContain('*/');
});
