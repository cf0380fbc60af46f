import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import { play, READY, runs, type Show, type Story, shows } from './wait-story.ts';
import { container, deployment, event } from './waiting.ts';

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
        next: expect.stringMatching(/^Fix it, or give the step a longer timeout, and run the step again\./),
      },
    });
  });

  test('without anything to say, it says how far it came', () => {
    expect(play([[0, {}]])?.end?.trouble.text).toBe('Deployment web-v2 has 0 of 1 replicas available');
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
