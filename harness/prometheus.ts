import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { once } from '../cluster/build.ts';
import { debianRoot } from '../cluster/debian.ts';
import { cacheFolder } from '../cluster/folders.ts';
import { type Log, step, until } from '../cluster/steps.ts';
import type { Answer } from './load.ts';

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

/** A Prometheus that scrapes one target each second. */
export class Prometheus {
  readonly url: string;
  readonly #child: ChildProcess;
  readonly #folder: string;

  private constructor(url: string, child: ChildProcess, folder: string) {
    this.url = url;
    this.#child = child;
    this.#folder = folder;
  }

  /** Starts one that scrapes `target`, a host and port, and returns when it has done so once. */
  static async start(target: string, log: Log): Promise<Prometheus> {
    const path = await program(log);
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-prometheus-'));
    const config = {
      global: { scrape_interval: '1s', scrape_timeout: '1s' },
      scrape_configs: [{ job_name: 'visitors', static_configs: [{ targets: [target] }] }],
    };
    writeFileSync(join(folder, 'prometheus.yml'), JSON.stringify(config));
    const port = await freePort();
    const args = [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=127.0.0.1:${port}`,
    ];
    const child = spawn(path, args, { stdio: 'ignore' });
    const prometheus = new Prometheus(`http://127.0.0.1:${port}`, child, folder);
    await until('Prometheus scrapes', 60, async () => (await prometheus.value('up')) === '1');
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
    rmSync(this.#folder, { recursive: true, force: true });
  }
}

/** What visitors got, as a server that Prometheus scrapes: how many answers each revision gave with each status. */
export class VisitorMetrics {
  readonly #server: Server;
  readonly #answers: () => readonly Answer[];

  private constructor(answers: () => readonly Answer[]) {
    this.#answers = answers;
    this.#server = createServer((_, response) => {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(this.#text());
    });
  }

  static async start(answers: () => readonly Answer[]): Promise<VisitorMetrics> {
    const metrics = new VisitorMetrics(answers);
    await new Promise<void>((resolve) => metrics.#server.listen(0, '127.0.0.1', resolve));
    return metrics;
  }

  /** Host and port. */
  get target(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  end(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }

  #text(): string {
    const counts = new Map<string, number>();
    for (const { who, status } of this.#answers()) {
      const labels = `revision="${who}",code="${status}"`;
      counts.set(labels, (counts.get(labels) ?? 0) + 1);
    }
    const lines = [...counts].map(([labels, count]) => `answers_total{${labels}} ${count}\n`);
    return `# TYPE answers_total counter\n${lines.join('')}`;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
