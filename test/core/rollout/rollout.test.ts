import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { look, NOTHING, type RolloutLook } from '../../../src/core/rollout/rollout.ts';
import { container, deployment, event, facts, pod, unschedulable } from './waiting.ts';

/** Whole waits, second by second: what Kubernetes shows from which second on, and when and why the wait ends. */

interface Show {
  /** `hidden` while a watch begins anew. */
  readonly deployment?: KubeObject | 'hidden';
  readonly pods?: readonly KubeObject[];
  readonly events?: readonly KubeObject[];
}
type Story = readonly (readonly [second: number, show: Show])[];

/** Plays a story, one look a second, and tells in which second and how it ends; undefined if it goes on for ever. */
function play(story: Story, timeout = 3_600): { at: number; end: RolloutLook['end'] } | undefined {
  let past = NOTHING;
  for (let second = 0; second <= timeout + 5; second += 1) {
    const [, show = {}] = story.findLast(([from]) => from <= second) ?? [];
    const { deployment: of = deployment(), pods = [], events = [] } = show;
    const seen = look(past, facts(of === 'hidden' ? [] : [of], pods, events), second * 1_000, timeout * 1_000);
    past = seen.past;
    if (seen.now.ready || seen.end !== undefined) return { at: second, end: seen.end };
  }
  return undefined;
}
const shows = (...states: string[]) => ({ pods: states.map((state, index) => pod(state, { name: `web-${index}` })) });
const READY: Show = { deployment: deployment({ availableReplicas: 1, readyReplicas: 1 }) };

const crash = (restarts: number, code = 1) =>
  container(`{waiting: {reason: CrashLoopBackOff}}`, {
    restartCount: restarts,
    lastState: { terminated: { reason: 'Error', exitCode: code } },
  });
const runs = (restarts: number) =>
  container('{running: {}}', {
    restartCount: restarts,
    started: true,
    lastState: { terminated: { reason: 'Error', exitCode: 1 } },
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

describe('the deadline is progressDeadlineSeconds', () => {
  const waits = shows(container('{waiting: {reason: ContainerCreating}}'));

  test.each<[string, JsonObject, number]>([
    ['10 minutes, if nobody set it', {}, 600],
    ['as it is set', { progressDeadlineSeconds: 1_200 }, 1_200],
    ['also if it is short', { progressDeadlineSeconds: 15 }, 15],
  ])('%s', (_, spec, seconds) => {
    expect(play([[0, { ...waits, deployment: deployment({}, spec) }]])).toMatchObject({
      at: seconds,
      end: {
        trouble: { text: 'Pod web-0 is still being created' },
        why: expect.stringMatching(/without progress for .* \(progressDeadlineSeconds\)/),
      },
    });
  });

  test('each step forward gives it anew', () => {
    const spec = { replicas: 3, progressDeadlineSeconds: 100 };
    const at = (count: number) => ({ ...waits, deployment: deployment({ availableReplicas: count }, spec) });
    expect(
      play([
        [0, at(0)],
        [90, at(1)],
        [180, at(2)],
        [200, at(1)],
      ])?.at,
    ).toBe(280);
  });

  test("the Deployment's own condition, which may be of an earlier run, counts for nothing", () => {
    const conditions = [{ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }];
    expect(
      play([
        [0, { ...waits, deployment: deployment({ conditions }) }],
        [300, READY],
      ]),
    ).toEqual({ at: 300, end: undefined });
  });

  test('a moment without sight of the Deployment gives no more time', () => {
    expect(
      play([
        [0, waits],
        [300, { ...waits, deployment: 'hidden' }],
        [301, waits],
      ])?.at,
    ).toBe(600);
  });

  test('the step may be over sooner: it says what it waited for', () => {
    expect(play([[0, waits]], 85)).toMatchObject({
      at: 85,
      end: {
        trouble: { text: 'Pod web-0 is still being created' },
        why: expect.stringContaining("this step's timeout"),
      },
    });
  });

  test('without anything to say, it says how far it came', () => {
    expect(play([[0, {}]])?.end?.trouble.text).toBe('Deployment web-v2 has 0 of 1 replicas available');
  });
});

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

describe('what does not heal by itself gets a minute', () => {
  const waiting = (reason: string, message: string) =>
    shows(container(JSON.stringify({ waiting: { reason, message } })));
  const refused = (message: string) => ({
    deployment: deployment({ conditions: [{ type: 'ReplicaFailure', status: 'True', message }] }),
  });
  const missing = { ...shows(container('{waiting: {reason: ContainerCreating}}')) };
  const mount = (message: string) => ({ ...missing, events: [{ ...event('FailedMount', 5), message }] });

  test.each<[Show, number]>([
    [waiting('InvalidImageName', 'Failed to apply default image tag "X"'), 3],
    [{ deployment: deployment({ replicas: 0, updatedReplicas: 0 }, { paused: true }) }, 60],
    [{ deployment: deployment({}, { paused: true }) }, 600],
    [waiting('ErrImageNeverPull', 'Container image "x" is not present with pull policy of Never'), 60],
    [waiting('ErrImagePull', 'failed to resolve reference "acme/web:v2": acme/web:v2: not found'), 60],
    [waiting('ImagePullBackOff', 'Back-off pulling image "acme/web:v2": ErrImagePull: manifest unknown'), 60],
    [waiting('ErrImagePull', 'pull access denied, repository does not exist or may require authorization'), 60],
    [waiting('ErrImagePull', 'failed to fetch anonymous token: 403 Forbidden'), 60],
    [waiting('ErrImagePull', 'dial tcp 10.0.0.1:443: connect: connection refused'), 600],
    [waiting('ErrImagePull', 'toomanyrequests: You have reached your unauthenticated pull rate limit'), 600],
    [waiting('ErrImagePull', 'lookup registry.example: no such host'), 600],
    [waiting('ErrImagePull', 'unexpected status code 503 Service Unavailable'), 600],
    [waiting('ImagePullBackOff', 'Back-off pulling image "acme/web:v2"'), 600],
    [waiting('RegistryUnavailable', ''), 600],
    [waiting('CreateContainerConfigError', 'configmap "nope" not found'), 60],
    [waiting('CreateContainerConfigError', 'failed to sync configmap cache: timed out waiting for the condition'), 600],
    [waiting('CreateContainerError', 'context deadline exceeded'), 600],
    [refused('pods "web-v2-x" is forbidden: exceeded quota: small'), 60],
    [refused('admission webhook "policy.example" denied the request'), 60],
    [refused('failed calling webhook "policy.example": connection refused'), 600],
    [mount('MountVolume.SetUp failed for volume "v" : configmap "nope" not found'), 60],
    [mount('Unable to attach or mount volumes: timed out waiting for the condition'), 600],
    [shows(runs(0)), 600],
  ])('%j: %i seconds', (show, seconds) => {
    expect(play([[0, show]])?.at).toBe(seconds);
  });

  test('a registry that comes back is waited for', () => {
    const story: Story = [
      [0, waiting('ErrImagePull', 'connection refused')],
      [120, READY],
    ];
    expect(play(story)).toEqual({ at: 120, end: undefined });
  });

  test('a kubelet that repeats the cause only with each try is understood', () => {
    const no = waiting('ErrImagePull', 'acme/web:v2: not found');
    const silent = waiting('ImagePullBackOff', 'Back-off pulling image "acme/web:v2"');
    const story: Story = [
      [0, no],
      [1, silent],
      [10, no],
      [11, silent],
      [31, no],
      [32, silent],
      [72, no],
    ];
    expect(play(story)?.at).toBe(72);
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
