import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest';
import { CutOff, patchOf } from './cut-off.ts';
import { ask, CONFIG, untilAnswers } from './world.ts';

/** What looks like a switch that was cut off and is none, and one after which nothing can be rolled back. */

const cluster = inject('cluster');
let stage: CutOff;
const shown = async () => (await ask(cluster, stage.world.host, '/green/')).headers['x-revision'];

describe('a release without a proof is finished', () => {
  // Nobody waits for the preview then, so the checks have to; and no answer shows which router it is.
  const config = `${CONFIG.replace('{settle: 2500ms}', 'off').replace('within: 3s', 'within: 20s')}router: nginx\n`;
  beforeAll(async () => {
    stage = await CutOff.open(cluster, 'proof-off');
    for (const revision of ['v2', 'v3']) await stage.passes('release', revision, { config });
  });
  afterAll(() => stage.close());

  test('also as earlier versions noted it: the next one is deployed, and an older promote leaves its preview alone', async () => {
    const { kubectl } = stage.world;
    const json = await kubectl('get', 'ingress', 'web', '-o', 'json');
    const switchNote = JSON.parse(JSON.parse(json).metadata.annotations['greenpath.dev/web']);
    expect(switchNote).toMatchObject({ live: 'v3', phase: 'proof-off' });
    expect((await stage.status()).problem).toBeUndefined();
    const earlier = JSON.stringify({ ...switchNote, phase: 'switched' });
    await kubectl('annotate', '--overwrite', 'ingress', 'web', `greenpath.dev/web=${earlier}`);
    expect((await stage.status()).problem).toBeUndefined();
    await stage.passes('deploy-green', 'v4', { config });
    await untilAnswers(cluster, stage.world.host, 'v4', '/green/');
    await stage.passes('promote', 'v3');
    expect((await stage.status()).next).toBe('verify of v4');
    expect(await shown()).toBe('v4');
  });

  test('a switch back is too', async () => {
    await stage.passes('rollback');
    expect((await stage.status()).problem).toBeUndefined();
    await stage.passes('reject', 'v4');
    await stage.passes('reject', 'v3');
    expect(await stage.inside()).toEqual({ workers: ['v2'], plain: ['v2'] });
  });
});

describe('a switch from which nothing leads back', () => {
  beforeAll(async () => {
    stage = await CutOff.open(cluster, 'no-way-back');
    for (const mode of ['deploy-green', 'verify']) await stage.passes(mode, 'v2');
    await stage.kill('promote', 'v2', patchOf('web'));
    await stage.world.kubectl('delete', 'service,deployment', 'web-v1');
  });
  afterAll(() => stage.close());

  test('is replaced by a new version, which starts beside it, and takes over inside', async () => {
    const { problem, next } = await stage.status();
    expect(problem?.code).toBe('unfinished');
    expect(next).toBe(
      'Run promote for revision v2 to finish it, or deploy-green for a new revision, since there is nothing to roll back to.',
    );
    const { stdout } = await stage.passes('deploy-green', 'v3');
    expect(stdout).toContain('There is no version to roll back to, so this step continues');
    await untilAnswers(cluster, stage.world.host, 'v3', '/green/');
    await stage.passes('promote', 'v2');
    expect(await shown()).toBe('v3');
    for (const mode of ['verify', 'promote']) await stage.passes(mode, 'v3');
    expect(await stage.inside()).toEqual({ workers: ['v3'], plain: ['v3'] });
  });
});
