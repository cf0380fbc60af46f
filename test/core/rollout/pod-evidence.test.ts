import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { type PodFacts, podsSeen } from '../../../src/core/rollout/pod-evidence.ts';
import { only } from '../support.ts';

/** Which pods are shown of checks that failed since noon, and what of them. */

const NOON = Date.parse('2026-11-29T12:00:00Z');
const deployment: KubeObject = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'web-v2' } };

interface Scene {
  readonly status?: object;
  readonly ready?: boolean;
  readonly events?: readonly object[];
  /** Lines, each with how many seconds after noon it was written. */
  readonly lines?: readonly (readonly [number, string])[];
}
function pod(name: string, { status = {}, ready = true, events = [], lines = [] }: Scene = {}): PodFacts {
  const state = { running: {} };
  return {
    deployment,
    pod: {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name },
      status: {
        conditions: [{ type: 'Ready', status: ready ? 'True' : 'False' }],
        containerStatuses: [{ name: 'web', ready, restartCount: 0, state, ...status }],
      },
    } as KubeObject,
    events: events as KubeObject[],
    logs: [
      {
        container: 'web',
        previous: false,
        lines: lines.map(([after, text]) => ({ at: NOON + after * 1_000, text })),
      },
    ],
  };
}
const event = (after: number, more: object = {}) => ({
  type: 'Warning',
  reason: 'Unhealthy',
  message: 'Liveness probe failed: 500',
  lastTimestamp: new Date(NOON + after * 1_000).toISOString(),
  ...more,
});
const restarted = (after: number) => ({
  restartCount: 2,
  lastState: {
    terminated: { reason: 'OOMKilled', exitCode: 137, finishedAt: new Date(NOON + after * 1_000).toISOString() },
  },
});
const shown = (...facts: readonly PodFacts[]) => podsSeen(facts, NOON);

describe('what weighs most comes first', () => {
  test('a restart since then, then a warning since then, an earlier restart, and lines; the rest is counted', () => {
    const seen = shown(
      pod('quiet'),
      pod('wrote', { lines: [[1, 'a']] }),
      pod('restarted before', { status: restarted(-100) }),
      pod('warned', { events: [event(2)] }),
      pod('restarted', { status: restarted(3) }),
    );
    expect(seen.pods.map(({ name }) => name)).toEqual(['restarted', 'warned', 'restarted before']);
    expect(seen).toMatchObject({ more: 1, quiet: 1 });
  });

  test('events and lines of another time count for nothing', () => {
    const seen = shown(pod('a', { events: [event(-60)], lines: [[-60, 'a']] }), pod('b', { lines: [[1, 'b']] }));
    expect(seen.pods.map(({ name }) => name)).toEqual(['b']);
    expect(seen).toMatchObject({ more: 0, quiet: 1 });
  });

  test('where none shows anything, the last lines of one are shown as such', () => {
    const seen = shown(pod('a'), pod('b', { lines: [[-60, 'one']] }));
    expect(only(seen.pods)).toMatchObject({
      name: 'b',
      state: 'ready',
      logs: [{ title: 'container web wrote nothing since then; its last lines', lines: ['one'] }],
    });
    expect(seen.quiet).toBe(1);
    expect(shown(pod('a'))).toEqual({ pods: [], more: 0, quiet: 1 });
  });
});

test('its state is what keeps it from being ready, and its restarts', () => {
  const probed = pod('a', { ready: false, status: restarted(3) });
  expect(only(shown(probed).pods).state).toBe(
    'container web of pod a crashes again and again (2 times; last: OOMKilled, exit code 137); container web was restarted 2 times (last: OOMKilled, exit code 137)',
  );
});

test('one that was evicted says why', () => {
  const one = pod('a', { ready: false });
  const evicted = { ...one.pod, status: { phase: 'Failed', reason: 'Evicted', message: 'low on memory' } };
  expect(only(shown({ ...one, pod: evicted }).pods).state).toBe('it failed (Evicted: low on memory)');
});

test('its events are warnings and why it was ended, the last ones, with their times', () => {
  const events = [
    ...[event(-700, { message: 'too old' }), event(-60, { count: 3, message: 'early' })],
    ...[event(2), event(3, { type: 'Normal', reason: 'Killing', message: 'will be restarted' })],
    event(1, { type: 'Normal', reason: 'Pulled', message: 'of no use' }),
  ];
  expect(only(shown(pod('a', { events })).pods).events).toEqual([
    'Unhealthy, 3 times, 1 min 0 s before: early',
    'Unhealthy, since then: Liveness probe failed: 500',
    'Killing, since then: will be restarted',
  ]);
});

test('its lines are those since then, the first and the last of very many, and none is kept whole if it is huge', () => {
  const many = Array.from({ length: 90 }, (_, index) => [index / 10, `${index}`] as const);
  const [log] = only(shown(pod('a', { lines: [[-50, 'old'], ...many, [20, 'x'.repeat(9_000)]] })).pods).logs;
  expect(log?.title).toBe('container web wrote since then');
  expect(log?.lines).toHaveLength(31);
  expect(log?.lines.slice(0, 2)).toEqual(['0', '1']);
  expect(log?.lines[10]).toBe('… 61 lines …');
  expect(log?.lines.at(-1)).toHaveLength(3_801);
});
