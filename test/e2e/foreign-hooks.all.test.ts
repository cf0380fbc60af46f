import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { actsIn } from './acts.ts';
import { deployment, ingress, service } from './parts.ts';
import { tellOneStory } from './story.ts';
import { ask, makeWorld, type World } from './world.ts';

/** Hooks as charts and Argo CD applications have them run at their points, without any annotation of Greenpath. */

const cluster = inject('cluster');
const HOST = 'foreign-hooks.test';
const HELM = 'helm.sh/hook';
const INSTALL_AND_UPGRADE = 'pre-install,pre-upgrade';
let world: World;
const { passes } = actsIn(() => world);
tellOneStory();

const metadata = (name: string, annotations: Record<string, string>) => ({ name, annotations });
function job(name: string, annotations: Record<string, string>, named: object = { name }): object {
  const container = {
    name: 'job',
    image: cluster.images.nginx[0],
    command: ['/usr/sbin/nginx', '-v'],
    envFrom: [{ configMapRef: { name: 'script' } }],
  };
  const template = { spec: { restartPolicy: 'Never', containers: [container] } };
  return {
    apiVersion: 'batch/v1',
    kind: 'Job',
    metadata: { ...named, annotations },
    spec: { backoffLimit: 0, ttlSecondsAfterFinished: 1, template },
  };
}

beforeAll(async () => {
  world = await makeWorld(cluster, 'foreign-hooks', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  while ((await ask(cluster, HOST, '/')).status !== 404);
  const items = [
    deployment(cluster, { name: 'web' }),
    service('web'),
    ingress('web', [{ host: HOST, path: '/', service: 'web' }]),
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: metadata('script', { [HELM]: INSTALL_AND_UPGRADE }), data: {} },
    job('after', { [HELM]: INSTALL_AND_UPGRADE, 'helm.sh/hook-weight': '5' }),
    job('before', { [HELM]: INSTALL_AND_UPGRADE, 'helm.sh/hook-weight': '-5' }),
    job('seed', { [HELM]: 'pre-install', 'helm.sh/hook-weight': '7' }),
    job('settle', { [HELM]: 'post-install,post-upgrade', 'helm.sh/hook-delete-policy': 'hook-succeeded' }),
    job('tell', { 'argocd.argoproj.io/hook': 'PostSync' }, { generateName: 'tell-' }),
    job('check', { [HELM]: 'test' }),
  ];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
});
afterAll(() => world.end());

const jobs = async () => (await world.kubectl('get', 'jobs', '-o', 'name')).split('\n').filter((name) => name !== '');
const uid = async (name: string) => (await world.kubectl('get', 'job', name, '-o', 'jsonpath={.metadata.uid}')).trim();
const suspended = (name: string) => world.kubectl('get', 'job', name, '-o', 'jsonpath={.spec.suspend}');

test('the first release installs: what seeds runs, by weight, and what follows an installation before the pods', async () => {
  const { stdout } = await passes('deploy-green', 'v1');
  expect(stdout).toMatch(
    /Job before-v1 succeeded[\s\S]*Job after-v1 succeeded[\s\S]*Job seed-v1 succeeded[\s\S]*created Deployment web-v1[\s\S]*Job settle-v1 \(post-deploy\) started[\s\S]*Job settle-v1 succeeded/,
  );
  expect(stdout).toContain('Job check is left alone: it is a hook (helm.sh/hook: test) that has no point in a release');
  expect(stdout).not.toContain('Job tell-v1 (post-promote) started');
  expect(await suspended('tell-v1')).toBe('true');
});

test('after the switch, what follows a sync; what has run does not run again', async () => {
  await passes('verify', 'v1');
  const { stdout } = await passes('promote', 'v1');
  expect(stdout).toMatch(/Switched[\s\S]*Job tell-v1 succeeded/);
  expect(stdout).not.toContain('settle-v1');
});

test('the same manifests are the same content, although the first release is over', async () => {
  expect((await passes('deploy-green', 'v1')).stdout).toContain('live already: nothing to do');
});

test('a later release upgrades: it does not seed, and what follows an upgrade waits for the switch', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toMatch(/Job before-v2 succeeded[\s\S]*Job after-v2 succeeded[\s\S]*created Deployment web-v2/);
  expect(stdout).toContain(
    'Job seed is left alone: it is a hook (helm.sh/hook: pre-install) of the first release only',
  );
  expect(await jobs()).not.toContain('job.batch/seed-v2');
  expect(await suspended('settle-v2')).toBe('true');
  await passes('verify', 'v2');
  const promoted = await passes('promote', 'v2');
  expect(promoted.stdout).toMatch(/Switched[\s\S]*Job settle-v2 succeeded[\s\S]*Job tell-v2 succeeded/);
});

test('a Job stays as the record that it ran, whatever removes it elsewhere, and goes with its revision', async () => {
  const before = await uid('settle-v1');
  expect((await passes('deploy-green', 'v1')).stdout).toContain('Job before-v1 (pre-deploy) has run already');
  expect(await uid('settle-v1')).toBe(before);
  expect(await jobs()).toEqual(expect.arrayContaining(['job.batch/settle-v1', 'job.batch/settle-v2']));
});
