import { expect, vi } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { apply, type World } from './world.ts';

/** What psql prints for a statement, run by a pod beside the database of the shop, whose Service is called `host`. */
export function psql(
  cluster: Cluster,
  world: World,
  host: string,
  statement: string,
  password = 'not-a-real-one',
): Promise<string> {
  const env = { PGHOST: host, PGUSER: 'shop', PGDATABASE: 'shop', PGPASSWORD: password };
  const command = ['psql', '--no-psqlrc', '--tuples-only', '--no-align', '--command', statement];
  return printed(cluster, world, { name: 'query', image: cluster.images.postgres, env, command });
}

/** What redis-cli prints for a command to the Redis whose Service is called `host`. */
export function redis(cluster: Cluster, world: World, host: string, ...words: string[]): Promise<string> {
  const command = ['redis-cli', '-h', host, ...words];
  return printed(cluster, world, { name: 'query', image: cluster.images.redis, env: {}, command });
}

/** What a pod prints that runs once. */
async function printed(cluster: Cluster, world: World, pod: Once): Promise<string> {
  await startPod(cluster, world, pod);
  await vi.waitFor(
    async () => expect(await world.kubectl('get', 'pod', pod.name, '-o', 'jsonpath={.status.phase}')).toBe('Succeeded'),
    { timeout: 30_000 },
  );
  const text = await world.kubectl('logs', pod.name);
  await world.kubectl('delete', 'pod', pod.name);
  return text.trim();
}

interface Once {
  readonly name: string;
  readonly image: string;
  readonly env: Record<string, string>;
  readonly command?: readonly string[];
}

/** Starts a pod that runs once. */
export async function startPod(cluster: Cluster, world: World, pod: Once): Promise<void> {
  const { name, image, command } = pod;
  const env = Object.entries(pod.env).map(([key, value]) => ({ name: key, value }));
  const containers = [{ name, image, command, env }];
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, containers };
  await apply(cluster, world.namespace, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }]);
}
