import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { load } from 'js-yaml';
import { type Admin, kubectl } from '../cluster/access.ts';
import { once } from '../cluster/build.ts';
import { debianRoot } from '../cluster/debian.ts';
import { cacheFolder } from '../cluster/folders.ts';
import { type Log, step, until } from '../cluster/steps.ts';

/** Debian's Prometheus, in a folder of its own: the machine is not touched. */
const PROGRAM = '/usr/bin/prometheus';

async function program(log: Log): Promise<string> {
  const folder = cacheFolder('prometheus', ['debian.ts']);
  const selection = { suite: 'bookworm', packages: ['prometheus'], programs: [PROGRAM], data: [] };
  await once(folder, 'unpacking Prometheus', log, (place) =>
    step(log, 'unpacked Prometheus', async () => {
      await debianRoot(selection, join(place, 'root'), `${PROGRAM} --version 2>&1`);
    }),
  );
  return join(folder, 'root', PROGRAM);
}

/** The pods to scrape, and the cluster that has them. */
interface Pods {
  readonly cluster: Admin;
  readonly namespace: string;
}

/** A Prometheus that finds the pods of a namespace and scrapes each of them each second. */
export class Prometheus {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #finder: Server;

  private constructor(url: string, child: ChildProcess, folder: string, finder: Server) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
    this.#finder = finder;
  }

  /** Starts one, and returns when it has scraped a pod. */
  static async start(pods: Pods, log: Log): Promise<Prometheus> {
    const path = await program(log);
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-prometheus-'));
    const finder = await finderOf(pods);
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(configFor(pods, folder, finder)));
    const port = await freePort();
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const child = spawn(path, args, { stdio: 'ignore' });
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child, folder, finder);
    await until('Prometheus scrapes a pod', 60, async () => (await prometheus.value('max(up)')) === '1');
    return prometheus;
  }

  /** The first value that a query gives; undefined if there is none. */
  async value(query: string): Promise<string | undefined> {
    const answer = await fetch(`${this.url}/api/v1/query?query=${encodeURIComponent(query)}`).catch(() => undefined);
    if (answer === undefined) return undefined;
    const { data } = (await answer.json()) as { data?: { result?: { value: [number, string] }[] } };
    return data?.result?.[0]?.value[1];
  }

  end(): void {
    this.#child.kill('SIGKILL');
    this.#finder.close();
    this.#finder.closeAllConnections();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** Debian's Prometheus cannot ask Kubernetes itself which pods there are: this server says so. */
async function finderOf({ cluster, namespace }: Pods): Promise<Server> {
  const { clusters } = load(readFileSync(cluster.kubeconfig, 'utf8')) as Kubeconfig;
  const targets = [new URL(only(clusters).cluster.server).host];
  const find = async () => {
    const list = JSON.parse(await kubectl(cluster, '-n', namespace, 'get', 'pods', '-o', 'json')) as PodList;
    return list.items.map(({ metadata: { name, labels } }) => ({
      targets,
      // Pods have addresses inside of the cluster only, so the API server hands each request on.
      labels: {
        ...{ pod: name, app: labels?.app ?? '' },
        __metrics_path__: `/api/v1/namespaces/${namespace}/pods/${name}:8080/proxy/metrics`,
      },
    }));
  };
  const finder = createServer((_, response) => {
    find().then(
      (found) => response.setHeader('content-type', 'application/json').end(JSON.stringify(found)),
      () => response.writeHead(503).end(),
    );
  });
  await new Promise<void>((resolve) => finder.listen(0, '127.0.0.1', resolve));
  return finder;
}

function configFor({ cluster }: Pods, folder: string, finder: Server): object {
  const { users } = load(readFileSync(cluster.kubeconfig, 'utf8')) as Kubeconfig;
  const { user } = only(users);
  const file = (name: string, data: string) => {
    writeFileSync(join(folder, name), Buffer.from(data, 'base64'));
    return join(folder, name);
  };
  const job = {
    job_name: 'pods',
    scheme: 'https',
    tls_config: {
      insecure_skip_verify: true,
      cert_file: file('client.crt', user['client-certificate-data']),
      key_file: file('client.key', user['client-key-data']),
    },
    http_sd_configs: [{ url: `http://127.0.0.1:${(finder.address() as AddressInfo).port}/`, refresh_interval: '2s' }],
  };
  return { global: { scrape_interval: '1s', scrape_timeout: '1s' }, scrape_configs: [job] };
}

interface PodList {
  readonly items: readonly {
    readonly metadata: { readonly name: string; readonly labels?: { readonly app?: string } };
  }[];
}

/** What of a kubeconfig of these clusters is needed to ask the API server. */
interface Kubeconfig {
  readonly clusters: readonly { readonly cluster: { readonly server: string } }[];
  readonly users: readonly { readonly user: { 'client-certificate-data': string; 'client-key-data': string } }[];
}

function only<T>([first]: readonly T[]): T {
  if (first === undefined) throw new Error('the kubeconfig lacks a cluster or a user');
  return first;
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
