import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Outcome } from '../../harness/action.ts';
import { Load } from '../../harness/load.ts';
import { Wire } from '../../harness/wire.ts';
import { CONFIG, type Form, makeWorld, type World } from './world.ts';

const SETTINGS = { config: `${CONFIG}keep: 0\ndrain: 1s\n` };

interface Seen {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec?: Record<string, unknown>;
}

/** A world under load in which runs are killed at chosen writes. */
export class CrashStage {
  readonly load: Load;
  readonly #world: World;
  readonly #wire: Wire;
  #job = 0;

  private constructor(world: World, wire: Wire, load: Load) {
    this.#world = world;
    this.#wire = wire;
    this.load = load;
  }

  static async open(cluster: Cluster, form: Form): Promise<CrashStage> {
    const world = await makeWorld(cluster, `crash-${form}`, form, 1);
    enrich(world);
    const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
    const load = new Load({ proxy: cluster.proxy, host: world.host, identify }, 2_400);
    load.add({ client: 'fresh', path: '/visit', rate: 20 });
    load.add({ client: 'kept-alive', path: '/visit', rate: 20 });
    return new CrashStage(world, await Wire.open(cluster), load);
  }

  async close(): Promise<void> {
    this.#wire.close();
    await this.load.stop();
    await this.#world.end();
  }

  /** Kills a run at `point` (two a write: before it and after it); the write, or undefined if there is no such point. */
  killedAt(point: number, mode: string, revision: string): Promise<string | undefined> {
    const inputs = { ...SETTINGS, kubeconfig: this.#wire.through(this.#world.kubeconfig) };
    return killedAt(this.#wire, point, (started) =>
      this.#world.run(mode, revision, inputs, { env: attempt(this.#job, 1), started }),
    );
  }

  /** Runs the mode as a later attempt of the same job does; the next run is another job. */
  async run(mode: string, revision: string): Promise<Outcome> {
    const outcome = await this.#world.run(mode, revision, SETTINGS, { env: attempt(this.#job, 2) });
    this.#job += 1;
    return outcome;
  }

  /** What is in the namespace and what the route says, with the revision of this cycle as R and of the last one as Q. */
  async end(cycle: number): Promise<string> {
    const kinds = 'ingress,service,deployment,configmap,secret,hpa,lease';
    const { items } = JSON.parse(await this.#world.kubectl('get', kinds, '-o', 'json')) as { items: Seen[] };
    const lines = items.map((item) => `${item.kind} ${item.metadata.name} ${JSON.stringify(factsOf(item))}`);
    const named = (text: string, number: number, letter: string) =>
      text.replaceAll(new RegExp(`\\br${number}\\b`, 'g'), letter);
    return named(named(lines.toSorted().join('\n'), cycle, 'R'), cycle - 1, 'Q');
  }
}

/**
 * Starts a run through `wire` and kills it at `point` of its writes to what `of` accepts: two a write, before it and
 * after it. The write, or undefined if the run ended before there was such a point.
 */
export async function killedAt(
  wire: Wire,
  point: number,
  start: (started: (child: ChildProcess) => void) => Promise<unknown>,
  of: (url: string) => boolean = () => true,
): Promise<string | undefined> {
  const wanted = Math.ceil(point / 2);
  const phase = point % 2 === 1 ? 'before' : 'after';
  const counted: number[] = [];
  let child: ChildProcess | undefined;
  let at: string | undefined;
  wire.reset((passing) => {
    if (at !== undefined) return 'drop';
    if (passing.count > 0 && passing.phase === 'before' && of(passing.url)) counted.push(passing.count);
    if (counted[wanted - 1] !== passing.count || passing.phase !== phase) return 'pass';
    at = `${phase} ${passing.method} ${passing.url.replace(/\?.*/, '').replace(/^.*\/namespaces\/[^/]+\//, '')}`;
    child?.kill('SIGKILL');
    return 'drop';
  });
  await start((one) => {
    child = one;
  });
  return at;
}

/** The environment of an attempt at a job; a later attempt takes the lock of an earlier one over at once. */
export function attempt(job: number, number: number): Record<string, string> {
  return {
    GITHUB_SERVER_URL: 'https://github.test',
    GITHUB_REPOSITORY: 'a/b',
    GITHUB_RUN_ID: `${job}`,
    GITHUB_JOB: 'release',
    GITHUB_RUN_ATTEMPT: `${number}`,
  };
}

/** A ConfigMap that the pods read, and an HPA: every kind of write is among those that are cut off. */
function enrich(world: World): void {
  world.manifests({ DRAIN: '0.5' });
  const file = join(world.folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  const scaleTargetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  const hpa = { scaleTargetRef, minReplicas: 1, maxReplicas: 2 };
  list.items.push(
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'settings' }, data: { GREETING: 'hello' } },
    { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', metadata: { name: 'web' }, spec: hpa },
  );
  list.items[1].spec.template.spec.containers[0].envFrom = [{ configMapRef: { name: 'settings' } }];
  writeFileSync(file, JSON.stringify(list));
}

function factsOf({ kind, metadata, spec }: Seen): object {
  if (kind === 'Lease') return { holder: spec?.holderIdentity };
  if (kind === 'HorizontalPodAutoscaler') {
    return { min: spec?.minReplicas, limits: metadata.annotations?.['greenpath.dev/limits'] };
  }
  if (kind !== 'Ingress') return {};
  const { live, previous, left, phase } = JSON.parse(metadata.annotations?.['greenpath.dev/web'] ?? '{}');
  const rules = JSON.stringify(spec?.rules).replaceAll(/"path":"\/[0-9a-f]{32}"/g, '"path":"secret"');
  return { rules, live, previous, left, phase };
}
