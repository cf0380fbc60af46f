import { expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import { arePodsRefused, isRolling, mayBeStuck, waitingPods } from '../../../src/core/rollout/stuck.ts';
import { container, deployment, pod } from './waiting.ts';

test.each<[string, JsonObject, JsonObject, boolean]>([
  ['not all replicas are ready', {}, {}, true],
  ['some are', { replicas: 3, updatedReplicas: 3, readyReplicas: 2 }, { replicas: 3 }, true],
  ['all are ready', { readyReplicas: 1 }, {}, false],
  ['none are wanted', { replicas: 0, updatedReplicas: 0 }, { replicas: 0 }, false],
  ['the Deployment is new', { observedGeneration: 0 }, {}, false],
])('pods may be stuck if %s: %s', (_, status, spec, may) => {
  expect(mayBeStuck(deployment(status, spec))).toBe(may);
});

test('pods of a newer template take their place', () => {
  expect(isRolling(deployment({ replicas: 2, updatedReplicas: 1 }))).toBe(true);
  expect(isRolling(deployment())).toBe(false);
});

test.each<[string, string, JsonObject, number]>([
  ['CrashLoopBackOff', '{waiting: {reason: CrashLoopBackOff}}', { restartCount: 3 }, 1],
  ['the pause before it is called so', '{terminated: {exitCode: 1}}', { restartCount: 3 }, 1],
  ['ImagePullBackOff', '{waiting: {reason: ImagePullBackOff}}', {}, 1],
  ['the time right after a pull failed', '{waiting: {reason: ErrImagePull}}', {}, 1],
  ['being created', '{waiting: {reason: ContainerCreating}}', {}, 0],
  ['running again after a crash', '{running: {}}', { restartCount: 1 }, 0],
  ['running again after crashes, and not ready', '{running: {}}', { restartCount: 2 }, 1],
])('in back-off, %s: %i', (_, state, more, stuck) => {
  expect(waitingPods(deployment(), [pod(container(state, more))])).toMatchObject({ stuck, ready: 0 });
});

test('an init container that is done is not in back-off', () => {
  const done = { name: 'migrate', ready: true, restartCount: 2, state: { terminated: { exitCode: 0 } } };
  const status = { initContainerStatuses: [done], containerStatuses: [{ name: 'web', state: { running: {} } }] };
  expect(waitingPods(deployment(), [pod(JSON.stringify(status))]).stuck).toBe(0);
});

test('what is ready is kept', () => {
  const ready = pod('{conditions: [{type: Ready, status: "True"}]}', { name: 'ready' });
  const stuck = pod(container('{waiting: {reason: CrashLoopBackOff}}'), { name: 'stuck' });
  expect(waitingPods(deployment({ replicas: 2, updatedReplicas: 2 }), [ready, stuck])).toEqual({
    pods: [stuck],
    stuck: 1,
    ready: 1,
  });
});

test('pods of an older template count while newer ones take their place', () => {
  const older = { name: 'older', labels: { app: 'web', 'pod-template-hash': '1' } };
  const stuck = pod(container('{waiting: {reason: CrashLoopBackOff}}'), older);
  const rolling = deployment({ replicas: 2, updatedReplicas: 1 }, { replicas: 1 });
  expect(waitingPods(rolling, [stuck, pod(container('{running: {}}'))])).toMatchObject({ stuck: 1, ready: 0 });
  const ready = pod('{conditions: [{type: Ready, status: "True"}]}', older);
  expect(waitingPods(rolling, [ready, pod(container('{running: {}}'))])).toMatchObject({ stuck: 0, ready: 1 });
});

test('pods that a quota refuses', () => {
  const refused = (status: string) => deployment({ conditions: [{ type: 'ReplicaFailure', status }] });
  expect(arePodsRefused(refused('True'))).toBe(true);
  expect(arePodsRefused(refused('False'))).toBe(false);
});
