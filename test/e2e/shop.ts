import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Outcome } from '../../harness/action.ts';
import { type Act, faultsIn } from '../../harness/faults.ts';
import { isLost } from '../../harness/load.ts';
import { psql, startPod } from './psql.ts';
import { makeWorld, type World } from './world.ts';

/** What the tests add to the example's own settings, so that they need not wait. */
const QUICK = 'verify: {passes: 1, interval: 50ms, within: 3s}\nproof: {settle: 2500ms}\nkeep: 0\ndrain: 1s\n';
const API = { route: 'ingress/shop', app: 'shop' };

/** One answer to the caller inside the cluster. */
export interface Call {
  readonly client: 'fresh' | 'kept-alive';
  readonly sent: number;
  readonly status: number;
  readonly revision: string;
  readonly part: string;
  readonly error?: string;
}

/** A version of the shop: what an overlay says besides its revision. */
export interface Version {
  readonly migrations?: readonly string[];
  readonly column?: string;
  /** Whether its worker starts beside the old one. */
  readonly early?: boolean;
}

/** The example shop in a namespace of its own, with its database. */
export class Shop {
  readonly world: World;
  /** The modes that ran, in order. */
  readonly acts: Act[] = [];
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster, world: World) {
    this.#cluster = cluster;
    this.world = world;
  }

  static async open(cluster: Cluster): Promise<Shop> {
    const world = await makeWorld(cluster, 'shop', 'split', 1);
    await world.kubectl('delete', 'ingress,service,deployment', '--all');
    cpSync('examples/shop', join(world.folder, 'shop'), { recursive: true });
    const config = readFileSync('examples/shop/greenpath.yaml', 'utf8');
    writeFileSync(join(world.folder, 'greenpath.yaml'), config + QUICK);
    await world.kubectl('apply', '-f', 'examples/shop/database.yaml');
    await world.kubectl('rollout', 'status', 'deployment/database', '--timeout=60s');
    return new Shop(cluster, world);
  }

  /** Writes the overlay of a revision, as a pipeline would. */
  version(revision: string, { migrations = [], column = 'item', early = false }: Version = {}): void {
    const folder = join(this.world.folder, revision);
    mkdirSync(folder);
    for (const name of migrations) cpSync(join('examples/shop/migrations', name), join(folder, name));
    const patch = {
      target: { kind: 'Deployment', name: 'mailer' },
      patch: JSON.stringify([{ op: 'add', path: '/metadata/annotations', value: { 'greenpath.dev/start': 'early' } }]),
    };
    const overlay = {
      resources: ['../shop'],
      configMapGenerator: [
        { name: 'version', behavior: 'merge', literals: [`REVISION=${revision}`, `COLUMN=${column}`] },
        { name: 'migrations', behavior: 'merge', files: migrations },
      ],
      patches: early ? [patch] : [],
    };
    writeFileSync(join(folder, 'kustomization.yaml'), JSON.stringify(overlay));
  }

  async run(mode: string, revision = ''): Promise<Outcome> {
    const env = { PATH: `${dirname(this.#cluster.kubectl)}:${process.env.PATH}` };
    const deploys = mode === 'deploy-green' || mode === 'release';
    const more = deploys ? { manifests: revision } : {};
    const from = Date.now();
    const outcome = await this.world.run(mode, revision, { ...API, config: 'greenpath.yaml', ...more }, { env });
    this.acts.push({ name: `${mode} ${revision}`.trim(), from, to: Date.now() });
    return outcome;
  }

  async passes(mode: string, revision = ''): Promise<Outcome> {
    const outcome = await this.run(mode, revision);
    expect(outcome.exitCode, outcome.stdout).toBe(0);
    return outcome;
  }

  /** Starts a client inside the cluster that calls a Service by its plain name. */
  async startCaller(url: string): Promise<void> {
    const env = { PART: 'caller', CALL: url, RATE: '10', LASTS: '10m' };
    await startPod(this.#cluster, this.world, { name: 'caller', image: this.#cluster.images.shop, env });
  }

  /** What it saw, in the order of asking; it is gone then. */
  async stopCaller(): Promise<Call[]> {
    const lines = (await this.world.kubectl('logs', 'caller')).trim().split('\n');
    await this.world.kubectl('delete', 'pod', 'caller', '--wait=false');
    const calls = lines.map((line) => JSON.parse(line) as Call);
    return calls.toSorted((a, b) => a.sent - b.sent);
  }

  /** What psql prints for a statement, run by a pod beside the database. */
  query(statement: string): Promise<string> {
    return psql(this.#cluster, this.world, 'database', statement);
  }
}

/** What callers inside the cluster lost, or got from another part than `part`. */
export function callsLostIn(calls: readonly Call[], part: string, acts: readonly Act[]): string[] {
  const faultOf = (one: Call) =>
    isLost(one)
      ? `${one.client}: ${one.error ?? `status ${one.status}`}`
      : one.part === part
        ? undefined
        : `${one.client}: answered by ${one.part}`;
  return faultsIn(calls, { sentAt: ({ sent }) => sent, faultOf, acts });
}
