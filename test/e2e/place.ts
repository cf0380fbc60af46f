import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Acts, actsIn } from './acts.ts';
import { type Disks, makeDisks } from './disk.ts';
import { deployment, ingress, REGEX, service } from './parts.ts';
import { makeWorld, type World } from './world.ts';

const cluster = inject('cluster');

/** A namespace without anything in it but volumes for claims, and the manifests of an application there. */
export class Place {
  readonly world: World;
  readonly acts: Acts;
  readonly #disks: Disks;

  private constructor(world: World, disks: Disks) {
    this.world = world;
    this.acts = actsIn(() => world);
    this.#disks = disks;
  }

  static async open(name: string, ...modes: string[]): Promise<Place> {
    const world = await makeWorld(cluster, name, 'split', 1);
    await world.kubectl('delete', 'ingress,service,deployment', '--all');
    return new Place(world, await makeDisks(cluster, world.namespace, ...modes));
  }

  manifests(...items: readonly object[]): void {
    writeFileSync(join(this.world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  /** The part that visitors reach. */
  web(...more: { path: string; service: string }[]): object[] {
    const { host } = this.world;
    const paths = [{ path: '/', service: 'web' }, ...more].map((one) => ({ host, ...one }));
    return [deployment(cluster, { name: 'web' }), service('web'), ingress('web', paths, REGEX)];
  }

  async close(): Promise<void> {
    await this.world.end();
    await this.#disks.end();
  }
}
