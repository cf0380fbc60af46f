import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { makeWorld, type World } from './world.ts';

/** Jobs of the manifests that are checks: they run in the cluster when verify says so, and nothing of them is left. */

const cluster = inject('cluster');
let world: World;
let plain: { readonly items: readonly object[] };

beforeAll(async () => {
  world = await makeWorld(cluster, 'check-jobs', 'split', 1);
  plain = JSON.parse(readFileSync(join(world.folder, 'web.json'), 'utf8'));
});
afterAll(() => world.end());

/** The manifests with a Job that is a check and runs this container. It says nothing of retries unless `spec` does. */
function withCheck(container: object, spec: object = {}, initContainers: readonly object[] = []): void {
  const template = { spec: { restartPolicy: 'Never', initContainers, containers: [{ name: 'job', ...container }] } };
  const metadata = { name: 'smoke', annotations: { 'greenpath.dev/check': 'true' } };
  const job = { apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { ...spec, template } };
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ ...plain, items: [...plain.items, job] }));
}
const jobs = async () => (await world.kubectl('get', 'jobs', '-o', 'name')).trim().split('\n');
const limitOf = (name: string) => world.kubectl('get', 'job', name, '-o', 'jsonpath={.spec.backoffLimit}');
const podsOf = async () =>
  (await world.kubectl('get', 'pods', '-l', 'batch.kubernetes.io/job-name', '-o', 'name')).trim();
const deploy = async (revision: string) => {
  const { exitCode, stdout } = await world.run('deploy-green', revision, { supersede: 'true' });
  expect(exitCode, stdout).toBe(0);
};

test('one that completes is counted, and its copy is gone with its pods', async () => {
  withCheck({ image: cluster.images.nginx[0], command: ['/usr/sbin/nginx', '-v'] }, { backoffLimit: 2 });
  await deploy('v2');
  expect(await podsOf()).toBe('');
  expect(await limitOf('smoke-v2')).toBe('2');
  const { exitCode, stdout } = await world.run('verify', 'v2');
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('  nginx version: ');
  expect(stdout).toContain(`✓ Job smoke at http://${world.host}/green/: passed`);
  expect(stdout).toContain('Verified: 2 checks passed');
  expect(await jobs()).toEqual(['job.batch/smoke-v2']);
  await expect.poll(podsOf, { timeout: 60_000 }).toBe('');
});

test('it runs again whenever verify does', async () => {
  const { exitCode, stdout } = await world.run('verify', 'v2');
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('  nginx version: ');
});

test('a dry run leaves it out, and says so', async () => {
  const { exitCode, stdout } = await world.run('verify', 'v2', { 'dry-run': 'true' });
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('Dry run: Job smoke is not run, since it may change something');
  expect(stdout).toContain('Dry run: 1 check passed, 1 check was not run, and no stamp was written.');
});

test('one that fails stops the release: what it was told and what it said is in the report', async () => {
  const CRASH = { name: 'CRASH', value: '$(REVISION) after $(PREVIOUS_REVISION) at $(CHECK_URL) is broken' };
  withCheck({ image: cluster.images.app, env: [CRASH] });
  await deploy('v3');
  expect(await limitOf('smoke-v3')).toBe('0');
  const { exitCode, stdout } = await world.run('verify', 'v3');
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain(`Job smoke at http://${world.host}/green/: it failed (BackoffLimitExceeded`);
  expect(stdout).toContain(`v3 after v1 at http://${world.host}/green/ is broken`);
  expect(stdout).toMatch(/container job of pod smoke-v3-run-\S+ ended \(Error, exit code \d+\)/);
  expect(stdout).toContain('[check-failed]');
  expect(await jobs()).not.toContain('job.batch/smoke-v3-run');
  expect((await world.run('promote', 'v3')).stdout).toContain('[not-verified]');
});

test('one that takes too long is ended: what runs and what it said is in the report', async () => {
  const first = { name: 'first', image: cluster.images.nginx[0], command: ['/usr/sbin/nginx', '-v'] };
  withCheck({ image: cluster.images.app }, {}, [first]);
  await deploy('v4');
  const config =
    'identity: {header: X-Revision}\nchecks: [GET /healthz, {job: smoke, timeout: 20s}]\nproof: {settle: 2500ms}\n';
  const { exitCode, stdout } = await world.run('verify', 'v4', { config });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toMatch(
    /Job smoke at [^ ]+: it was still running after 20\.0 s and was deleted: container job of pod /,
  );
  expect(stdout).toContain('  nginx version: ');
  expect(await jobs()).not.toContain('job.batch/smoke-v4-run');
});

test.each(['SIGINT', 'SIGTERM'] as const)('after %s to its verify nothing of it is left', async (signal) => {
  const text = 'created Job smoke-v4-run';
  const act = (child: ChildProcess) => void child.kill(signal);
  const { exitCode, stdout } = await world.run('verify', 'v4', {}, { when: { text, act } });
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('[cancelled]');
  expect(stdout).toContain('deleted Job smoke-v4-run');
  expect(await jobs()).not.toContain('job.batch/smoke-v4-run');
  await expect.poll(podsOf, { timeout: 60_000 }).toBe('');
});

test('it goes with its revision', async () => {
  expect((await world.run('reject', 'v4')).exitCode).toBe(0);
  expect(await jobs()).not.toContain('job.batch/smoke-v4');
});
