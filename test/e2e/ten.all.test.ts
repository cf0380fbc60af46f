import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { countBy, isLost, Load } from '../../harness/load.ts';
import { slowRequest, stream, websocket } from '../../harness/long.ts';
import { CONFIG, makeWorld, type World } from './world.ts';

/**
 * Promise 4: ten whole releases in a row and rollbacks between them, with pods that need 5 s to start, and over each
 * switch a request of 10 s, a stream and a websocket. Nothing is lost.
 */

const cluster = inject('cluster');
const RELEASES = 10;
const LONG = 10;
/** Above the longest client: what was left may only go when nobody is on it any more. */
const SETTINGS = { config: `${CONFIG}bake: {for: 2s, every: 100ms}\nkeep: 0\ndrain: 14s\n` };
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'ten', 'split', 2);
  world.manifests({ START_DELAY: '5' });
});
afterAll(() => world.end());

async function passes(mode: string, revision = '') {
  const outcome = await world.run(mode, revision, SETTINGS);
  expect(outcome.exitCode, outcome.stdout).toBe(0);
  return outcome;
}

test(`${RELEASES} releases under load, with long clients over each switch`, { timeout: 1_500_000 }, async () => {
  const identify = (headers: Record<string, unknown>) => String(headers['x-revision']);
  const load = new Load({ proxy: cluster.proxy, host: world.host, identify }, 1_400);
  load.add({ client: 'fresh', path: '/visit', rate: 40 });
  load.add({ client: 'kept-alive', path: '/visit', rate: 40 });
  load.add({ client: 'slow-sending', path: '/visit', rate: 3 });
  const long: Promise<string | undefined>[] = [];
  const stay = () => {
    for (const client of [slowRequest, stream, websocket]) long.push(client(cluster.proxy, world.host, LONG));
  };
  try {
    for (let count = 1; count <= RELEASES; count += 1) {
      const revision = `v${count + 1}`;
      await passes('deploy-green', revision);
      await passes('verify', revision);
      stay();
      await passes('promote', revision);
      if (count % 3 === 0) {
        stay();
        await passes('rollback', revision);
        await passes('deploy-green', revision);
        await passes('verify', revision);
        stay();
        await passes('promote', revision);
      }
      await passes('retire');
      const left = await world.kubectl('get', 'deployment', '-o', 'name');
      // Blue v1 was there before Greenpath, which only removes what it made.
      expect(left.trim().split('\n').toSorted()).toEqual(['deployment.apps/web-v1', `deployment.apps/web-${revision}`]);
    }
    expect((await Promise.all(long)).filter((complaint) => complaint !== undefined)).toEqual([]);
  } finally {
    await load.stop();
  }
  const { answers } = load;
  console.log(
    `${RELEASES} releases: ${long.length} long clients, answers ${JSON.stringify(countBy(answers, ({ client }) => client))}, ${answers.filter(isLost).length} lost`,
  );
  expect(answers.filter(isLost)).toEqual([]);
});
