import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Replicas } from '../../harness/replicas.ts';
import { passes } from './ingress-life.ts';
import { ask, CONFIG, makeWorld, RETIRE, untilAnswers, type World } from './world.ts';

/** Promise 6: three replicas of a proxy with an address each, of which one hears of every change 5 s after the others. */

const cluster = inject('cluster');
const LAG = 5_000;
/** Apps that are released beside each other, and how often each. */
const [APPS, TIMES] = [5, 4];
let replicas: Replicas;
const worlds: World[] = [];

beforeAll(async () => {
  replicas = await Replicas.open(cluster, 3);
  for (let app = 1; app <= APPS; app += 1) {
    const world = await makeWorld(cluster, `lagging-${app}`, 'split', 1);
    worlds.push(world);
    for (const proxy of replicas.proxies) await untilAnswers({ ...cluster, proxy }, world.host, 'v1');
  }
  replicas.lag(2, LAG);
});
afterAll(async () => {
  replicas?.close();
  for (const world of worlds) await world.end();
});

const addresses = () => ({ addresses: replicas.proxies.join('\n') });
const liveAt = async (index: number, { host }: World) =>
  (await ask({ ...cluster, proxy: replicas.proxies[index] ?? '' }, host, '/')).headers['x-revision'];

/** When each of two replicas first answered as a revision, looked at all the time. */
async function firstAnswers(world: World, revision: string, pair: readonly [number, number]): Promise<number[]> {
  return Promise.all(
    pair.map(async (index) => {
      while ((await liveAt(index, world)) !== revision) await delay(50);
      return performance.now();
    }),
  );
}

/** Releases a revision; when the first and the last replica answered as it, and when that was said to be proven. */
async function releaseAt(world: World, revision: string) {
  await passes(world, 'deploy-green', revision, addresses());
  await passes(world, 'verify', revision, addresses());
  let seen: Promise<number[]> | undefined;
  let proven = Number.POSITIVE_INFINITY;
  const line = (text: string) => {
    if (text.includes('Switched: ')) seen ??= firstAnswers(world, revision, [0, 2]);
    if (text.includes('Proven at the live URLs')) proven = performance.now();
  };
  const { exitCode, stdout } = await world.run('promote', revision, addresses(), { line });
  expect(exitCode, stdout).toBe(0);
  const [first = 0, last = 0] = (await seen) ?? [];
  return { lagged: last - first, after: proven - last };
}

test('promote proves nothing before the last one has switched, 20 of 20', async () => {
  const all = await Promise.all(
    worlds.map(async (world) => {
      const own: Awaited<ReturnType<typeof releaseAt>>[] = [];
      for (let time = 0; time < TIMES; time += 1) {
        own.push(await releaseAt(world, `v${time + 2}`));
        await passes(world, 'retire', '', RETIRE);
      }
      return own;
    }),
  );
  console.log(
    `lag and time until proven: ${all
      .flat()
      .map(({ lagged, after }) => `${Math.round(lagged)}+${Math.round(after)}`)
      .join(' ')}`,
  );
  expect(all.flat()).toHaveLength(APPS * TIMES);
  for (const { lagged, after } of all.flat()) {
    // The others had switched long before, so that they alone would have proven it.
    expect(lagged).toBeGreaterThan(2_500);
    expect(after).toBeGreaterThan(0);
  }
}, 1_200_000);

test('where one stays on blue for ever, promote ends at its deadline and moves visitors back', async () => {
  const [world] = worlds;
  if (world === undefined) throw new Error('there is no app');
  await passes(world, 'deploy-green', 'v9', addresses());
  await passes(world, 'verify', 'v9', addresses());
  replicas.lag(2, 600_000);
  const config = CONFIG.replace('settle: 2500ms', 'settle: 2500ms, within: 12s');
  const { exitCode, stdout, outputs } = await world.run('promote', 'v9', { ...addresses(), config });
  replicas.lag(2, 0);
  expect(exitCode, stdout).toBe(1);
  expect(stdout).toContain('[proxy-lags]');
  expect(stdout).toContain(`through ${replicas.proxies[2]}`);
  expect(outputs).toMatchObject({ state: 'restored' });
  const blue = `v${TIMES + 1}`;
  for (const index of [0, 1, 2]) await expect.poll(() => liveAt(index, world), { timeout: 20_000 }).toBe(blue);
}, 240_000);
