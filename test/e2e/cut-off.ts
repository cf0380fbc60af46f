import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Outcome, RunOptions } from '../../harness/action.ts';
import { type Decision, type Passing, Wire } from '../../harness/wire.ts';
import { attempt } from './crash.ts';
import { deployment, ingress, service } from './parts.ts';
import { apply, makeWorld, untilAnswers, type World } from './world.ts';

interface Item {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: { readonly selector: Record<string, string> };
  readonly status: { readonly phase: string };
  readonly endpoints?: readonly { readonly targetRef: { readonly name: string } }[] | null;
}

/** What `status` says, as far as it matters here. */
export interface Seen {
  readonly live: { readonly revision: string };
  readonly problem?: { readonly code: string; readonly what: string; readonly next: string };
  readonly next: string;
}

/** Which write a run is cut off after. */
export type Cut = (passing: Passing) => boolean;
/** The patches of a live route: the first one of a run switches, the last one notes that all is done. */
export function patchOf(route: string, wanted = 1): Cut {
  let count = 0;
  return ({ method, url }) => {
    if (method !== 'PATCH' || !url.includes(`/ingresses/${route}?`)) return false;
    count += 1;
    return count === wanted;
  };
}

/** An application with a worker and a plain Service, whose runs can be killed right after a chosen write. */
export class CutOff {
  readonly world: World;
  readonly #wire: Wire;
  readonly #inputs: Record<string, string>;
  #job = 0;

  private constructor(world: World, wire: Wire, inputs: Record<string, string>) {
    this.world = world;
    this.#wire = wire;
    this.#inputs = inputs;
  }

  /** Visitors come over the live route `web`, or over `api` too, which has a host of its own. */
  static async open(cluster: Cluster, name: string, routes: 1 | 2 = 1): Promise<CutOff> {
    const world = await makeWorld(cluster, name, 'split', 1);
    if (routes === 2) {
      const host = `api.${world.host}`;
      await apply(cluster, world.namespace, [ingress('api', [{ host, path: '/', service: 'web-v1' }])]);
      await untilAnswers(cluster, host, 'v1');
    }
    const items = [
      deployment(cluster, { name: 'web', env: { DRAIN: '0.5' } }),
      service('web'),
      deployment(cluster, { name: 'mailer', env: { DRAIN: '0.5' } }),
    ];
    writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return new CutOff(world, await Wire.open(cluster), routes === 2 ? { route: 'ingress/web,ingress/api' } : {});
  }

  async close(): Promise<void> {
    this.#wire.close();
    await this.world.end();
  }

  /** Kills a run after the first write that `cut` names; what it wrote stays written. */
  async kill(mode: string, revision: string, cut: Cut, when?: RunOptions['when']): Promise<void> {
    this.#job += 1;
    let child: ChildProcess | undefined;
    let isCut = false;
    this.#wire.reset((passing) => {
      if (!isCut && (passing.count === 0 || passing.phase === 'before' || !cut(passing))) return 'pass';
      isCut = true;
      child?.kill('SIGKILL');
      return 'drop';
    });
    const started = (one: ChildProcess) => {
      child = one;
    };
    const options = { env: attempt(this.#job, 1), started, ...(when && { when }) };
    const { stdout } = await this.world.run(mode, revision, this.#wired(), options);
    expect(isCut, stdout).toBe(true);
  }

  /** Runs a mode, and does something else right before the first write that `at` names reaches the API server. */
  async interrupted(mode: string, revision: string, at: Cut, act: () => Promise<unknown>): Promise<Outcome> {
    let isDone = false;
    this.#wire.reset(async (passing): Promise<Decision> => {
      if (isDone || passing.count === 0 || passing.phase === 'after' || !at(passing)) return 'pass';
      isDone = true;
      await act();
      return 'pass';
    });
    const outcome = await this.world.run(mode, revision, this.#wired());
    expect(isDone, outcome.stdout).toBe(true);
    return outcome;
  }

  #wired(): Record<string, string> {
    return { ...this.#inputs, kubeconfig: this.#wire.through(this.world.kubeconfig) };
  }

  /** Runs a mode as a later attempt of the job that was killed last. */
  run(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    return this.world.run(mode, revision, { ...this.#inputs, ...more }, { env: attempt(this.#job, 2) });
  }

  async passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    const outcome = await this.run(mode, revision, more);
    expect(outcome.exitCode, `${mode} ${revision}: ${outcome.stdout}`).toBe(0);
    return outcome;
  }

  async refused(code: string, mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    const outcome = await this.run(mode, revision, more);
    expect(outcome.exitCode, `${mode} ${revision}: ${outcome.stdout}`).toBe(1);
    expect(outcome.stdout).toContain(`[${code}]`);
    return outcome;
  }

  /** What `status` says stands in the way, and what it says is to be done next. */
  async status(): Promise<Seen> {
    return JSON.parse((await this.passes('status')).outputs.json ?? '').status;
  }

  /** The revisions of the workers that have a pod, and those that callers of the plain Service reach. */
  async inside(): Promise<{ workers: string[]; plain: string[] }> {
    const pods = (await this.#list('pod')).filter(({ status }) => !['Failed', 'Succeeded'].includes(status.phase));
    const revisions = (some: readonly Item[]) => [...new Set(some.map((pod) => pod.metadata.labels.revision ?? ''))];
    const slices = await this.#list('endpointslice', '-l', 'kubernetes.io/service-name=web');
    const reached = slices.flatMap((slice) => slice.endpoints ?? []).map((endpoint) => endpoint.targetRef.name);
    return {
      workers: revisions(pods.filter((pod) => pod.metadata.labels.app === 'mailer')),
      plain: revisions(pods.filter((pod) => reached.includes(pod.metadata.name))),
    };
  }

  async #list(...args: string[]): Promise<Item[]> {
    return (JSON.parse(await this.world.kubectl('get', ...args, '-o', 'json')) as { items: Item[] }).items;
  }
}
