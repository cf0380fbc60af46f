import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { actsIn } from './acts.ts';
import { whoAnswers } from './neighbour.ts';
import { deployment, service } from './parts.ts';
import { tellOneStory } from './story.ts';
import { apply, CONFIG, clusterOf, httpRoute, httpRule, makeWorld, untilAnswers, type World } from './world.ts';

/**
 * The live HTTPRoute has a wildcard host, and another application has a name below it, on the same Gateway of Traefik,
 * which prefers the longer path to the more specific host. One story.
 */

const THEIRS = 'shop.wide.test';
let cluster: Cluster;
let world: World;
tellOneStory();

beforeAll(async () => {
  cluster = await clusterOf(inject('cluster'), 'httproute');
  world = await makeWorld(cluster, 'wide', 'httproute', 1);
  await apply(cluster, world.namespace, [
    deployment(cluster, { name: 'theirs', revision: 'theirs' }),
    service('theirs'),
    httpRoute('web', ['*.wide.test']),
    httpRoute('theirs', [THEIRS], [httpRule('theirs')]),
  ]);
  await untilAnswers(cluster, 'any.wide.test', 'v1');
  await untilAnswers(cluster, THEIRS, 'theirs');
});
afterAll(() => world.end());

const { passes, refused } = actsIn(() => world);
const withPreview = (preview: string) => ({ config: `${CONFIG}preview: ${preview}\n` });
const below = () => whoAnswers(cluster, THEIRS, '/green/x');

test('a preview that would take the visitors of the other application is refused', async () => {
  const { stdout } = await refused('preview-side-effect', 'deploy-green', 'v2', withPreview('{path: /green}'));
  expect(stdout).toContain(`${THEIRS}/ of HTTPRoute theirs`);
  expect(await below()).toBe('theirs');
});

test('accepted by the config, this router does what the refusal says, and reject ends it', async () => {
  await passes('deploy-green', 'v2', withPreview('{path: /green, overlap: accept}'));
  expect(await below()).toBe('v2');
  await passes('reject', 'v2');
  await expect.poll(below, { timeout: 30_000 }).toBe('theirs');
});

test('with no kind in the config, the preview is by a header, and takes no other visitors', async () => {
  const { outputs } = await passes('deploy-green', 'v3');
  expect(outputs['preview-header']).not.toBe('');
  expect(await below()).toBe('theirs');
  await passes('verify', 'v3');
  await passes('promote', 'v3');
  await untilAnswers(cluster, 'any.wide.test', 'v3');
  expect(await whoAnswers(cluster, THEIRS, '/')).toBe('theirs');
});
