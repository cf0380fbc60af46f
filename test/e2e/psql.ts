import { expect, vi } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { apply, type World } from './world.ts';

/** What psql prints for a statement, run by a pod beside the database of the shop, whose Service is called `host`. */
export async function psql(
  cluster: Cluster,
  world: World,
  host: string,
  statement: string,
  password = 'not-a-real-one',
): Promise<string> {
  const env = { PGHOST: host, PGUSER: 'shop', PGDATABASE: 'shop', PGPASSWORD: password };
  const command = ['psql', '--no-psqlrc', '--tuples-only', '--no-align', '--command', statement];
  await startPod(cluster, world, { name: 'query', image: cluster.images.postgres, env, command });
  await vi.waitFor(
    async () => expect(await world.kubectl('get', 'pod', 'query', '-o', 'jsonpath={.status.phase}')).toBe('Succeeded'),
    { timeout: 30_000 },
  );
  const printed = await world.kubectl('logs', 'query');
  await world.kubectl('delete', 'pod', 'query');
  return printed.trim();
}

/** Starts a pod that runs once. */
export async function startPod(
  cluster: Cluster,
  world: World,
  pod: { name: string; image: string; env: Record<string, string>; command?: readonly string[] },
): Promise<void> {
  const { name, image, command } = pod;
  const env = Object.entries(pod.env).map(([key, value]) => ({ name: key, value }));
  // By TCP: one lost packet of a look-up would be taken for many lost requests, and is nobody's fault here.
  const dnsConfig = { options: [{ name: 'use-vc' }] };
  const containers = [{ name, image, command, env }];
  const spec = { restartPolicy: 'Never', automountServiceAccountToken: false, dnsConfig, containers };
  await apply(cluster, world.namespace, [{ apiVersion: 'v1', kind: 'Pod', metadata: { name }, spec }]);
}
