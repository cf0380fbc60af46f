import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { type Cut, CutOff, patchOf } from './cut-off.ts';
import { service } from './parts.ts';
import { apply } from './world.ts';

/** A switch that was cut off is finished before anything else is released or removed: inside it may be of two versions. */

const cluster = inject('cluster');
let stage: CutOff;
beforeAll(async () => {
  stage = await CutOff.open(cluster, 'unfinished');
  await stage.passes('release', 'v2');
});
afterAll(() => stage.close());

const remove: Cut = ({ method, url }) => method === 'DELETE' && url.includes('/ingresses/greenpath-web');
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
    expect(stdout).toContain('Run promote for revision v3 to finish it, or rollback to revert it.');
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

test('a candidate to which a Service leads is not removed; its preview is, although its status was written meanwhile', async () => {
  await stage.passes('deploy-green', 'v4');
  await apply(cluster, stage.world.namespace, [service('spy', { app: 'web', revision: 'v4' })]);
  const { stdout } = await stage.refused('drifted', 'reject', 'v4');
  expect(stdout).toContain('Service spy selects pods of revision v4');
  await stage.world.kubectl('delete', 'service', 'spy');
  const status = { status: { loadBalancer: { ingress: [{ ip: '192.0.2.7' }] } } };
  const patch = ['--subresource=status', '--type=merge', '-p', JSON.stringify(status)];
  const rejected = await stage.interrupted('reject', 'v4', remove, () =>
    stage.world.kubectl('patch', 'ingress', 'greenpath-web', ...patch),
  );
  expect(rejected.exitCode, rejected.stdout).toBe(0);
  expect(await stage.world.kubectl('get', 'ingress', '-o', 'name')).not.toMatch(/greenpath-web$/m);
});
