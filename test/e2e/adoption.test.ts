import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { isLost, type Load } from '../../harness/load.ts';
import { deployment, ingress, service } from './parts.ts';
import { visitorsOf } from './visitors.ts';
import { apply, ask, makeWorld, untilAnswers, type World } from './world.ts';

/** An application that runs under plain names is taken over under load, and what was there before stays for a rollback. */

const cluster = inject('cluster');
const HOST = 'adoption.test';
let world: World;
let load: Load;

beforeAll(async () => {
  world = await makeWorld(cluster, 'adoption', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  const paths = [{ host: HOST, path: '/', service: 'web' }];
  await apply(cluster, world.namespace, [...objects('blue'), ingress('web', paths)]);
  writeFileSync(
    join(world.folder, 'web.json'),
    JSON.stringify({ apiVersion: 'v1', kind: 'List', items: objects('$(REVISION)') }),
  );
  await untilAnswers(cluster, HOST, 'blue');
  await world.kubectl('rollout', 'status', 'deployment/mailer', '--timeout=60s');
  load = visitorsOf(cluster, HOST, 200);
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

function objects(revision: string): object[] {
  return [
    deployment(cluster, { name: 'web', revision, replicas: 2 }),
    service('web'),
    deployment(cluster, { name: 'mailer', revision, replicas: 1 }),
  ];
}
async function passes(mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const live = async () => (await ask(cluster, HOST, '/')).headers['x-revision'];
const field = (object: string, path: string) => world.kubectl('get', object, '-o', `jsonpath={${path}}`);
const replicas = (name: string) => field(`deployment/${name}`, '.spec.replicas');

test('a NetworkPolicy that selects the old pods by the label that has to change is refused by name', async () => {
  const policy = {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'NetworkPolicy',
    metadata: { name: 'only-web' },
    spec: { podSelector: { matchLabels: { app: 'web' } }, ingress: [{}] },
  };
  await apply(cluster, world.namespace, [policy]);
  const { exitCode, stdout } = await world.run('deploy-green', 'v2');
  expect(exitCode).toBe(1);
  expect(stdout).toContain("NetworkPolicy only-web selects the live version's pods by label app");
  expect(stdout).toContain('[selector-collision]');
  await world.kubectl('delete', 'networkpolicy', 'only-web');
});

test("deploy-green: green's pods get another value of the one label that collides, and no other", async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('app: web → web-v2');
  const labels = JSON.parse(await field('deployment/web-v2', '.spec.template.metadata.labels'));
  expect(labels).toEqual({ app: 'web-v2', revision: 'v2' });
  expect(JSON.parse(await field('service/web-v2', '.spec.selector'))).toEqual({ app: 'web-v2', revision: 'v2' });
  expect(JSON.parse(await field('service/web-adopted', '.spec.selector'))).toEqual({ app: 'web' });
  expect(await live()).toBe('blue');
  expect(await replicas('mailer-v2')).toBe('0');
});

test('promote takes over: visitors, the plain Service and the worker follow; the old version stays', async () => {
  await passes('verify', 'v2');
  const address = await field('service/web', '.spec.clusterIP');
  const { stdout, outputs } = await passes('promote', 'v2');
  expect(outputs).toMatchObject({ state: 'live', 'previous-revision': 'adopted' });
  expect(await live()).toBe('v2');
  expect(stdout).toContain('Service web points at web-v2 now');
  expect(await field('service/web', '.spec.clusterIP')).toBe(address);
  expect(JSON.parse(await field('service/web', '.spec.selector'))).toEqual({ app: 'web-v2', revision: 'v2' });
  expect([await replicas('mailer'), await replicas('mailer-v2')]).toEqual(['0', '1']);
  expect(await replicas('web')).toBe('2');
  const status = await passes('status');
  expect(status.stdout).toContain('stack adopted: previous, created by hand, web-adopted, 2 of 2 pods ready');
  expect(status.outputs['previous-revision']).toBe('adopted');
});

test('rollback goes back to what was there before, with callers inside and worker', async () => {
  const { outputs } = await passes('rollback');
  expect(outputs).toMatchObject({ state: 'rolled-back', revision: 'adopted' });
  expect(await live()).toBe('blue');
  expect(JSON.parse(await field('service/web', '.spec.selector'))).toEqual({ app: 'web' });
  expect([await replicas('mailer'), await replicas('mailer-v2')]).toEqual(['1', '0']);
  // The old worker starts when nothing of the new one runs any more, and not only when its end was requested.
  const running = '--field-selector=status.phase=Running';
  expect((await world.kubectl('get', 'pods', '-l', 'app=mailer,revision=v2', running, '-o', 'name')).trim()).toBe('');
});

test('an Ingress applied again from git names the plain Service and reaches live pods', async () => {
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  await passes('promote', 'v2');
  await apply(cluster, world.namespace, [ingress('web', [{ host: HOST, path: '/', service: 'web' }])]);
  await untilAnswers(cluster, HOST, 'v2');
  expect((await passes('promote', 'v2')).stdout).toContain('live already: nothing to do');
  await passes('release', 'v3');
  expect(await live()).toBe('v3');
  expect(JSON.parse(await field('service/web', '.spec.selector'))).toMatchObject({ revision: 'v3' });
});

test('retire scales what was there before down, and deletes none of it', async () => {
  const { stdout } = await passes('retire', '', { config: 'keep: 1\ndrain: 1s\nretire-applied: true\n' });
  expect(stdout).toContain('Deployment web existed before Greenpath: it is scaled to 0 and stays');
  expect(await replicas('web')).toBe('0');
  expect(await world.kubectl('get', 'service', '-o', 'name')).not.toContain('web-adopted');
  expect(await live()).toBe('v3');
});

test('a revision that got another label value beside the old version keeps it when it is deployed again', async () => {
  await passes('deploy-green', 'v2');
  expect(JSON.parse(await field('deployment/web-v2', '.spec.selector.matchLabels'))).toEqual({
    app: 'web-v2',
    revision: 'v2',
  });
  expect((await ask(cluster, HOST, '/green/')).headers['x-revision']).toBe('v2');
  expect(await live()).toBe('v3');
});

test('nobody noticed any of it', async () => {
  const answers = await load.stop();
  expect(answers.length).toBeGreaterThan(1_000);
  expect(answers.filter(isLost)).toEqual([]);
});
