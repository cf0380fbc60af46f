import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { Wire } from '../../harness/wire.ts';
import { ANNOTATION_WANTED } from '../../src/core/kube/lease.ts';
import { overtake, WAITING } from './priority.ts';
import { ask, CONFIG, makeWorld, untilAnswers, type World } from './world.ts';

/** A rollback does not stand in line: here it overtakes a bake; priority.all.test.ts has what else may be at work. */

const cluster = inject('cluster');
let world: World;
let wire: Wire;
beforeAll(async () => {
  world = await makeWorld(cluster, 'priority', 'split', 1);
  wire = await Wire.open(cluster);
});
afterAll(async () => {
  wire.close();
  await world.end();
});

test('a rollback overtakes a promote that bakes for ten minutes, whose end says so', async () => {
  const config = `${CONFIG}bake: {for: 10m, every: 200ms}\n`;
  for (const mode of ['deploy-green', 'verify'])
    expect(await world.run(mode, 'v2', mode === 'verify' ? {} : { config })).toMatchObject({ exitCode: 0 });
  const inputs = { timeout: '15m' };
  const { busy, rollback, ms } = await overtake(world, wire, {
    mode: 'promote',
    revision: 'v2',
    inputs,
    says: 'Baking',
  });
  console.log(`rollback behind a bake: its patch was answered after ${ms} ms`);
  expect(busy.exitCode, busy.stdout).toBe(1);
  expect(busy.stdout).toContain('[gave-way]');
  expect(busy.outputs.state).toBe('switched');
  expect(rollback.stdout).toContain(`${WAITING}: promote of v2`);
  expect(rollback.outputs).toMatchObject({ state: 'rolled-back', revision: 'v1' });
  await untilAnswers(cluster, world.host, 'v1');

  const { metadata, spec } = JSON.parse(await world.kubectl('get', 'lease', 'greenpath-web', '-o', 'json'));
  expect(spec.holderIdentity).toBe('');
  expect(metadata.annotations).not.toHaveProperty([ANNOTATION_WANTED]);
  // What is left of it is what a restore leaves, too: a candidate that has to be verified again.
  expect((await world.run('promote', 'v2')).stdout).toContain('[not-verified]');
  expect(await world.run('reject', 'v2')).toMatchObject({ exitCode: 0 });
  expect(await world.run('release', 'v3')).toMatchObject({ exitCode: 0, outputs: { state: 'live' } });
  expect((await ask(cluster, world.host, '/')).headers['x-revision']).toBe('v3');
});
