import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, openSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { buildPrograms } from '../cluster/build.ts';
import { COMPONENTS, HELPERS } from '../cluster/builds.ts';
import type { Cluster } from '../cluster/cluster.ts';
import { traefikFlags } from '../cluster/routers/traefik.ts';
import { firstInside, insideOf } from './inside.ts';

/** The API server's port inside of every cluster. */
const API_PORT = 6_443;
/** Ports inside that nobody else has, for the first replica. */
const [HTTP, HTTPS] = [18_080, 18_443] as const;

/**
 * A relay to the API server that holds back what it sends for as many milliseconds as the last line of its input says.
 * Prints its port.
 */
const DELAY_RELAY = `
const { connect, createServer } = require('node:net');
let lag = 0;
require('node:readline').createInterface({ input: process.stdin }).on('line', (text) => { lag = Number(text); });
const server = createServer((client) => {
  const api = connect(${API_PORT}, '127.0.0.1');
  const held = [];
  const pass = setInterval(() => {
    while (held.length > 0 && Date.now() - held[0].at >= lag) client.write(held.shift().chunk);
  }, 10);
  api.on('data', (chunk) => held.push({ at: Date.now(), chunk }));
  client.pipe(api);
  for (const end of [client, api]) {
    end.on('error', () => undefined);
    end.on('close', () => { clearInterval(pass); client.destroy(); api.destroy(); });
  }
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

/** Further Traefiks that serve what that of the cluster serves, each at an address of its own. */
export class Replicas {
  /** `127.0.0.1:PORT` of each. */
  readonly proxies: readonly string[];
  readonly #children: readonly ChildProcess[];
  readonly #relays: readonly ChildProcess[];

  private constructor(proxies: readonly string[], children: readonly ChildProcess[], relays: readonly ChildProcess[]) {
    this.proxies = proxies;
    this.#children = children;
    this.#relays = relays;
  }

  /** Starts so many. */
  static async open(cluster: Cluster, count: number): Promise<Replicas> {
    const programs = await buildPrograms(() => undefined, [COMPONENTS, HELPERS]);
    const folder = mkdtempSync(join(tmpdir(), 'greenpath-replicas-'));
    const [wrapper, ...wrapped] = insideOf(cluster);
    const relays: ChildProcess[] = [];
    const children: ChildProcess[] = [];
    for (let index = 0; index < count; index += 1) {
      const relay = spawn(wrapper, [...wrapped, process.execPath, '-e', DELAY_RELAY], {
        stdio: ['pipe', 'pipe', 'inherit'],
      });
      const file = join(folder, `${index}.json`);
      writeFileSync(file, configThrough(cluster, await firstLine(relay)));
      const log = openSync(join(folder, `${index}.log`), 'w');
      const traefik = [
        programs('traefik'),
        ...traefikFlags(HTTP + index, HTTPS + index),
        '--providers.kubernetesingressnginx=true',
        '--providers.kubernetesingressnginx.publishstatusaddress=127.0.0.1',
      ];
      const env = { ...process.env, KUBECONFIG: file };
      children.push(spawn(wrapper, [...wrapped, ...traefik], { env, stdio: ['ignore', log, log] }), relay);
      relays.push(relay);
    }
    const inside = Array.from({ length: count }, (_, index) => `127.0.0.1:${HTTP + index}`);
    const tied = ['--pdeathsig', 'KILL', programs('forward'), 'outside', `${firstInside(cluster.name)}`, ...inside];
    const forward = spawn('setpriv', tied, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(forward);
    const ports: string[] = [];
    for await (const port of createInterface({ input: forward.stdout })) if (ports.push(port) === count) break;
    return new Replicas(
      ports.map((port) => `127.0.0.1:${port}`),
      children,
      relays,
    );
  }

  /** From now on a replica gets everything from the API server so many milliseconds late. */
  lag(index: number, ms: number): void {
    this.#relays[index]?.stdin?.write(`${ms}\n`);
  }

  close(): void {
    for (const child of this.#children) child.kill('SIGKILL');
  }
}

async function firstLine(child: ChildProcess): Promise<string> {
  if (child.stdout === null) throw new Error('the process has no output');
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return line;
}

/** The kubeconfig with all rights, through a port inside. */
function configThrough({ kubeconfig }: Cluster, port: string): string {
  const admin = JSON.parse(readFileSync(kubeconfig, 'utf8'));
  const [{ name, cluster }] = admin.clusters;
  return JSON.stringify({
    ...admin,
    clusters: [{ name, cluster: { ...cluster, server: `https://127.0.0.1:${port}` } }],
  });
}
