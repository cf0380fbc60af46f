import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Cluster } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import { actsIn } from '../e2e/acts.ts';
import { ask, makeWorld, type World } from '../e2e/world.ts';
import { ChangingRoute } from './changes.ts';
import { isWanted } from './wanted.ts';

/**
 * Istio applies nothing until nothing has changed for 0.1 s, or for 10 s. Whoever waits less than that, and cannot see
 * which version answers, takes an answer by blue for one by green. Part of `npm run test:routers`.
 */

const CONFIG = 'checks: [GET /healthz]\nverify: {passes: 1, interval: 50ms, within: 10s}\n';

describe.runIf(isWanted('istio'))('while other routes change all the time', { timeout: 120_000 }, () => {
  let cluster: Cluster;
  let world: World;
  let changing: ChangingRoute;

  beforeAll(async () => {
    cluster = await openRouter(inject('cluster'), 'istio');
    world = await makeWorld(cluster, 'busy-istio', 'httproute', 1);
    changing = new ChangingRoute(cluster, world);
    await changing.start();
  });
  afterAll(async () => {
    await changing.end();
    await world.end();
  });
  const { passes } = actsIn(() => world, { config: CONFIG });
  const answers = async (path: string) => (await ask(cluster, world.host, path)).headers['x-revision'];

  test('deploy-green ends when the preview is green, although it cannot recognise green', async () => {
    await changing.untilApplied();
    await passes('deploy-green', 'v2');
    expect(await answers('/green/')).toBe('v2');
  });
});
