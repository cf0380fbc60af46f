import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, inject, test, vi } from 'vitest';
import { buildPrograms } from '../../cluster/build.ts';
import { COMPONENTS } from '../../cluster/builds.ts';
import { kubectl } from '../../cluster/cluster.ts';
import { imageTar } from '../../cluster/image-tar.ts';
import { run } from '../../cluster/steps.ts';
import { holders } from '../../cluster/teardown.ts';
import { ownRouter } from '../../demo/router.ts';
import { apply } from './world.ts';

/**
 * The demo on a cluster that is there: the embedded one as if it were a stranger's. The demo runs as a user without root,
 * with no program on the PATH, and knows nothing but a kubeconfig. The embedded cluster's own router is no pod, so that the
 * demo finds none; images that a stranger's nodes would pull are brought here.
 */

const cluster = inject('cluster');
const TRAEFIK = 'localhost/traefik:e2e';
const folder = mkdtempSync(join(tmpdir(), 'greenpath-demo-'));
const kubeconfig = join(folder, 'config');
const NOBODY = 65_534;
// A whole release and the removal of a namespace; on a busy machine that takes more than a minute.
vi.setConfig({ testTimeout: 300_000 });

beforeAll(async () => {
  chmodSync(folder, 0o777);
  const given = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8'));
  const [{ cluster: server }] = given.clusters;
  // As minikube writes it: the CA in a file, and contexts of other clusters beside.
  const ca = join(folder, 'ca.crt');
  writeFileSync(ca, Buffer.from(server['certificate-authority-data'], 'base64'));
  const stranger = { server: server.server, 'certificate-authority': ca };
  const whole = {
    ...given,
    clusters: [
      { name: 'theirs', cluster: stranger },
      { name: 'elsewhere', cluster: { server: 'https://192.0.2.1' } },
    ],
    contexts: [
      { name: 'theirs', context: { cluster: 'theirs', user: given.users[0].name } },
      { name: 'elsewhere', context: { cluster: 'elsewhere', user: given.users[0].name } },
      { name: 'expired', context: { cluster: 'theirs', user: 'expired' } },
    ],
    users: [...given.users, { name: 'expired', user: { token: 'expired' } }],
    'current-context': 'theirs',
  };
  writeFileSync(kubeconfig, JSON.stringify(whole));
  await importTraefik();
});
afterAll(() =>
  kubectl(cluster, 'delete', 'namespace', 'demo-theirs', 'demo-router', '--ignore-not-found', '--wait=false'),
);

/** What a stranger's node pulls from a registry. */
async function importTraefik(): Promise<void> {
  const root = join(folder, 'traefik.image');
  mkdirSync(join(root, 'tmp'), { recursive: true });
  const programs = await buildPrograms(() => undefined, [COMPONENTS]);
  copyFileSync(programs('traefik'), join(root, 'traefik'));
  await imageTar(folder, TRAEFIK, root, { Entrypoint: ['/traefik'] });
  const init = Math.max(...holders(cluster.name));
  const enter = ['-t', `${init}`, '-m', '-p', '-n', 'ctr', '-a', '/run/containerd/containerd.sock', '-n', 'k8s.io'];
  await run('nsenter', [...enter, 'image', 'import', join(folder, 'localhost-traefik-e2e.tar')]);
}

interface Shown {
  readonly exitCode: number | null;
  readonly screen: string;
}

