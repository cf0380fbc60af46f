import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { countBy, isLost, type Load } from '../../harness/load.ts';
import { ROUTER_HEADER } from '../../src/core/base/config.ts';
import { actsIn } from './acts.ts';
import { tellOneStory } from './story.ts';
import { visitorsOf } from './visitors.ts';
import { ask, clusterOf, makeWorld, type World } from './world.ts';

/** `identity: router` behind Traefik as an implementation of Gateway API, under load: the switch marks what it moves. */

const CONFIG =
  'identity: router\nchecks: [GET /]\nverify: {passes: 1, interval: 50ms, within: 3s}\nproof: {settle: 2500ms}\n';
let cluster: Cluster;
let world: World;
let load: Load;

beforeAll(async () => {
  cluster = await clusterOf(inject('cluster'), 'httproute');
  world = await makeWorld(cluster, 'router-identity', 'httproute', 1);
  load = visitorsOf(cluster, world.host, 100);
});
afterAll(async () => {
  await load.stop();
  await world.end();
});

const { passes } = actsIn(() => world, { config: CONFIG });
const named = async (path = '/') => {
  const { headers } = await ask(cluster, world.host, path);
  return [headers[ROUTER_HEADER.toLowerCase()], headers['x-revision']];
};

describe('behind an HTTPRoute', () => {
  tellOneStory();

  test('the preview names the candidate, and the live route nothing yet', async () => {
    await passes('deploy-green', 'v2');
    expect([await named('/green/'), await named()]).toEqual([
      ['v2', 'v2'],
      [undefined, 'v1'],
    ]);
    expect((await passes('verify', 'v2')).outputs).toMatchObject({ state: 'verified', proof: 'identity' });
  });

  test('promote moves and marks in one patch, and says how sure it is', async () => {
    const { outputs, stdout, summary } = await passes('promote', 'v2');
    expect(outputs).toMatchObject({ state: 'live', proof: 'identity' });
    expect(stdout).toContain('from web-v1 to web-v2 in one patch');
    for (const text of [stdout, summary, JSON.parse(outputs.json ?? '{}').certainty])
      expect(text).toContain('in each answer the router names the revision that its rule leads to');
    expect(summary).toContain('Which version answered is likely');
    expect(await named()).toEqual(['v2', 'v2']);
  });

  test('rollback moves both back', async () => {
    const { outputs } = await passes('rollback');
    expect(outputs).toMatchObject({ state: 'rolled-back', revision: 'v1', proof: 'identity' });
    const [mark, revision] = await named();
    expect(revision).toBe('v1');
    expect([undefined, 'v1']).toContain(mark);
  });

  test('nothing was lost', async () => {
    const answers = await load.stop();
    expect(answers.filter(isLost)).toEqual([]);
    console.log(`identity: router: ${JSON.stringify(countBy(answers, ({ client }) => client))} answers, 0 lost`);
  });
});

test('behind an Ingress it is refused before anything is written', async () => {
  const plain = await makeWorld(inject('cluster'), 'router-identity-2', 'split', 1);
  try {
    const { exitCode, stdout, outputs } = await plain.run('deploy-green', 'v2', { config: CONFIG });
    expect(exitCode, stdout).toBe(1);
    expect(stdout).toContain('identity: router is not possible for Ingress web: ');
    expect(outputs).toMatchObject({ changed: 'false' });
  } finally {
    await plain.end();
  }
});
