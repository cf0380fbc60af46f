import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import { play, READY, runs, type Story, shows } from './wait-story.ts';
import { container, deployment, pod } from './waiting.ts';

const crash = (restarts: number, code = 1) =>
  container(`{waiting: {reason: CrashLoopBackOff}}`, {
    restartCount: restarts,
    lastState: { terminated: { reason: 'Error', exitCode: code } },
  });
/** As a kubelet with its default back-off does it: the container runs for a second each time. */
const crashing = (code: (index: number) => number = () => 1, as = (state: string) => state): Story => [
  [0, shows(as(container('{waiting: {reason: ContainerCreating}}')))],
  ...[1, 3, 17, 43, 91, 176, 340, 640].map((second, at) => [second, shows(as(crash(at, code(at))))] as const),
];

describe('crashes', () => {
  test('one that heals at the fourth start is waited for', () => {
    const story: Story = [...crashing().slice(0, 4), [43, shows(runs(3))], [45, READY]];
    expect(play(story)).toEqual({ at: 45, end: undefined });
  });

  test('for good: the fifth crash ends the wait, long before the deadline', () => {
    expect(play(crashing())).toMatchObject({
      at: 91,
      end: {
        trouble: {
          text: 'container web of pod web-0 crashes again and again (5 times; last: Error, exit code 1)',
          logs: { pod: 'web-0', container: 'web', previous: true },
          events: 'web-0',
        },
      },
    });
  });

  test('a kubelet that starts it again faster is given the same minute', () => {
    const fast = Array.from({ length: 40 }, (_, index) => [1 + 3 * index, shows(crash(index))] as const);
    expect(play([...crashing().slice(0, 1), ...fast])?.at).toBe(61);
  });

  test('it ends in different ways: the deadline decides', () => {
    expect(play(crashing((index) => index))).toMatchObject({
      at: 600,
      end: { trouble: { logs: { container: 'web' } } },
    });
  });

  describe('beside a pod that is ready', () => {
    const beside = (template: string, status: JsonObject): Story => {
      const labels = { app: 'web', 'pod-template-hash': template };
      const born = { creationTimestamp: '2026-05-01T09:00:00Z' };
      const ready = pod('{conditions: [{type: Ready, status: "True"}]}', { name: 'ready', labels, ...born });
      const two = deployment({ replicas: 2, readyReplicas: 1, ...status }, { replicas: 2 });
      return crashing().map(([at, { pods = [] }]) => [at, { pods: [...pods, ready], deployment: two }] as const);
    };

    test('of the same template, the deadline decides', () => {
      expect(play(beside('2', { updatedReplicas: 2 }))?.at).toBe(600);
    });

    test('of an older template, it is broken all the same', () => {
      expect(play(beside('1', { updatedReplicas: 1 }))?.at).toBe(91);
    });
  });

  test('what crashed before this wait does not count', () => {
    const story: Story = [
      [0, shows(crash(7))],
      [200, shows(runs(8))],
      [202, READY],
    ];
    expect(play(story)).toEqual({ at: 202, end: undefined });
    expect(play([[0, shows(crash(7))]])).toMatchObject({
      at: 600,
      end: {
        trouble: { text: expect.stringContaining('crashed before this run (8 times; last: Error, exit code 1)') },
      },
    });
  });

  test('each pod counts for itself', () => {
    const story: Story = Array.from(
      { length: 9 },
      (_, index) => [1 + 10 * index, { pods: [pod(crash(1), { name: `p${index}`, uid: `${index}` })] }] as const,
    );
    expect(play(story, 599)).toMatchObject({ at: 599, end: { why: expect.stringContaining('timeout') } });
  });

  test('an init container crashes as any other', () => {
    const init = (state: string) => state.replace('containerStatuses', 'initContainerStatuses');
    expect(play(crashing(() => 1, init))?.at).toBe(91);
  });

  test('a moment without sight of the pod, as between two watches, forgets nothing', () => {
    const story: Story = [...crashing(), [50, {}], [51, shows(crash(3))]].toSorted(
      ([a], [b]) => Number(a) - Number(b),
    ) as Story;
    expect(play(story)?.at).toBe(91);
  });
});

test('pods of an older template, which this run replaces, are no trouble', () => {
  const labels = (hash: string) => ({ app: 'web', 'pod-template-hash': hash });
  const old = pod(crash(9), { name: 'old', labels: labels('1'), creationTimestamp: '2026-05-01T09:00:00Z' });
  const bad = pod('{containerStatuses: [{name: web, ready: false, state: {waiting: {reason: InvalidImageName}}}]}', {
    name: 'older',
    labels: labels('1'),
    creationTimestamp: '2026-05-01T09:00:00Z',
  });
  const fresh = pod(container('{waiting: {reason: ContainerCreating}}'), {
    name: 'new',
    labels: labels('2'),
    creationTimestamp: '2026-05-01T10:00:00Z',
  });
  const rolling = deployment({ replicas: 3, updatedReplicas: 1 }, { replicas: 2 });
  expect(
    play([
      [0, { deployment: rolling, pods: [old, bad, fresh] }],
      [100, READY],
    ]),
  ).toEqual({ at: 100, end: undefined });
});
