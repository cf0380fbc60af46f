import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** Jobs that run at their points, once a revision, and checks that the release must not have broken for blue. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'hooks', 'split', 1);
  const file = join(world.folder, 'web.json');
  const { items, ...list } = JSON.parse(readFileSync(file, 'utf8'));
  const jobs = [
    job('migrate', 'pre-deploy', { image: cluster.images.nginx[0], command: ['/usr/sbin/nginx', '-v'] }),
    job('warm', 'pre-promote', { image: cluster.images.app, env: [{ name: 'CRASH', value: 'the cache is cold' }] }),
    job('undo', 'post-rollback', { image: cluster.images.nginx[0], command: ['/usr/sbin/nginx', '-v'] }),
  ];
  writeFileSync(file, JSON.stringify({ ...list, items: [...items, ...jobs] }));
});
afterAll(() => world.end());

function job(name: string, point: string, container: object): object {
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', ...container }] } };
  const annotations = { 'greenpath.dev/hook': point };
  return { apiVersion: 'batch/v1', kind: 'Job', metadata: { name, annotations }, spec: { backoffLimit: 0, template } };
}
async function passes(mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const uid = async (name: string) => (await world.kubectl('get', 'job', name, '-o', 'jsonpath={.metadata.uid}')).trim();
const live = async () => (await ask(cluster, world.host, '/')).headers['x-revision'];

test('pre-deploy runs before anything of the candidate starts, and once', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toMatch(/Job migrate-v2 succeeded after \d+ ms[\s\S]*created Service web-v2/);
  const before = await uid('migrate-v2');
  expect((await passes('deploy-green', 'v2')).stdout).toContain('Job migrate-v2 (pre-deploy) has run already');
  expect(await uid('migrate-v2')).toBe(before);
});

test('a check marked live that blue does not pass fails verify, and says that it is blue', async () => {
  const config = CONFIG.replace('[GET /healthz]', '[{request: GET /healthz, live: true}]');
  expect((await passes('verify', 'v2', { config })).stdout).toContain('/healthz (live, v1): passed');
  await ask(cluster, world.host, '/control?status=500&revision=v1');
  const { exitCode, stdout } = await world.run('verify', 'v2', { config });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('the live version v1 does not pass its check since green was deployed');
  expect(stdout).toContain('[live-broken]');
  await ask(cluster, world.host, '/control?status=0&revision=v1');
});

test('the same if nothing of blue is ready any more, since it was when green was deployed', async () => {
  const config = CONFIG.replace('[GET /healthz]', '[{request: GET /healthz, live: true}]');
  await world.kubectl('scale', 'deployment', 'web-v1', '--replicas=0');
  await world.kubectl('wait', '--for=delete', 'pod', '-l', 'app=web,revision=v1', '--timeout=60s');
  const { exitCode, stdout } = await world.run('verify', 'v2', { config });
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[live-broken]');
  await world.kubectl('scale', 'deployment', 'web-v1', '--replicas=1');
  await world.kubectl('rollout', 'status', 'deployment/web-v1', '--timeout=60s');
  await untilAnswers(cluster, world.host, 'v1');
});

test('a pre-promote hook that fails keeps visitors where they are, with its last lines; run again it is made anew', async () => {
  const { exitCode, stdout } = await world.run('promote', 'v2');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Job warm-v2, a pre-promote hook, failed');
  expect(stdout).toContain('the cache is cold');
  expect(stdout).toContain('[hook-failed]');
  expect(await live()).toBe('v1');
  const before = await uid('warm-v2');
  expect((await world.run('promote', 'v2')).stdout).toContain('Job warm-v2 failed before: it is created again');
  expect(await uid('warm-v2')).not.toBe(before);
});

test('a hook corrected under a new revision lets it through; post-rollback runs after the switch back', async () => {
  const file = join(world.folder, 'web.json');
  writeFileSync(file, readFileSync(file, 'utf8').replace('pre-promote', 'post-rollback'));
  await passes('reject', 'v2');
  await passes('release', 'v3');
  expect(await live()).toBe('v3');
  const { exitCode, stdout } = await world.run('rollback', '');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Job undo-v3 succeeded');
  expect(stdout).toContain('Job warm-v3, a post-rollback hook, failed');
  expect(await live()).toBe('v1');
  const again = await world.run('rollback', '');
  expect(again.stdout).toContain('Job undo-v3 (post-rollback) has run already');
  expect(again.stdout).toContain('Job warm-v3 failed before: it is created again');
});

test('what a post-rollback hook undid runs again when its revision is released again, and so does that hook', async () => {
  const before = { migrate: await uid('migrate-v3'), undo: await uid('undo-v3') };
  const deployed = await passes('deploy-green', 'v3');
  expect(deployed.stdout).toContain('A rollback undid what the hooks of this revision did');
  expect(deployed.stdout).toMatch(/Job migrate-v3 succeeded after \d+ ms[\s\S]*Candidate v3/);
  expect(await uid('migrate-v3')).not.toBe(before.migrate);
  expect(await uid('undo-v3')).not.toBe(before.undo);

  // Visitors were taken off it before that, and what it did for its next release is not to be undone.
  expect((await passes('rollback')).stdout).not.toContain('undo-v3');
  expect((await passes('deploy-green', 'v3')).stdout).toContain('Job migrate-v3 (pre-deploy) has run already');
  await passes('verify', 'v3');
  await passes('promote', 'v3');
  const { exitCode, stdout } = await world.run('rollback', '');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Job undo-v3 succeeded');
  expect(await live()).toBe('v1');

  // A rollback to it does not run its hooks, and says so.
  const forth = await passes('rollback', '', { to: 'v3' });
  expect(forth.stdout).toContain('::warning::An earlier rollback undid what the hooks of v3 did');
  expect(await live()).toBe('v3');
});
