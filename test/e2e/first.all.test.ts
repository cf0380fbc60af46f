import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { deployment, ingress, service } from './parts.ts';
import { ask, CONFIG, makeWorld, type World } from './world.ts';

/** The first release into an empty namespace, and a live side that is broken. */

const cluster = inject('cluster');
const HOST = 'first.test';
/** A Deployment that is not waited for long. */
const SOON = { progressDeadlineSeconds: 10 };
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'first', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  while ((await at('/')) !== 404);
  const items = [
    deployment(cluster, { name: 'web', revision: '$(REVISION)' }),
    service('web'),
    ingress('web', [{ host: HOST, path: '/', service: 'web' }]),
    deployment(cluster, { name: 'mailer', revision: '$(REVISION)' }),
  ];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
});
afterAll(() => world.end());

async function passes(mode: string, revision = '', more: Record<string, string> = {}) {
  const outcome = await world.run(mode, revision, more);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const at = async (path: string) => {
  const { status, headers } = await ask(cluster, HOST, path);
  return status === 200 ? headers['x-revision'] : status;
};

const workers = async () => {
  const { items } = JSON.parse(await world.kubectl('get', 'deployment', '-o', 'json'));
  const named = items.filter((one: { metadata: { name: string } }) => one.metadata.name.startsWith('mailer-'));
  return named
    .map(
      (one: { metadata: { name: string }; spec: { replicas: number } }) => `${one.metadata.name} ${one.spec.replicas}`,
    )
    .join(', ');
};
/** Ends a pod as the kubelet does in an eviction: it stays, failed, and another one takes its place. */
async function evict(labels: string): Promise<void> {
  const pod = (await world.kubectl('get', 'pods', '-l', labels, '-o', 'name')).trim();
  await world.kubectl('patch', pod, '-p', '{"spec":{"activeDeadlineSeconds":1}}');
  await world.kubectl('wait', pod, '--for=jsonpath={.status.phase}=Failed', '--timeout=60s');
  await world.kubectl('rollout', 'status', 'deployment', '-l', 'greenpath.dev/name=mailer', '--timeout=60s');
}

test('deploy-green and verify as ever; nothing is live yet, and the log says so', async () => {
  const { stdout } = await passes('deploy-green', 'v1');
  expect(stdout).toContain('http://first.test/ is served by nobody: Ingress web does not exist yet');
  await passes('verify', 'v1');
  expect(await at('/green/')).toBe('v1');
  expect(await at('/')).toBe(404);
  expect(await world.kubectl('get', 'ingress', '-o', 'name')).not.toContain('/web\n');
});

test('promote creates the Ingress of the manifests and says what does not apply', async () => {
  const { stdout, outputs } = await passes('promote', 'v1');
  expect(stdout).toContain('strength and restore do not apply');
  expect(outputs).toMatchObject({ state: 'live', 'previous-revision': '', proof: 'identity' });
  expect(await at('/')).toBe('v1');
  expect(await world.kubectl('get', 'service', 'web', '-o', 'jsonpath={.spec.selector.revision}')).toBe('v1');
});

test('run again there is nothing to do; rollback says that nothing was live before', async () => {
  expect((await passes('promote', 'v1')).stdout).toContain('live already: nothing to do');
  const { exitCode, stdout } = await world.run('rollback', '');
  expect(exitCode).toBe(1);
  expect(stdout).toContain('[no-way-back]');
});

test('the same path repairs a live side of which nothing is left, and its worker works no more', async () => {
  await evict('app=mailer,revision=v1');
  await world.kubectl('scale', 'deployment', 'web-v1', '--replicas=0');
  await world.kubectl('wait', '--for=delete', 'pod', '-l', 'app=web,revision=v1', '--timeout=60s');
  expect(await at('/')).toBe(503);
  await passes('deploy-green', 'v2');
  await passes('verify', 'v2');
  const { stdout } = await passes('promote', 'v2');
  expect(stdout).toContain('strength and restore do not apply');
  expect(await at('/')).toBe('v2');
  expect(stdout).toContain('Visitors get no answers from web-v1 now');
  expect(await workers()).toBe('mailer-v1 0, mailer-v2 1');
});

test('a worker that does not come up fails promote, and does so again; rollback brings the old one back', async () => {
  const file = join(world.folder, 'web.json');
  const before = readFileSync(file, 'utf8');
  const list = JSON.parse(before);
  list.items[3] = deployment(cluster, { name: 'mailer', env: { CRASH: 'no queue' }, spec: SOON });
  writeFileSync(file, JSON.stringify(list));
  await passes('deploy-green', 'v6');
  await passes('verify', 'v6');
  writeFileSync(file, before);
  for (const _ of ['first', 'again']) {
    const { exitCode, stdout } = await world.run('promote', 'v6');
    expect(exitCode).toBe(1);
    expect(stdout).toContain('Visitors are on v6, and the workers of v2 have ended');
    expect(stdout).toContain('[rollout-failed]');
  }
  expect(await at('/')).toBe('v6');
  await passes('rollback', 'v6', { to: 'v2' });
  expect(await at('/')).toBe('v2');
  expect(await workers()).toContain('mailer-v2 1, mailer-v6 0');
});

test('a first release that was rejected leaves nothing behind', async () => {
  await world.kubectl('delete', 'ingress', '--all');
  await world.kubectl('delete', 'service,deployment,configmap', '-l', 'greenpath.dev/app=web');
  await passes('deploy-green', 'v3');
  await passes('reject', 'v3');
  const left = await world.kubectl(
    'get',
    'ingress,deployment,service,configmap',
    '-l',
    'greenpath.dev/app=web',
    '-o',
    'name',
  );
  expect(left.trim()).toBe('');
});

test('over TLS before anybody has issued a certificate', async () => {
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  list.items[2].spec.tls = [{ hosts: [HOST], secretName: 'not-yet' }];
  writeFileSync(file, JSON.stringify(list));
  const through = { addresses: cluster.proxyTls };
  await passes('deploy-green', 'v4', through);
  await passes('verify', 'v4', through);
  const { outputs } = await passes('promote', 'v4', through);
  expect(outputs).toMatchObject({ state: 'live', 'live-url': 'https://first.test/', proof: 'identity' });
  // From then on visitors look at the certificate, and so does Greenpath.
  const { exitCode, stdout } = await world.run('deploy-green', 'v5', {
    ...through,
    config: CONFIG.replace('settle:', 'within: 5s, settle:'),
  });
  expect(exitCode).toBe(1);
  expect(stdout).toMatch(/certificate/);
});
