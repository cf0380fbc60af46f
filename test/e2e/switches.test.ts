import { setTimeout as delay } from 'node:timers/promises';
import { expect, inject, test } from 'vitest';
import { describeAnswer, type Edge, strangers } from '../../harness/edges.ts';
import { countBy, isLost, Load } from '../../harness/load.ts';
import { ask, clusterOf, type Form, makeWorld } from './world.ts';

/** As many as fit into `npm test`; the matrix has more. */
const SWITCHES = process.env.GREENPATH_TEST === 'all' ? 20 : 6;
const FORMS: readonly Form[] =
  process.env.GREENPATH_TEST === 'all' ? ['classic', 'split', 'httproute'] : ['classic', 'split'];

/** Promises 1, 3 and 4: releases to and fro at random phases lose nothing, and each client sees one clean edge. */
test.concurrent.for(FORMS)(
  `${SWITCHES} switches to and fro in the %s form, under load: nothing lost`,
  { timeout: 400_000 },
  async (form) => {
    const cluster = await clusterOf(inject('cluster'), form);
    const world = await makeWorld(cluster, `switch-${form}`, form);
    const load = new Load(
      { proxy: cluster.proxy, host: world.host, identify: (headers) => String(headers['x-revision'] ?? 'nobody') },
      390,
    );
    for (const [client, rate] of [
      ['fresh', 40],
      ['kept-alive', 60],
      ['slow-sending', 4],
    ] as const)
      load.add({ client, path: '/visit', rate });
    const edges: Edge[] = [];
    try {
      for (let count = 0; count < SWITCHES; count += 1) {
        const [before, after] = [count === 0 ? 'v1' : side(count - 1), side(count)];
        if (count < 2) await must(world.run('deploy-green', after));
        else await Promise.all([must(world.run('deploy-green', after)), delay(Math.random() * 2_000)]);
        await must(world.run('verify', after));
        expect((await ask(cluster, world.host, '/')).headers['x-revision']).toBe(before);
        const started = performance.now();
        const { outputs } = await must(world.run('promote', after));
        edges.push({ before, after, started, proven: performance.now() });
        expect(outputs).toMatchObject({
          state: 'live',
          proof: 'identity',
          'previous-revision': before,
          changed: 'true',
        });
      }
      const answers = await load.stop();
      expect(answers.filter(isLost).map(describeAnswer)).toEqual([]);
      expect(strangers(answers, edges).map(describeAnswer)).toEqual([]);
      const clients = countBy(answers, ({ client }) => client);
      console.log(
        `${form}: ${SWITCHES} switches, answers ${JSON.stringify(clients)}, who ${JSON.stringify(countBy(answers, ({ who }) => who))}, 0 lost`,
      );
    } finally {
      await load.stop();
      await world.end();
    }
  },
);

/** Two stacks of Greenpath's own in turns; blue `v1`, put there by kubectl, is only left. */
function side(count: number): string {
  return count % 2 === 0 ? 'v2' : 'v3';
}

async function must<T extends { exitCode: number; stdout: string }>(running: Promise<T>): Promise<T> {
  const result = await running;
  expect(result.exitCode, result.stdout).toBe(0);
  return result;
}
