import { describe, expect, test } from 'vitest';
import { play, type Story } from './wait-story.ts';
import { event, unschedulable } from './waiting.ts';

describe('nodes', () => {
  const alone = { pods: [unschedulable()] };
  const told = (...events: [string, number][]) => ({
    pods: [unschedulable()],
    events: events.map(([reason, at]) => event(reason, at)),
  });

  test.each<[string, Story, number]>([
    ['no autoscaler says anything', [[0, alone]], 90],
    [
      'one brings a node',
      [
        [0, alone],
        [12, told(['TriggeredScaleUp', 12])],
      ],
      600,
    ],
    [
      'Karpenter brings a node',
      [
        [0, alone],
        [12, told(['Nominated', 12])],
      ],
      600,
    ],
    [
      'one brings none',
      [
        [0, alone],
        [12, told(['NotTriggerScaleUp', 12])],
      ],
      72,
    ],
    [
      'one brings none, and then one all the same',
      [
        [0, alone],
        [12, told(['NotTriggerScaleUp', 12])],
        [60, told(['NotTriggerScaleUp', 12], ['TriggeredScaleUp', 60])],
      ],
      600,
    ],
    [
      'the node that came does not fit, and there is no other',
      [
        [0, alone],
        [12, told(['TriggeredScaleUp', 12])],
        [200, told(['TriggeredScaleUp', 12], ['NotTriggerScaleUp', 200])],
      ],
      260,
    ],
  ])('%s', (_, story, second) => {
    expect(play(story)).toMatchObject({ at: second, end: { trouble: { key: expect.stringContaining('node') } } });
  });

  test('an autoscaler in back-off after a failure tries again by itself', () => {
    const events = [
      { ...event('NotTriggerScaleUp', 12), message: "pod didn't trigger scale-up: 1 in backoff after failed scale-up" },
    ];
    expect(
      play([
        [0, alone],
        [12, { ...alone, events }],
      ])?.at,
    ).toBe(600);
  });

  test('what was said of another pod of the same name is not heard', () => {
    const events = [{ ...event('TriggeredScaleUp', 12), involvedObject: { name: 'web-0', uid: 'earlier' } }];
    expect(play([[0, { ...alone, events }]])?.at).toBe(90);
  });
});
