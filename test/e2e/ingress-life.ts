import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Outcome, RunOptions } from '../../harness/action.ts';
import { deployment, service } from './parts.ts';
import { ask, makeWorld, type World } from './world.ts';

/** Whole lives of an application whose live Ingress is in the manifests. */

/** An empty namespace, and manifests of `web` and `api` with this live Ingress. */
export async function firstRelease(cluster: Cluster, name: string, route: (host: string) => object): Promise<World> {
  const world = await makeWorld(cluster, name, 'split', 1);
  await world.kubectl('delete', 'ingress,service,deployment', '--all');
  await expect.poll(async () => (await ask(cluster, world.host, '/')).status, { timeout: 20_000 }).toBe(404);
  const parts = ['web', 'api'].flatMap((part) => [deployment(cluster, { name: part }), service(part)]);
  const items = [...parts, route(world.host)];
  writeFileSync(join(world.folder, 'web.json'), JSON.stringify({ apiVersion: 'v1', kind: 'List', items }));
  return world;
}
/** Runs a mode, which must succeed. */
export async function passes(
  world: World,
  mode: string,
  revision = '',
  more: Record<string, string> = {},
  options: RunOptions = {},
): Promise<Outcome> {
  const outcome = await world.run(mode, revision, more, options);
  expect(outcome.exitCode, `${mode} ${revision}\n${outcome.stdout}`).toBe(0);
  return outcome;
}
/** Releases a revision. */
export async function release(world: World, revision: string, more: Record<string, string> = {}): Promise<void> {
  await passes(world, 'deploy-green', revision, more);
  for (const mode of ['verify', 'promote']) await passes(world, mode, revision);
}
