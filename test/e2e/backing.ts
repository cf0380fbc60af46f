import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { inject } from 'vitest';
import { type Acts, actsIn } from './acts.ts';
import { deployment, service } from './parts.ts';
import { psql } from './psql.ts';
import { ask, makeWorld, type World } from './world.ts';

/** An application with a PostgreSQL in its manifests, whose rows show whether it is still the same. */

const cluster = inject('cluster');
export const METADATA = { name: 'database' };
const LABELS = { app: 'database' };

/** A PostgreSQL without a claim that says nothing of being one of its kind but its image, and what it reads. */
export function database(kind: 'Deployment' | 'StatefulSet', annotations = {}): object[] {
  const password = { name: 'POSTGRES_PASSWORD', valueFrom: { secretKeyRef: { name: 'database', key: 'password' } } };
  const named = ['POSTGRES_USER', 'POSTGRES_DB'].map((name) => ({ name, value: 'shop' }));
  const container = {
    name: 'postgres',
    image: cluster.images.postgres,
    env: [...named, password],
    readinessProbe: { tcpSocket: { port: 5432 }, periodSeconds: 1 },
    volumeMounts: [{ name: 'data', mountPath: '/data' }],
  };
  const pods = {
    automountServiceAccountToken: false,
    containers: [container],
    volumes: [{ name: 'data', emptyDir: {} }],
  };
  const template = { metadata: { labels: LABELS }, spec: pods };
  const more = kind === 'StatefulSet' ? { serviceName: 'database' } : {};
  return [
    {
      apiVersion: 'apps/v1',
      kind,
      metadata: { ...METADATA, annotations },
      spec: { selector: { matchLabels: LABELS }, template, ...more },
    },
    { apiVersion: 'v1', kind: 'Service', metadata: METADATA, spec: { selector: LABELS, ports: [{ port: 5432 }] } },
    { apiVersion: 'v1', kind: 'Secret', metadata: METADATA, stringData: { password: 'not-a-real-one' } },
  ];
}

/** The application reads the password too. */
export function web(): object[] {
  const text = JSON.stringify(deployment(cluster, { name: 'web' }));
  const from = '"name":"app","envFrom":[{"secretRef":{"name":"database"}}]';
  return [JSON.parse(text.replace('"name":"app"', from)), service('web')];
}

/** A world, and what one does and sees there. */
export class Story {
  readonly world: World;
  readonly passes: Acts['passes'];
  readonly released: Acts['released'];

  private constructor(world: World) {
    this.world = world;
    ({ passes: this.passes, released: this.released } = actsIn(() => world));
  }

  static async open(name: string): Promise<Story> {
    return new Story(await makeWorld(cluster, name, 'split', 1));
  }

  manifests(...items: readonly object[]): void {
    writeFileSync(join(this.world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  }

  write(): Promise<string> {
    return psql(cluster, this.world, 'database', "create table kept (word text); insert into kept values ('row')");
  }

  row(): Promise<string> {
    return psql(cluster, this.world, 'database', 'select word from kept');
  }

  /** The identity and the version of the content of each object of the database. */
  async versions(...kinds: string[]): Promise<string[]> {
    // The version of a workload counts its status too.
    const part = (kind: string) => (kind === 'deployment' || kind === 'statefulset' ? 'generation' : 'resourceVersion');
    return Promise.all(
      kinds.map((kind) => {
        const shown = `jsonpath={.metadata.uid} {.metadata.${part(kind)}}`;
        return this.world.kubectl('get', kind, 'database', '-o', shown);
      }),
    );
  }

  async live(): Promise<unknown> {
    return (await ask(cluster, this.world.host, '/')).headers['x-revision'];
  }
}