/** Runs the demo; `when` is called once with its process, as soon as the screen has `text`. */
async function demo(
  args: readonly string[],
  when?: { text: string; act: (child: ChildProcess) => void },
): Promise<Shown> {
  const images = ['--images', cluster.images.nginx.join(), '--router-image', TRAEFIK];
  const child = spawn(process.execPath, ['demo/main.ts', ...images, ...args], {
    uid: NOBODY,
    env: { HOME: folder, TMPDIR: folder, KUBECONFIG: kubeconfig, PATH: '/nowhere' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let screen = '';
  let acted = false;
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      screen += chunk;
      if (when === undefined || acted || !screen.includes(when.text)) return;
      acted = true;
      when.act(child);
    });
  const [exitCode] = (await once(child, 'close')) as [number | null];
  return { exitCode, screen };
}

/** Everything that is outside of namespaces and of which the demo might leave something. */
const outside = async () => {
  const kinds = 'namespaces,clusterroles,clusterrolebindings,ingressclasses';
  return (await kubectl(cluster, 'get', kinds, '-o', 'name')).trim().split('\n');
};

/** The seconds in front of the first line that contains a text. */
function timeOf(screen: string, text: string): number {
  const line = screen.split('\n').find((one) => one.includes(text)) ?? '';
  return Number(/^ *([\d.]+) s /.exec(line)?.[1]);
}

test('where no known router answers it brings its own, releases, and leaves nothing', async () => {
  const before = await outside();
  const report = join(folder, 'report.html');
  const { exitCode, screen } = await demo(['--report', report, '--namespace', 'demo-own']);
  expect(screen).toMatch(/Released: 0 of \d+ requests lost, 0 answers by blue after the proof/);
  expect(exitCode).toBe(0);
  // What the router answers before it has the preview is no fault of anybody's.
  expect(screen).not.toMatch(/\d bad\b/);
  expect(screen).toContain(`context theirs`);
  expect(screen).toContain(`the demo starts Traefik (${TRAEFIK})`);
  expect(screen).toContain('creates namespace demo-own');
  // The namespace of an earlier test may still have been ending before.
  expect(before).toEqual(expect.arrayContaining(await outside()));
  expect(screen.split('\n').filter((line) => line.length > 100)).toEqual([]);
  const moments = ['▾ Rollout', '1 of 1 ready', 'The preview answers', '── verify'].map((text) => timeOf(screen, text));
  expect(moments).toEqual(moments.toSorted((a, b) => a - b));
  expect(new Set(moments).size).toBeGreaterThan(2);
  expect(screen).toContain(`The summaries that GitHub shows of these steps: ${report}`);
  const html = readFileSync(report, 'utf8');
  expect([...html.matchAll(/<summary>([a-z-]+)<\/summary>/g)].map(([, name]) => name)).toEqual([
    'deploy-green',
    'verify',
    'promote',
  ]);
});

test('a known router that answers is used as it is', async () => {
  await kubectl(cluster, 'create', 'namespace', 'demo-router');
  await apply(cluster, 'demo-router', clusterWide(ownRouter('demo-router', TRAEFIK)));
  await kubectl(cluster, '-n', 'demo-router', 'rollout', 'status', 'deployment/traefik', '--timeout=60s');
  const { exitCode, screen } = await demo(['--namespace', 'demo-present', '--report', join(folder, 'present.html')]);
  expect(screen).toMatch(/router: Traefik \(pod traefik-\S+, namespace demo-router/);
  expect(screen).not.toContain('starts Traefik');
  expect(screen).toContain('Released: 0 of');
  expect(exitCode).toBe(0);
  const left = await kubectl(cluster, 'get', 'namespaces', '-o', 'name');
  expect(left).not.toContain('demo-present');
  expect(left).toContain('demo-router');
  await kubectl(cluster, 'delete', 'namespace', 'demo-router');
});

/** The demo's Traefik as other people run one: for class nginx, in every namespace. */
function clusterWide(objects: readonly object[]): object[] {
  const text = JSON.stringify(objects)
    .replaceAll('"Role"', '"ClusterRole"')
    .replaceAll('"RoleBinding"', '"ClusterRoleBinding"')
    .replaceAll(/"--providers.kubernetesingressnginx\.[^"]*",?/g, '')
    .replace(
      '"networking.k8s.io"],"resources":["ingresses"',
      '"networking.k8s.io"],"resources":["ingresses","ingressclasses"',
    );
  return JSON.parse(text);
}

test.each(['SIGINT', 'SIGTERM'] as const)('%s in the middle: the namespace is removed', async (signal) => {
  const name = `demo-${signal.toLowerCase()}`;
  const when = { text: '▾ Rollout', act: (child: ChildProcess) => void child.kill(signal) };
  const { exitCode, screen } = await demo(['--namespace', name], when);
  expect(screen).toContain(`${signal}: cleaning up`);
  expect(screen).toContain(`namespace ${name} is gone`);
  expect(exitCode).toBe(signal === 'SIGINT' ? 130 : 143);
  expect(await kubectl(cluster, 'get', 'namespaces', '-o', 'name')).not.toContain(name);
});

test('a namespace of somebody else is not touched', async () => {
  await kubectl(cluster, 'create', 'namespace', 'demo-theirs');
  const { exitCode, screen } = await demo(['--namespace', 'demo-theirs']);
  expect(exitCode).toBe(1);
  expect(screen).toContain('There is a namespace demo-theirs in this cluster that is not the demo');
  expect(await kubectl(cluster, 'get', 'namespace', 'demo-theirs', '-o', 'jsonpath={.status.phase}')).toBe('Active');
});

test('credentials that the API server does not accept are said to be that', async () => {
  const { exitCode, screen } = await demo(['--context', 'expired']);
  expect(exitCode).toBe(1);
  expect(screen.replaceAll(/\s+/g, ' ')).toContain(
    'of context "expired" does not accept the credentials of the kubeconfig (401)',
  );
  expect(screen).not.toContain('removing');
});
