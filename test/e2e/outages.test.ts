import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import type { Outcome } from '../../harness/action.ts';
import { type Decision, type Passing, Wire } from '../../harness/wire.ts';
import { attempt } from './crash.ts';
import { makeWorld, type World } from './world.ts';

/** What passes between the action and the API server fails for a moment: no step ends by it. */

const cluster = inject('cluster');
let world: World;
let wire: Wire;

beforeAll(async () => {
  world = await makeWorld(cluster, 'outages', 'split', 1);
  wire = await Wire.open(cluster);
});
afterAll(async () => {
  wire.close();
  await world.end();
});

const wired = (mode: string, revision = '', env: Record<string, string> = {}): Promise<Outcome> =>
  world.run(mode, revision, { kubeconfig: wire.through(world.kubeconfig) }, { env });
const lease = (path: string) => world.kubectl('get', 'lease', 'greenpath-web', '-o', `jsonpath={${path}}`);

/** The Lease that the next run finds. */
const LEASES: readonly (readonly [string, () => Promise<unknown>])[] = [
  ['there is none', () => world.kubectl('delete', 'lease', 'greenpath-web', '--ignore-not-found')],
  ['it is free', () => wired('retire')],
  [
    'an earlier attempt of the job holds it',
    async () => {
      await wired('retire', '', attempt(1, 1));
      const held = [{ op: 'replace', path: '/spec/holderIdentity', value: 'a run that is gone' }];
      await world.kubectl('patch', 'lease', 'greenpath-web', '--type=json', '-p', JSON.stringify(held));
    },
  ],
];
const FAULTS: readonly (readonly [string, Passing['phase'], Decision])[] = [
  ['503 instead of it', 'before', 503],
  ['503 instead of its answer', 'after', 503],
  ['429 instead of it', 'before', 429],
  ['a reset instead of it', 'before', 'drop'],
  ['a reset instead of its answer', 'after', 'drop'],
];

describe.each(LEASES)('the lock is taken where %s', (_, prepare) => {
  test.each(FAULTS)('though each kind of request for it gets %s', async (__, phase, fault) => {
    wire.reset();
    await prepare();
    const met = new Set<string>();
    wire.reset((passing) => {
      const isNew =
        passing.url.includes('/leases') && passing.count > 0 && passing.phase === phase && !met.has(passing.method);
      if (isNew) met.add(passing.method);
      return isNew ? fault : 'pass';
    });
    const { exitCode, stdout } = await wired('retire', '', attempt(1, 2));
    expect(met.size).toBeGreaterThan(0);
    expect(exitCode, stdout).toBe(0);
    expect(stdout).not.toContain('Waiting: another run');
    expect(await lease('.spec.holderIdentity')).toBe('');
  });
});

test('every other connection ends before TLS: nothing was sent, so every write is sent again, the switch too', async () => {
  wire.reset();
  for (const mode of ['deploy-green', 'verify']) await world.run(mode, 'v2');
  wire.isFresh = true;
  let count = 0;
  wire.admit = () => {
    count += 1;
    return count % 2 === 0;
  };
  try {
    const { stdout, outputs } = await wired('promote', 'v2');
    expect(outputs.state, stdout).toBe('live');
  } finally {
    wire.admit = () => true;
    wire.isFresh = false;
  }
});
