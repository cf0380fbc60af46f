import { describe, expect, inject, test } from 'vitest';
import { askedAt, endNeighbours, type Host, loadOn, makeNeighbours, whoAnswers } from './neighbour.ts';
import { CONFIG, untilAnswers } from './world.ts';

/** Two applications on hosts that overlap: whatever is accepted leaves the other one's visitors alone, in every phase. */

const cluster = inject('cluster');

const LIFE = [
  ['deploy-green', 'v2', {}],
  ['verify', 'v2', {}],
  ['promote', 'v2', {}],
  ['rollback', 'v2', {}],
  ['deploy-green', 'v3', {}],
  ['reject', 'v3', {}],
] as const;

describe.for<[string, Host, Host]>([
  ['exact', 'web.exact.test', '*.exact.test'],
  ['named', 'web.named.test', undefined],
  ['any', undefined, 'shop.any.test'],
])('%s: the app has %s, the other one %s', ([name, mine, theirs]) => {
  test('every phase, and nobody of the other one notices', async () => {
    const world = await makeNeighbours(cluster, name, mine, theirs);
    const load = loadOn(cluster, askedAt(theirs, name));
    try {
      for (const [mode, revision] of LIFE) {
        const { exitCode, stdout } = await world.run(mode, revision);
        expect(exitCode, stdout).toBe(0);
        if (mode === 'deploy-green') expect(await whoAnswers(cluster, askedAt(mine, name), '/green/x')).toBe(revision);
      }
      const answers = await load.stop();
      expect(answers.length).toBeGreaterThan(100);
      expect(answers.filter(({ who }) => who !== 'theirs')).toEqual([]);
    } finally {
      await load.stop();
      await endNeighbours(world);
    }
  });
});

test('no host beside a name so short that the preview would come first: refused', async () => {
  const world = await makeNeighbours(cluster, 'short', undefined, 'q.z');
  try {
    const { exitCode, stdout, outputs } = await world.run('deploy-green', 'v2', {
      config: `${CONFIG}preview: {path: /green}\n`,
    });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('might take precedence over q.z/ of Ingress theirs');
    expect(outputs.changed).toBe('false');
    await untilAnswers(cluster, 'q.z', 'theirs', '/green/x');
  } finally {
    await endNeighbours(world);
  }
});
