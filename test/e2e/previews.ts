import { expect } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import type { Load } from '../../harness/load.ts';
import type { PreviewKind } from '../../src/core/base/preview-kind.ts';
import { actsIn } from './acts.ts';
import { ask, RETIRE, type World } from './world.ts';

/** A world whose releases have a preview of one kind. */
export interface PreviewWorld {
  readonly cluster: Cluster;
  readonly world: World;
  readonly kind: Exclude<PreviewKind, { by: 'path' }>;
  /** The config of its releases. */
  readonly config: string;
}

/** Which revision answers at the live URL. */
async function liveRevision({ cluster, world }: PreviewWorld, path = '/'): Promise<unknown> {
  return (await ask(cluster, world.host, path)).headers['x-revision'];
}

/** Which revision answers at the preview. */
async function previewRevision({ cluster, world, kind }: PreviewWorld, path = '/'): Promise<unknown> {
  const answer =
    kind.by === 'host'
      ? await ask(cluster, kind.host.replace('{host}', world.host), path)
      : await ask(cluster, world.host, path, { [kind.name]: kind.value });
  return answer.headers['x-revision'];
}

/** `deploy-green` saw the preview answer; of ingress-nginx, not every worker may know it yet. */
async function untilPreviewed(place: PreviewWorld, revision: string, path = '/'): Promise<void> {
  await expect.poll(() => previewRevision(place, path), { timeout: 15_000 }).toBe(revision);
}

/** A candidate that goes live and gives way again, and one that is rejected, while visitors of `load` ask all the time. */
export async function liveThrough(place: PreviewWorld, load: Load): Promise<void> {
  const { kind, world, config } = place;
  const { passes } = actsIn(() => world);
  const deployed = await passes('deploy-green', 'v2', { config });
  const url = `http://${kind.by === 'host' ? kind.host.replace('{host}', world.host) : world.host}/`;
  const header = kind.by === 'header' ? `${kind.name}: ${kind.value}` : '';
  expect(deployed.outputs).toMatchObject({
    state: 'candidate',
    'preview-url': header === '' ? url : '',
    'preview-header': header,
  });
  await untilPreviewed(place, 'v2', '/some/page');
  expect(await liveRevision(place, '/some/page')).toBe('v1');
  const elsewhere = config.replace(/^preview:.*$/m, 'preview: {path: /green}');
  const refused = await world.run('verify', 'v2', { config: elsewhere });
  expect([refused.exitCode, refused.stdout]).toEqual([1, expect.stringContaining('[no-candidate]')]);
  expect(refused.stdout).toContain('and the config says below /green: requests might reach the live version instead');
  const verified = await passes('verify', 'v2');
  expect(verified.outputs).toMatchObject({ state: 'verified', proof: 'identity' });
  expect(load.answers.filter(({ who }) => who === 'v2')).toEqual([]);
  expect((await passes('promote', 'v2')).outputs).toMatchObject({ state: 'live', proof: 'identity' });
  expect(await liveRevision(place)).toBe('v2');
  expect((await passes('rollback')).outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
  await passes('deploy-green', 'v3', { config });
  await untilPreviewed(place, 'v3');
  expect(await liveRevision(place)).toBe('v1');
  expect((await passes('status')).stdout).toContain('verify of v3');
  await passes('reject', 'v3');
  expect(await previewRevision(place)).not.toBe('v3');
  await passes('retire', '', { config: `${RETIRE.config}router: nginx\n` });
  expect(await world.kubectl('get', 'deployment', '-o', 'name')).toBe('deployment.apps/web-v1\n');
}
