import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { claim, type Disks, makeDisks } from './disk.ts';
import { makeWorld, type World } from './world.ts';

/** What has state is not started twice, the way out that is printed works, and `retire` leaves what mounts a claim. */

const cluster = inject('cluster');

export interface Thing {
  kind: string;
  metadata: { name: string; annotations?: Record<string, string> };
  spec: {
    accessModes?: string[];
    template?: { spec: { volumes?: object[]; containers: { volumeMounts?: object[] }[] } };
  };
}

/** A namespace, and a claim `data` in it that is bound to a folder of this machine. */
export class Stateful {
  readonly world: World;
  readonly #disks: Disks;

  private constructor(world: World, disks: Disks) {
    this.world = world;
    this.#disks = disks;
  }

  static async open(name: string, mode: string): Promise<Stateful> {
    const world = await makeWorld(cluster, name, 'split', 1);
    return new Stateful(world, await makeDisks(cluster, world.namespace, mode));
  }

  claim(mode: string): Thing {
    return claim(this.world.namespace, 'data', mode);
  }

  manifests(items: readonly object[]): void {
    writeFileSync(join(this.world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  async passes(mode: string, revision = '', more: Record<string, string> = {}): Promise<string> {
    const { exitCode, stdout } = await this.world.run(mode, revision, more);
    expect(exitCode, stdout).toBe(0);
    return stdout;
  }

  async release(revision: string): Promise<void> {
    for (const mode of ['deploy-green', 'verify', 'promote']) await this.passes(mode, revision);
  }

  /** The running pods that mount the claim. */
  async holders(): Promise<string[]> {
    const { items } = JSON.parse(await this.world.kubectl('get', 'pods', '-o', 'json'));
    const mounting = items.filter(
      (pod: { metadata: { deletionTimestamp?: string }; spec: { volumes?: object[] } }) =>
        pod.metadata.deletionTimestamp === undefined && JSON.stringify(pod.spec.volumes ?? []).includes('"data"}'),
    );
    return mounting.map((pod: { metadata: { labels: { app: string; revision?: string } } }) =>
      [pod.metadata.labels.app, pod.metadata.labels.revision].filter(Boolean).join(' '),
    );
  }

  async close(): Promise<void> {
    await this.world.end();
    await this.#disks.end();
  }
}
