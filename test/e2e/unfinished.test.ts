import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { CutOff, patchOf } from './cut-off.ts';

/** A switch that was cut off is finished before anything else is released or removed: inside it may be of two versions. */

const cluster = inject('cluster');
let stage: CutOff;
beforeAll(async () => {
  stage = await CutOff.open(cluster, 'unfinished');
  await stage.passes('release', 'v2');
});
afterAll(() => stage.close());

const all = (revision: string) => ({ workers: [revision], plain: [revision] });

test('a promote that was cut off after its switch, and what is done next', async () => {
  for (const mode of ['deploy-green', 'verify']) await stage.passes(mode, 'v3');
  await stage.kill('promote', 'v3', patchOf('web'));
  expect(await stage.inside()).toEqual(all('v2'));
  const refusals = [
    ['deploy-green', 'v4'],
    ['release', 'v4'],
    ['reject', 'v2'],
    ['retire', ''],
  ] as const;
  for (const [mode, revision] of refusals) {
    const { stdout } = await stage.refused('unfinished', mode, revision);
    expect(stdout).toContain('Run promote for revision v3 to finish it, or rollback to take it back.');
  }
  expect((await stage.status()).problem?.code).toBe('unfinished');
  expect((await stage.passes('release', 'v3')).outputs.state).toBe('live');
  expect(await stage.inside()).toEqual(all('v3'));
});

test('a rollback that was cut off after its switch, and then a reject', async () => {
  await stage.kill('rollback', '', patchOf('web'));
  expect(await stage.inside()).toEqual(all('v3'));
  for (const [mode, revision] of [
    ['reject', 'v3'],
    ['promote', 'v2'],
  ] as const) {
    const { stdout } = await stage.refused('unfinished', mode, revision);
    expect(stdout).toContain('Run rollback to finish it.');
  }
  await stage.passes('rollback');
  expect(await stage.inside()).toEqual(all('v2'));
  await stage.passes('reject', 'v3');
  expect(await stage.inside()).toEqual(all('v2'));
});
