import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { isLost } from '../../harness/load.ts';
import { actsIn } from './acts.ts';
import { visitorsOf } from './visitors.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/** Contour's Envoy forgets a Service at once when no route names it: what promote does if somebody deleted parking. */

let cluster: Cluster;
let world: World;

beforeAll(async () => {
  cluster = await openRouter(inject('cluster'), 'contour');
  world = await makeWorld(cluster, 'contour-parking', 'httproute', 1);
});
afterAll(() => world.end());

const { passes } = actsIn(() => world, { config: CONFIG.replace('proof: {settle: 2500ms}\n', '') });

test('promote applies parking again, waits until the router knows it, and loses nothing', async () => {
  const load = visitorsOf(cluster, world.host, 200);
  try {
    for (const revision of ['v2', 'v3', 'v4', 'v5']) {
      for (const mode of ['deploy-green', 'verify']) await passes(mode, revision);
      await world.kubectl('delete', 'httproute', 'greenpath-web-parking');
      const { stdout } = await passes('promote', revision);
      expect(stdout).toContain('it was applied again, and it is not checked yet whether it is closed');
      expect(stdout).toMatch(/Waiting 1\.5 s until the router knows them/);
    }
  } finally {
    const answers = await load.stop();
    expect(answers.filter(isLost)).toEqual([]);
    console.log(`Contour, parking deleted before 4 promotions: ${answers.length} answers, 0 lost`);
  }
});
