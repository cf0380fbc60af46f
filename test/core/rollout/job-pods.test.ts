import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { jobPodTexts, jobTroubles } from '../../../src/core/rollout/job-pods.ts';
import { objectOf, only } from '../support.ts';
import { container, unschedulable, pod as withProbe } from './waiting.ts';

/** What pods of a Job show: which containers ended and how, which run, and which wait for what. */

const JOB = objectOf('{apiVersion: batch/v1, kind: Job, metadata: {name: smoke-v2-run}}');
const pod = (status: string) => ({ ...withProbe(status), spec: { containers: [{ name: 'web' }] } });
const where = 'container web of pod web-0';
const withSidecar = (init: object, main: object) =>
  pod(
    JSON.stringify({
      initContainerStatuses: [{ name: 'seed', ...init }],
      containerStatuses: [{ name: 'web', ...main }],
    }),
  );

test.each([
  [
    'fails',
    pod(container('{terminated: {reason: OOMKilled, exitCode: 137}}')),
    `${where} ended (OOMKilled, exit code 137)`,
  ],
  [
    'is no program',
    pod(container('{terminated: {reason: StartError, exitCode: 128, message: "exec: smoke: not found"}}')),
    `${where} ended (StartError, exit code 128): exec: smoke: not found`,
  ],
  ['has done its work', pod(container('{terminated: {reason: Completed, exitCode: 0}}')), `${where} completed`],
  ['runs', pod(container('{running: {}}')), `${where} runs`],
  [
    'crashes',
    pod(
      container('{waiting: {reason: CrashLoopBackOff}}', {
        restartCount: 2,
        lastState: { terminated: { reason: 'Error', exitCode: 1 } },
      }),
    ),
    `${where} crashes again and again (3 times; last: Error, exit code 1)`,
  ],
  [
    'has no image',
    pod(container('{waiting: {reason: ImagePullBackOff, message: not found}}')),
    `image acme/web:v2 of ${where} cannot be pulled (ImagePullBackOff): not found`,
  ],
])('a container that %s', (_, seen, text) => {
  expect(jobPodTexts(JOB, seen, [])).toEqual([text]);
});

test('an init container that has ended well is not mentioned', () => {
  const done = { ready: true, state: { terminated: { exitCode: 0 } } };
  expect(jobPodTexts(JOB, withSidecar(done, { state: { running: {} } }), [])).toEqual([`${where} runs`]);
});

test('a pod that fits on no node, with the words of the scheduler', () => {
  expect(only(jobPodTexts(JOB, unschedulable(), []))).toContain('0/3 nodes are available: 3 Insufficient cpu.');
});

test('a pod that was evicted', () => {
  const evicted = pod('{phase: Failed, reason: Evicted, message: The node was low on memory.}');
  expect(jobPodTexts(JOB, evicted, [])).toEqual(['pod web-0 failed (Evicted: The node was low on memory.)']);
});

test('what ends a wait early: what Deployments give up for, but no crash and no pod that has ended', () => {
  const patience = (seen: KubeObject) => jobTroubles(JOB, [seen], [], 0).map((one) => one.patience);
  expect(patience(pod(container('{waiting: {reason: InvalidImageName}}')))).toEqual([3_000]);
  expect(patience(pod(container('{waiting: {reason: CreateContainerConfigError, message: no}}')))).toEqual([60_000]);
  expect(patience(unschedulable())).toEqual([90_000]);
  const crashing = { restartCount: 9, lastState: { terminated: { exitCode: 1 } } };
  expect(patience(pod(container('{waiting: {reason: CrashLoopBackOff}}', crashing)))).toEqual([undefined]);
  expect(patience(pod(container('{terminated: {exitCode: 1}}')))).toEqual([]);
});
