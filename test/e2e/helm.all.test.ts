import { execFileSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { buildPrograms } from '../../cluster/build.ts';
import { RENDERERS } from '../../cluster/builds.ts';
import { isLost, Load } from '../../harness/load.ts';
import { ask, makeWorld, type World } from './world.ts';

/** What `helm install` put there is taken over under load, by the same chart, and goes on without Helm. */

const cluster = inject('cluster');
const HOST = 'chart.helm.test';
let world: World;
let load: Load;
let helm: string;

/** The chart that `helm create` makes, with the two nginx images of the tests. */
function values(image: string): string {
  const [repository, tag] = image.split(':');
  return JSON.stringify({
    replicaCount: 2,
    image: { repository, tag },
    ingress: { enabled: true, className: 'nginx', hosts: [{ host: HOST, paths: [{ path: '/', pathType: 'Prefix' }] }] },
  });
}

beforeAll(async () => {
  helm = (await buildPrograms(console.log, [RENDERERS]))('helm');
  world = await makeWorld(cluster, 'helm', 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  mkdirSync(join(world.folder, 'bin'));
  symlinkSync(helm, join(world.folder, 'bin', 'helm'));
  inFolder('create', 'web');
  writeFileSync(join(world.folder, 'values.yaml'), values(cluster.images.nginx[0]));
  inFolder('install', 'web', 'web', '--namespace', world.namespace, '--values', 'values.yaml', '--wait');
  await untilServed(cluster.images.nginx[0]);
  load = new Load({ proxy: cluster.proxy, host: HOST, identify: (headers) => String(headers.server) }, 200);
  load.add({ client: 'fresh', path: '/visit', rate: 40 });
  load.add({ client: 'kept-alive', path: '/visit', rate: 40 });
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

function inFolder(...args: string[]): string {
  const env = { ...process.env, KUBECONFIG: cluster.kubeconfig, HOME: world.folder };
  return execFileSync(helm, args, { cwd: world.folder, env, encoding: 'utf8' });
}
async function server(): Promise<string> {
  const { headers } = await ask(cluster, HOST, '/');
  return String(headers.server).replace('nginx/', 'localhost/nginx:');
}
async function untilServed(image: string): Promise<void> {
  const deadline = performance.now() + 60_000;
  while ((await server()) !== image) if (performance.now() > deadline) throw new Error(`${HOST} is not served`);
}
async function passes(mode: string, revision: string) {
  const env = { PATH: `${join(world.folder, 'bin')}:${process.env.PATH}` };
  const [, newer] = cluster.images.nginx;
  const config = 'proof: {settle: 2500ms}\nverify: {passes: 2, interval: 50ms}\n';
  const more = mode === 'deploy-green' ? { manifests: 'web', values: values(newer), config } : { config: '' };
  const outcome = await world.run(mode, revision, more, { env });
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}
const deployments = async () =>
  (await world.kubectl('get', 'deployment', '-o', 'jsonpath={range .items[*]}{.metadata.name} {.spec.replicas},{end}'))
    .split(',')
    .filter((line) => line !== '');

test('deploy-green by the chart, beside what Helm installed', async () => {
  const { stdout } = await passes('deploy-green', 'v2');
  expect(stdout).toContain('Rendered Helm chart web by helm template');
  expect(await server()).toBe(cluster.images.nginx[0]);
  expect(await deployments()).toEqual(['web 2', 'web-v2 2']);
});

test('verify and promote: the Ingress was written by Helm, and the log says what that means', async () => {
  await passes('verify', 'v2');
  const { stdout, outputs } = await passes('promote', 'v2');
  expect(outputs).toMatchObject({ state: 'live', proof: 'difference', 'previous-revision': 'adopted' });
  expect(stdout).toMatch(/helm wrote the rules of Ingress web last/);
  expect(await server()).toBe(cluster.images.nginx[1]);
});

test("rollback goes back to Helm's, which Helm still knows", async () => {
  await passes('rollback', '');
  expect(await server()).toBe(cluster.images.nginx[0]);
  expect(inFolder('status', 'web', '--namespace', world.namespace)).toContain('STATUS: deployed');
});

test('nobody noticed any of it', async () => {
  const answers = await load.stop();
  expect(answers.length).toBeGreaterThan(500);
  expect(answers.filter(isLost)).toEqual([]);
});
