import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, openSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { apiIsReady, askApi, type Cluster, proxyAnswers, type SmallCluster } from './access.ts';
import type { Programs } from './build.ts';
import { kubeconfig, makeCertificates } from './certificates.ts';
import { FORWARDED, GO, writeComponents } from './components.ts';
import { SOURCE, stateFolder } from './folders.ts';
import { importImages, noteInit } from './import-images.ts';
import { type Built, WHOLE } from './parts.ts';
import { ROUTER_LIST } from './routers/registry.ts';
import { lastLines, until } from './steps.ts';

/** Starts a cluster whose programs and images are there, from nothing; what fails half-way is left for `down`. */
export async function boot(name: string, keep: boolean, built: Built): Promise<SmallCluster> {
  const folder = stateFolder(name);
  const { reference } = built.images;
  const cgroup = `greenpath-${name}-${randomBytes(3).toString('hex')}`;
  mkdirSync(join(folder, 'pki'), { recursive: true });
  writeFileSync(join(folder, 'cgroup'), cgroup);
  await makeCertificates(join(folder, 'pki'));
  writeComponents(folder, cgroup, built);
  const init = await startInit(name, folder, cgroup, keep);
  noteInit(folder, init);
  const [api, http, https, ...others] = await startForward(folder, init, keep, built.programs);
  const cluster: SmallCluster = {
    name,
    kubeconfig: join(folder, 'kubeconfig'),
    server: `https://127.0.0.1:${api}`,
    proxy: `127.0.0.1:${http}`,
    proxyTls: `127.0.0.1:${https}`,
    auditLog: join(folder, 'audit.log'),
    images: { nginx: [reference('bookworm'), reference('trixie')] },
    folder,
  };
  writeFileSync(cluster.kubeconfig, kubeconfig(join(folder, 'pki'), 'admin', cluster.server), { mode: 0o600 });
  await Promise.all([importImages(folder, built.images.tars), waitForApi(cluster)]);
  await createIngressClass(cluster);
  await waitUntilUsable(cluster);
  const whole = built.parts === WHOLE ? wholeOf(cluster, others, built) : cluster;
  writeFileSync(join(folder, 'cluster.json'), JSON.stringify(whole, null, 2));
  return whole;
}

function wholeOf(cluster: SmallCluster, ports: readonly string[], { programs, images: { reference } }: Built): Cluster {
  const images = {
    ...cluster.images,
    app: reference('app'),
    shop: reference('shop'),
    postgres: reference('postgres'),
    redis: reference('redis'),
  };
  const routers = Object.fromEntries(
    ROUTER_LIST.map(([name], index) => [
      name,
      { proxy: `127.0.0.1:${ports[2 * index]}`, proxyTls: `127.0.0.1:${ports[2 * index + 1]}` },
    ]),
  );
  return { ...cluster, routers, kubectl: programs('kubectl'), images };
}

async function waitUntilUsable(cluster: SmallCluster): Promise<void> {
  const { name, proxy } = cluster;
  await untilAlive(name, 'the node is Ready', 60, () => nodeIsReady(cluster));
  await untilAlive(name, 'the proxy answers', 30, () => proxyAnswers(proxy));
  const account = '/api/v1/namespaces/default/serviceaccounts/default';
  await untilAlive(name, 'the default service account exists', 30, async () => {
    const { status } = await askApi(cluster, account);
    return status === 200;
  });
}

async function nodeIsReady(cluster: SmallCluster): Promise<boolean> {
  const { status, text } = await askApi(cluster, '/api/v1/nodes/node1');
  if (status !== 200) return false;
  const node = JSON.parse(text) as { status?: { conditions?: { type: string; status: string }[] } };
  return node.status?.conditions?.some((one) => one.type === 'Ready' && one.status === 'True') ?? false;
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
  child.once('exit', (status) => {
    if (existsSync(join(folder, 'ended'))) writeFileSync(join(folder, 'ended', 'forward'), `${status}`);
  });
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

async function waitForApi(cluster: SmallCluster): Promise<void> {
  try {
    await untilAlive(cluster.name, 'the API server is ready', 180, () => apiIsReady(cluster));
  } catch (error) {
    throw new Error(`${error instanceof Error ? error.message : error}\n${await whyNotReady(cluster)}`);
  }
  writeFileSync(join(cluster.folder, GO), '');
}

/** What the API server answers to the question whether it is ready, and the last lines of it and of its store. */
async function whyNotReady(cluster: SmallCluster): Promise<string> {
  const answer = await askApi(cluster, '/readyz?verbose').then(
    ({ status, text }) => `${status} ${text}`,
    (error: Error) => `no answer: ${error.message}`,
  );
  const logs = ['kube-apiserver', 'etcd'].map((name) => {
    const file = join(cluster.folder, 'logs', `${name}.log`);
    return `${name}.log:\n${existsSync(file) ? lastLines(readFileSync(file, 'utf8')) : 'does not exist'}`;
  });
  return [`/readyz: ${answer}`, ...logs].join('\n');
}

async function createIngressClass(cluster: SmallCluster): Promise<void> {
  const { status, text } = await askApi(cluster, '/apis/networking.k8s.io/v1/ingressclasses', {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'IngressClass',
    metadata: { name: 'nginx' },
    spec: { controller: 'k8s.io/ingress-nginx' },
  });
  if (status !== 201) throw new Error(`the IngressClass could not be made (${status}): ${text}`);
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
