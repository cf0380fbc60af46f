import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Cluster, kubectl, proxyAnswers } from './access.ts';
import type { Programs } from './build.ts';
import { kubeconfig, makeCertificates } from './certificates.ts';
import { FORWARDED, GO, writeComponents } from './components.ts';
import { SOURCE, stateFolder } from './folders.ts';
import type { Images } from './images.ts';
import { lastLines, run, until } from './steps.ts';

/** Starts a cluster whose programs and images are there, from nothing; what fails half-way is left for `down`. */
export async function boot(name: string, keep: boolean, programs: Programs, images: Images): Promise<Cluster> {
  const folder = stateFolder(name);
  const cgroup = `greenpath-${name}-${randomBytes(3).toString('hex')}`;
  mkdirSync(join(folder, 'pki'), { recursive: true });
  writeFileSync(join(folder, 'cgroup'), cgroup);
  await makeCertificates(join(folder, 'pki'));
  writeComponents(folder, cgroup, programs);
  const init = await startInit(name, folder, cgroup, keep);
  const [api, http, https] = await startForward(folder, init, keep, programs);
  const cluster: Cluster = {
    name,
    kubeconfig: join(folder, 'kubeconfig'),
    server: `https://127.0.0.1:${api}`,
    proxy: `127.0.0.1:${http}`,
    proxyTls: `127.0.0.1:${https}`,
    auditLog: join(folder, 'audit.log'),
    kubectl: programs('kubectl'),
    images: { nginx: images.nginx, app: images.app, shop: images.shop, postgres: images.postgres },
    folder,
  };
  writeFileSync(cluster.kubeconfig, kubeconfig(join(folder, 'pki'), 'admin', cluster.server), { mode: 0o600 });
  await Promise.all([importImages(folder, init, images), waitForApi(cluster)]);
  await kubectlInput(cluster, INGRESS_CLASS);
  await untilAlive(
    name,
    'the node is Ready',
    60,
    async () =>
      (await kubectl(
        cluster,
        'get',
        'node',
        'node1',
        '-o',
        'jsonpath={.status.conditions[?(@.type=="Ready")].status}',
      ).catch(() => '')) === 'True',
  );
  await untilAlive(name, 'the proxy answers', 30, () => proxyAnswers(cluster.proxy));
  await untilAlive(name, 'the default service account exists', 30, () =>
    kubectl(cluster, 'get', 'serviceaccount', 'default').then(
      () => true,
      () => false,
    ),
  );
  writeFileSync(join(folder, 'cluster.json'), JSON.stringify(cluster, null, 2));
  return cluster;
}

/** Process 1 in mount, pid and network namespaces of its own; returns its pid on the host. */
async function startInit(name: string, folder: string, cgroup: string, keep: boolean): Promise<number> {
  const unshare = [
    'unshare',
    '--mount',
    '--pid',
    '--net',
    '--fork',
    '--kill-child=SIGKILL',
    '--mount-proc',
    '--propagation',
    'private',
    'bash',
    join(SOURCE, 'init.sh'),
    folder,
    cgroup,
  ];
  const child = spawnTied(unshare, keep, join(folder, 'logs', 'init.log'));
  await untilAlive(
    name,
    'the namespaces are ready',
    20,
    async () => existsSync(join(folder, 'started')) || child.exitCode !== null,
  );
  if (child.exitCode !== null)
    throw new Error(
      `the namespaces could not be made:\n${lastLines(readFileSync(join(folder, 'logs', 'init.log'), 'utf8'))}`,
    );
  const [init] = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ');
  return Number(init);
}

async function startForward(folder: string, init: number, keep: boolean, programs: Programs): Promise<string[]> {
  const child = spawnTied(
    [programs('forward'), 'outside', `${init}`, ...FORWARDED],
    keep,
    join(folder, 'logs', 'forward.log'),
    'pipe',
  );
  writeFileSync(join(folder, 'forward'), `${child.pid}`);
  const ports: string[] = [];
  if (child.stdout === null) throw new Error('forward has no output');
  for await (const line of createInterface({ input: child.stdout })) if (ports.push(line) === FORWARDED.length) break;
  child.stdout.destroy();
  return ports;
}

/** A child that dies with this process, or, to be kept, one that does not notice its end. */
function spawnTied(
  command: readonly string[],
  keep: boolean,
  logFile: string,
  stdout: 'pipe' | undefined = undefined,
): ChildProcess {
  const log = openSync(logFile, 'a');
  const [program, ...args] = keep ? command : ['setpriv', '--pdeathsig', 'KILL', ...command];
  const child = spawn(program ?? '', args, { detached: keep, stdio: ['ignore', stdout ?? log, log], cwd: '/' });
  child.unref();
  return child;
}

async function importImages(folder: string, init: number, images: Images): Promise<void> {
  const inside = ['-t', `${init}`, '-m', '-p', '-n'];
  const socket = `/proc/${init}/root/run/containerd/containerd.sock`;
  await until(
    'containerd listens',
    30,
    async () => existsSync(socket) || readdirSync(join(folder, 'ended')).includes('containerd'),
  );
  for (const tar of images.tars)
    await run('nsenter', [
      ...inside,
      'ctr',
      '-a',
      '/run/containerd/containerd.sock',
      '-n',
      'k8s.io',
      'image',
      'import',
      tar,
    ]);
}

async function waitForApi(cluster: Cluster): Promise<void> {
  await untilAlive(cluster.name, 'the API server is ready', 60, () =>
    kubectl(cluster, 'get', '--raw', '/readyz').then(
      () => true,
      () => false,
    ),
  );
  writeFileSync(join(cluster.folder, GO), '');
}

const INGRESS_CLASS = JSON.stringify({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'IngressClass',
  metadata: { name: 'nginx' },
  spec: { controller: 'k8s.io/ingress-nginx' },
});

async function kubectlInput(cluster: Cluster, manifest: string): Promise<void> {
  const child = spawn(cluster.kubectl, ['--kubeconfig', cluster.kubeconfig, 'apply', '--validate=false', '-f', '-'], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  child.stdin.end(manifest);
  const [status] = await once(child, 'close');
  if (status !== 0) throw new Error('the IngressClass could not be made');
}

/** Awaits a condition, and fails at once when a component has ended. */
async function untilAlive(
  name: string,
  what: string,
  seconds: number,
  condition: () => Promise<boolean>,
): Promise<void> {
  await until(what, seconds, async () => {
    const why = failureOf(name);
    if (why !== undefined) throw new Error(why);
    return condition();
  });
}

/** The component that ended, and its last lines. */
export function failureOf(name: string): string | undefined {
  const folder = stateFolder(name);
  if (!existsSync(join(folder, 'ended'))) return undefined;
  const [component] = readdirSync(join(folder, 'ended'));
  if (component === undefined) return undefined;
  return `${component} ended (status ${readFileSync(join(folder, 'ended', component), 'utf8').trim()}):\n${lastLines(readFileSync(join(folder, 'logs', `${component}.log`), 'utf8'))}`;
}
