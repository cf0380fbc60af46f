import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patchOf } from './cut-off.ts';
import { candidate, control, followed, openStage, reapplied, released, type State, stage } from './next-steps.ts';

describe('over one route', () => {
  beforeAll(async () => {
    await openStage('next-steps', 1);
  });
  afterAll(() => stage().close());

  test.each<State>([
    { is: 'nothing is in the way', steps: 1, arrange: released },
    { is: 'a candidate waits for its checks', steps: 1, arrange: () => candidate() },
    { is: 'a candidate is verified', steps: 1, arrange: () => candidate('verify') },
    {
      is: 'a candidate has no pods',
      steps: 1,
      arrange: async () => {
        const revision = await candidate();
        const { kubectl } = stage().world;
        await kubectl('scale', 'deployment', `web-${revision}`, '--replicas=0');
        await kubectl('wait', 'pod', '-l', `app=web,revision=${revision}`, '--for=delete', '--timeout=60s');
      },
    },
    {
      is: 'visitors were taken off a candidate since it was verified',
      steps: 1,
      arrange: async () => {
        const revision = await candidate('verify');
        const act = () => control(revision, 'status=500');
        const { stdout } = await stage().world.run('promote', revision, {}, { when: { text: 'Switched', act } });
        expect(stdout).toContain('[green-failed]');
        await control(revision, 'status=0');
      },
    },
    {
      is: "a candidate's Service was deleted",
      code: 'no-candidate',
      steps: 2,
      arrange: async () => stage().world.kubectl('delete', 'service', `web-${await candidate()}`),
    },
    {
      is: 'a promote was cut off',
      code: 'unfinished',
      steps: 2,
      arrange: async () => stage().kill('promote', await candidate('verify'), patchOf('web')),
    },
    {
      is: 'a rollback was cut off',
      code: 'unfinished',
      steps: 1,
      arrange: async () => {
        await released();
        await stage().kill('rollback', '', patchOf('web'));
      },
    },
    {
      is: 'a promote was cut off in its restore',
      code: 'unfinished',
      steps: 1,
      arrange: async () => {
        const revision = await candidate('verify');
        const act = () => control(revision, 'status=500');
        await stage().kill('promote', revision, patchOf('web', 2), { text: 'Switched', act });
      },
    },
    {
      is: 'somebody undid a promote',
      code: 'reverted',
      steps: 2,
      arrange: async () => {
        const before = await released();
        await released();
        await reapplied('web', before);
      },
    },
    {
      is: 'somebody undid a rollback',
      code: 'reverted',
      steps: 2,
      arrange: async () => {
        const revision = await released();
        await stage().passes('rollback');
        await reapplied('web', revision);
      },
    },
    {
      is: 'somebody changed the plain Service',
      code: 'drifted',
      steps: 1,
      arrange: async () => {
        await released();
        const patch = [{ op: 'replace', path: '/spec/selector', value: { app: 'web' } }];
        await stage().world.kubectl('patch', 'service', 'web', '--type=json', '-p', JSON.stringify(patch));
      },
    },
  ])('$is', { timeout: 300_000 }, followed);
});

describe('over two routes', () => {
  beforeAll(async () => {
    await openStage('next-steps-two', 2);
  });
  afterAll(() => stage().close());

  test.each<State>([
    {
      is: 'a promote was cut off between them',
      code: 'unfinished',
      steps: 2,
      arrange: async () => stage().kill('promote', await candidate('verify'), patchOf('web')),
    },
    {
      is: 'a rollback was cut off between them',
      code: 'unfinished',
      steps: 1,
      arrange: async () => {
        await released();
        await stage().kill('rollback', '', patchOf('web'));
      },
    },
    {
      is: 'a promote was cut off after both',
      code: 'unfinished',
      steps: 2,
      arrange: async () => stage().kill('promote', await candidate('verify'), patchOf('api')),
    },
    {
      is: 'somebody undid a promote at one of them',
      code: 'reverted',
      steps: 2,
      arrange: async () => {
        const before = await released();
        await released();
        await reapplied('api', before);
      },
    },
  ])('$is', { timeout: 300_000 }, followed);
});
