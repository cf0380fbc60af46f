import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, inject } from 'vitest';
import { apply, makeWorld, type World } from './world.ts';

const cluster = inject('cluster');
/** How long a test may take that waits for Kubernetes. */
export const LONG = 240_000;
let current: World | undefined;
/** The world of the tests that run now. */
export function world(): World {
  if (current === undefined) throw new Error('no world was made');
  return current;
}
/** Makes a world for the tests of a file, and ends it. */
export function begin(name: string): void {
  beforeAll(async () => {
    current = await makeWorld(cluster, name, 'split', 1);
  });
  afterAll(() => world().end());
}
afterEach(async () => {
  await world().kubectl('delete', 'configmap', 'outage', '--ignore-not-found');
});

/** The Deployment of the manifests, changed. */
export function manifests(change: (spec: PodSpec) => void, more: object = {}): void {
  world().manifests({}, more);
  const file = join(world().folder, 'web.json');
  const list = JSON.parse(readFileSync(file, 'utf8'));
  change(list.items[1].spec.template.spec);
  writeFileSync(file, JSON.stringify(list));
}
/** As much of a pod's spec as is changed. */
export interface PodSpec {
  nodeSelector?: Record<string, string>;
  containers: { env: object[] }[];
}
/** Containers that crash at their start as long as there is an outage. */
export const needsDatabase = ({ containers }: PodSpec) =>
  containers[0]?.env.push({
    name: 'CRASH',
    valueFrom: { configMapKeyRef: { name: 'outage', key: 'why', optional: true } },
  });
/** Has containers that need the database crash from now on. */
export const outage = () =>
  apply(cluster, world().namespace, [
    { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'outage' }, data: { why: 'no database yet' } },
  ]);
/** Ends the outage. */
export const fix = async () => {
  await world().kubectl('delete', 'configmap', 'outage');
};
/** Removes a candidate. */
export const reject = async (revision: string) => {
  const { exitCode, stdout } = await world().run('reject', revision);
  expect(exitCode, stdout).toBe(0);
};
/** The pods of a revision. */
export const podsOf = async (revision: string): Promise<{ metadata: { name: string; uid: string } }[]> =>
  JSON.parse(await world().kubectl('get', 'pods', '-l', `app=web,revision=${revision}`, '-o', 'json')).items;
/** How often the newest pod of a revision was restarted. */
export const restarts = async (revision: string) =>
  Number(
    await world().kubectl(
      'get',
      'pods',
      '-l',
      `app=web,revision=${revision}`,
      // One that ends may still be there.
      '--sort-by=.metadata.creationTimestamp',
      '-o',
      'jsonpath={.items[-1:].status.containerStatuses[0].restartCount}',
    ),
  );
