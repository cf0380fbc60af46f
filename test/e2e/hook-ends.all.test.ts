import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Decision, Wire } from '../../harness/wire.ts';
import { attempt } from './crash.ts';
import { ask, makeWorld, type World } from './world.ts';

/** Hooks that come late, never end, or outlive the run that started them. */

const cluster = inject('cluster');
let world: World;
let plain: string;

beforeAll(async () => {
  world = await makeWorld(cluster, 'hook-ends', 'split', 1);
  plain = readFileSync(join(world.folder, 'web.json'), 'utf8');
});
afterAll(() => world.end());

const ENDS = { image: cluster.images.nginx[0], command: ['/usr/sbin/nginx', '-v'] };
const FAILS = { image: cluster.images.app, env: [{ name: 'CRASH', value: 'nobody was told' }] };
/** The test application serves until it is ended. */
const GOES_ON = { image: cluster.images.app };

/** The manifests of the next release with one hook. */
function hook(name: string, point: string, container: object, spec: object = {}): void {
  const list = JSON.parse(plain);
  const template = { spec: { restartPolicy: 'Never', containers: [{ name: 'job', ...container }] } };
  const metadata = { name, annotations: { 'greenpath.dev/hook': point } };
  list.items.push({ apiVersion: 'batch/v1', kind: 'Job', metadata, spec: { backoffLimit: 0, ...spec, template } });
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify(list));
}
async function passes(mode: string, revision: string) {
  const outcome = await world.run(mode, revision);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const uid = (name: string) => world.kubectl('get', 'job', name, '-o', 'jsonpath={.metadata.uid}');
const live = async () => (await ask(cluster, world.host, '/')).headers['x-revision'];

test('post-promote runs when everything else is done, and not again', async () => {
  hook('tell', 'post-promote', ENDS);
  const { stdout } = await passes('release', 'v2');
  expect(stdout).toMatch(
    /deleted Ingress greenpath-web\n[\s\S]*Job tell-v2 \(post-promote\) started\n[\s\S]*Job tell-v2 succeeded/,
  );
  const before = await uid('tell-v2');
  expect((await passes('promote', 'v2')).stdout).toContain('live already: nothing to do');
  expect(await uid('tell-v2')).toBe(before);
});

test('one that fails fails the step; visitors are on green, and the message says so', async () => {
  hook('tell', 'post-promote', FAILS);
  const { exitCode, stdout, outputs } = await world.run('release', 'v3');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Job tell-v3, a post-promote hook, failed');
  expect(stdout).toContain('nobody was told');
  expect(stdout).toContain('Visitors are on the new version; rollback moves them back.');
  expect(outputs.state).toBe('live');
  expect(await live()).toBe('v3');
});

test.each(['promote', 'release'])('%s run again makes it anew', async (mode) => {
  const before = await uid('tell-v3');
  const { exitCode, stdout, outputs } = await world.run(mode, 'v3');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('Job tell-v3 failed before: it is created again');
  expect(outputs.state).toBe('live');
  expect(await uid('tell-v3')).not.toBe(before);
});

test('one that does not end is ended at its deadline', async () => {
  hook('migrate', 'pre-deploy', GOES_ON, { activeDeadlineSeconds: 2 });
  const { exitCode, stdout } = await world.run('deploy-green', 'v4');
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/Job migrate-v4, a pre-deploy hook, failed \(DeadlineExceeded: /);
  expect(stdout).toContain('[hook-failed]');
  const deployments = await world.kubectl('get', 'deployment', '-o', 'name');
  expect(deployments).toContain('deployment.apps/web-v3');
  expect(deployments).not.toContain('deployment.apps/web-v4');
  expect(await live()).toBe('v3');
});

test('one that was started by a run that was killed is waited for, and not started again', async () => {
  const env = { PART: 'caller', CALL: 'http://127.0.0.1:1/', RATE: '1', LASTS: '6s' };
  const variables = Object.entries(env).map(([name, value]) => ({ name, value }));
  hook('migrate', 'pre-deploy', { image: cluster.images.shop, env: variables });
  const text = 'Job migrate-v5 (pre-deploy) started';
  const act = (child: ChildProcess) => {
    child.kill('SIGKILL');
  };
  await world.run('deploy-green', 'v5', {}, { when: { text, act }, env: attempt(1, 1) });
  const before = await uid('migrate-v5');
  const { exitCode, stdout } = await world.run('deploy-green', 'v5', {}, { env: attempt(1, 2) });
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('Job migrate-v5 (pre-deploy) was started by an earlier run');
  expect(stdout).toContain('Job migrate-v5 succeeded');
  expect(await uid('migrate-v5')).toBe(before);
});

test('while a pre-promote hook runs, blue is scaled up: green gets its visitors at that strength', async () => {
  await passes('reject', 'v5');
  hook('warm', 'pre-promote', ENDS);
  await passes('deploy-green', 'v6');
  await passes('verify', 'v6');
  const wire = await Wire.open(cluster);
  wire.decide = async ({ method, url, phase }): Promise<Decision> => {
    if (method !== 'PATCH' || !url.includes('/jobs/warm-v6') || phase !== 'before') return 'pass';
    await world.kubectl('scale', 'deployment', 'web-v3', '--replicas=2');
    await world.kubectl('rollout', 'status', 'deployment/web-v3', '--timeout=60s');
    return 'pass';
  };
  const { exitCode, stdout } = await world.run('promote', 'v6', { kubeconfig: wire.through(world.kubeconfig) });
  wire.close();
  expect(exitCode, stdout).toBe(0);
  expect(stdout).toContain('web-v6 has 1 ready pod, and 2 are needed');
  expect(stdout.indexOf('Deployment web-v6 scaled from 1 to 2')).toBeLessThan(stdout.indexOf('Switched: '));
  expect(await live()).toBe('v6');
});
