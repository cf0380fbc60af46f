import type { ChildProcess } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Outcome } from '../../harness/action.ts';
import { type Answer, Load } from '../../harness/load.ts';
import { Wire } from '../../harness/wire.ts';
import { ingress } from './parts.ts';
import { allowOptional } from './whole-role.ts';
import { apply, CONFIG, clusterOf, type Form, httpRoute, makeWorld, untilAnswers, type World } from './world.ts';

const SETTINGS = `${CONFIG}keep: 0\ndrain: 1s\n`;
const PREVIEWS = { host: 'preview: {host: "green-{host}"}\n', header: 'preview: {header: {}}\n' };
/** The second live route, with a host of its own, of a stage that has one. */
const SECOND = 'api';
/** Its kind. An HTTPRoute is behind another router, and its switch changes the weights of two references. */
export type Second = 'ingress' | 'httproute';

interface Seen {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly annotations?: Record<string, string> };
  readonly spec?: Record<string, unknown>;
}

/** A world under load in which runs are killed at chosen writes. */
export class CrashStage {
  readonly #world: World;
  readonly #wire: Wire;
  readonly #loads: readonly Load[];
  readonly #taken = new Map<Load, number>();
  readonly #inputs: Record<string, string>;
  readonly #routes: string;
  #job = 0;

  private constructor(world: World, wire: Wire, doors: readonly Door[], more: string) {
    this.#world = world;
    this.#wire = wire;
    this.#routes = [...new Set(doors.map(({ kind }) => kind))].join();
    const names = doors.map(({ kind, name }) => `${kind}/${name}`);
    const addresses = doors.map(({ proxy }, index) => `  ${names[index]}: ["${proxy}"]\n`).join('');
    const config = SETTINGS + more;
    this.#inputs =
      doors.length > 1
        ? { route: names.join(), addresses: '', config: `${config}addresses:\n${addresses}` }
        : { config };
    const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
    this.#loads = doors.map(({ proxy, host }) => new Load({ proxy, host, identify }, 2_400));
    for (const load of this.#loads) {
      load.add({ client: 'fresh', path: '/visit', rate: 20 });
      load.add({ client: 'kept-alive', path: '/visit', rate: 20 });
    }
  }

  /** Visitors come over one live route, or over two. `preview` is what the config says of the preview. */
  static async open(
    cluster: Cluster,
    form: Form,
    { second, preview }: { readonly second?: Second; readonly preview?: 'host' | 'header' } = {},
  ): Promise<CrashStage> {
    const world = await makeWorld(cluster, `crash-${form}-${second ?? preview ?? 'alone'}`, form, 1);
    enrich(world);
    const { host } = world;
    const first: Door = { kind: form === 'httproute' ? form : 'ingress', name: 'web', host, proxy: cluster.proxy };
    const doors = second === undefined ? [first] : [first, await openSecond(cluster, world, second)];
    return new CrashStage(world, await Wire.open(cluster), doors, preview === undefined ? '' : PREVIEWS[preview]);
  }

