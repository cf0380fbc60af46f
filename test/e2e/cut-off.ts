import type { ChildProcess } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Outcome } from '../../harness/action.ts';
import { type Passing, Wire } from '../../harness/wire.ts';
import { attempt } from './crash.ts';
import { deployment, service } from './parts.ts';
import { makeWorld, type World } from './world.ts';

interface Item {
  readonly metadata: { readonly name: string; readonly labels: Record<string, string> };
  readonly spec: { readonly selector: Record<string, string> };
  readonly status: { readonly phase: string };
  readonly endpoints?: readonly { readonly targetRef: { readonly name: string } }[] | null;
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
  #job = 0;

  private constructor(world: World, wire: Wire) {
    this.world = world;
    this.#wire = wire;
  }

  static async open(cluster: Cluster, name: string): Promise<CutOff> {
    const world = await makeWorld(cluster, name, 'split', 1);
    const items = [
      deployment(cluster, { name: 'web', env: { DRAIN: '0.5' } }),
      service('web'),
      deployment(cluster, { name: 'mailer', env: { DRAIN: '0.5' } }),
    ];
    writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
    return new CutOff(world, await Wire.open(cluster));
  }

  async close(): Promise<void> {
    this.#wire.close();
    await this.world.end();
  }

  /** Kills a run after the first write that `cut` names; what it wrote stays written. */
  async kill(mode: string, revision: string, cut: Cut, more: Record<string, string> = {}): Promise<void> {
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
    const inputs = { ...more, kubeconfig: this.#wire.through(this.world.kubeconfig) };
    const { stdout } = await this.world.run(mode, revision, inputs, { env: attempt(this.#job, 1), started });
    expect(isCut, stdout).toBe(true);
  }

  /** Runs a mode as a later attempt of the job that was killed last. */
  run(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    return this.world.run(mode, revision, more, { env: attempt(this.#job, 2) });
  }

  async passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    const outcome = await this.run(mode, revision, more);
    expect(outcome.exitCode, `${mode} ${revision}: ${outcome.stdout}`).toBe(0);
    return outcome;
  }

  async refused(code: string, mode: string, revision = '', more: Record<string, string> = {}): Promise<Outcome> {
    const outcome = await this.run(mode, revision, more);
    expect(outcome.exitCode, `${mode} ${revision}: ${outcome.stdout}`).toBe(1);
    expect(outcome.stdout).toContain(`(${code};`);
    return outcome;
  }

  /** What `status` says stands in the way, and what it says is to be done next. */
  async status(): Promise<{ problem?: { code: string; what: string; next: string }; next: string }> {
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