  async close(): Promise<void> {
    this.#wire.close();
    await Promise.all(this.#loads.map((load) => load.stop()));
    await this.#world.end();
  }

  /** Kills a run at `point` (two a write: before it and after it); the write, or undefined if there is no such point. */
  killedAt(point: number, mode: string, revision: string): Promise<string | undefined> {
    this.#job += 1;
    const inputs = { ...this.#inputs, kubeconfig: this.#wire.through(this.#world.kubeconfig) };
    const env = attempt(this.#job, 1);
    return killAt(this.#wire, point, (started) => this.#world.run(mode, revision, inputs, { env, started }));
  }

  /** Runs the mode as a later attempt of the job that was killed last. */
  run(mode: string, revision: string): Promise<Outcome> {
    return this.#world.run(mode, revision, this.#inputs, { env: attempt(this.#job, 2) });
  }

  /** All answers that visitors got so far. */
  answers(): readonly Answer[] {
    return this.#loads.flatMap((load) => load.answers);
  }

  /** The answers that came since this was asked last. */
  newAnswers(): readonly Answer[] {
    return this.#loads.flatMap((load) => {
      const since = this.#taken.get(load) ?? 0;
      this.#taken.set(load, load.answers.length);
      return load.answers.slice(since);
    });
  }

  /** The revision that each live route names, in the order of the routes. */
  async named(): Promise<string[]> {
    const names = this.#loads.map((_, index) => (index === 0 ? 'web' : SECOND));
    const { items } = JSON.parse(await this.#world.kubectl('get', this.#routes, '-o', 'json')) as { items: Seen[] };
    return names.map((name) => {
      const { spec } = items.find(({ metadata }) => metadata.name === name) ?? {};
      return /"name":"web-([a-z0-9]+)"/.exec(JSON.stringify(spec, withoutStandby))?.[1] ?? 'nothing';
    });
  }

  /** What is in the namespace and what the routes say, with a letter for each of these revisions. */
  async end(letters: Record<string, string>): Promise<string> {
    const kinds = `${this.#routes},service,deployment,configmap,secret,hpa,lease`;
    const { items } = JSON.parse(await this.#world.kubectl('get', kinds, '-o', 'json')) as { items: Seen[] };
    const lines = items.map((item) => `${item.kind} ${item.metadata.name} ${JSON.stringify(factsOf(item))}`);
    return Object.entries(letters).reduce(
      (text, [revision, letter]) => text.replaceAll(new RegExp(`\\b${revision}\\b`, 'g'), letter),
      lines.toSorted().join('\n'),
    );
  }
}

/**
 * Kills a run at `point` (two a write: before it and after it): the write, or undefined if there is no such point. `run`
 * starts it, hands its process over, and ends with it.
 */
export async function killAt(
  wire: Wire,
  point: number,
  run: (started: (child: ChildProcess) => void) => Promise<Outcome>,
): Promise<string | undefined> {
  const wanted = Math.ceil(point / 2);
  const phase = point % 2 === 1 ? 'before' : 'after';
  let child: ChildProcess | undefined;
  let at: string | undefined;
  wire.reset((passing) => {
    if (at !== undefined) return 'drop';
    if (passing.count !== wanted || passing.phase !== phase) return 'pass';
    at = `${phase} ${passing.method} ${passing.url.replace(/\?.*/, '').replace(/^.*\/namespaces\/[^/]+\//, '')}`;
    child?.kill('SIGKILL');
    return 'drop';
  });
  await run((one) => {
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

/** A live route, and where its visitors come in. */
interface Door {
  readonly kind: Second;
  readonly name: string;
  readonly host: string;
  readonly proxy: string;
}

async function openSecond(cluster: Cluster, world: World, kind: Second): Promise<Door> {
  const host = `${SECOND}.${world.host}`;
  const seen = await clusterOf(cluster, kind === 'httproute' ? kind : 'split');
  const refs = [100, 0].map((weight) => ({ name: 'web-v1', port: 80, weight }));
  const route =
    kind === 'httproute'
      ? httpRoute(SECOND, [host], [{ backendRefs: refs }])
      : ingress(SECOND, [{ host, path: '/', service: 'web-v1' }]);
  if (kind === 'httproute') await allowOptional(world);
  await apply(cluster, world.namespace, [route]);
  await untilAnswers(seen, host, 'v1');
  return { kind, name: SECOND, host, proxy: seen.proxy };
}

/** Leaves out the references of a route that get no visitors. */
function withoutStandby(key: string, value: unknown): unknown {
  return key === 'backendRefs' ? (value as { weight?: number }[]).filter(({ weight }) => weight !== 0) : value;
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
  if (kind !== 'Ingress' && kind !== 'HTTPRoute') return {};
  const { live, previous, left, phase: switchNote } = JSON.parse(metadata.annotations?.['greenpath.dev/web'] ?? '{}');
  const rules = JSON.stringify(spec?.rules).replaceAll(/"\/?[0-9a-f]{32}"/g, '"secret"');
  const preview = Object.entries(metadata.annotations ?? {}).filter(([key]) => /canary|\/preview$/.test(key));
  return { rules, live, previous, left, switchNote, preview: preview.toSorted() };
}
