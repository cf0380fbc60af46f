import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../src/core/json.ts';
import type { EndpointSlice, KubeObject } from '../../src/core/objects.ts';
import { type RolloutFacts, readiness, troubles } from '../../src/core/rollout.ts';
import { only, service } from './support.ts';

const NONE: RolloutFacts = { deployments: [], services: [], pods: [], slices: [] };

function deployment(
  replicas: number,
  status: JsonObject = {},
  labels: JsonObject = { app: 'web', revision: 'v2' },
): KubeObject {
  const all = { observedGeneration: 3, replicas, updatedReplicas: replicas, availableReplicas: replicas };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web-v2', generation: 3 },
    spec: { replicas, template: { metadata: { labels } } },
    status: { ...all, ...status },
  };
}
function slice(pods: string[], ready: boolean | undefined = true, of = 'web-v2'): EndpointSlice {
  return {
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: `${of}-abc`, labels: { 'kubernetes.io/service-name': of } },
    endpoints: pods.map((name) => ({
      addresses: [name],
      conditions: ready === undefined ? {} : { ready },
      targetRef: { kind: 'Pod', name },
    })),
  };
}
const facts = (more: Partial<RolloutFacts> = {}): RolloutFacts => ({
  ...NONE,
  deployments: [deployment(2)],
  services: [service('web-v2', 'v2')],
  slices: [slice(['a', 'b'])],
  ...more,
});

describe('readiness', () => {
  test('ready: newest spec observed, all replicas updated and available, and an endpoint each', () => {
    expect(readiness(facts())).toEqual({ ready: true, available: 2, wanted: 2, endpoints: 2 });
  });

  test.each<[string, Partial<RolloutFacts>]>([
    ['an older spec is observed', { deployments: [deployment(2, { observedGeneration: 2 })] }],
    ['one replica is not updated', { deployments: [deployment(2, { updatedReplicas: 1 })] }],
    ['one replica is not available', { deployments: [deployment(2, { availableReplicas: 1 })] }],
    ['an old replica is still there', { deployments: [deployment(2, { replicas: 3 })] }],
    ['there is no status', { deployments: [{ ...deployment(2), status: {} }] }],
    ['an endpoint is missing', { slices: [slice(['a'])] }],
    ['there is no slice', { slices: [] }],
    ['endpoints are not ready', { slices: [slice(['a', 'b'], false)] }],
    ['the slice is of another Service', { slices: [slice(['a', 'b'], true, 'web-v1')] }],
    ['one pod stands twice', { slices: [slice(['a']), slice(['a'])] }],
    [
      'the Service selects no Deployment and has no endpoint',
      { deployments: [deployment(2, {}, { app: 'x' })], slices: [] },
    ],
    ['there is no Deployment', { deployments: [] }],
  ])('not ready if %s', (_, more) => {
    expect(readiness(facts(more)).ready).toBe(false);
  });

  test('an endpoint that does not say whether it is ready is ready', () => {
    expect(readiness(facts({ slices: [slice(['a', 'b'], undefined)] })).ready).toBe(true);
  });

  test('endpoints of several slices count together', () => {
    expect(readiness(facts({ slices: [slice(['a']), slice(['b'])] })).ready).toBe(true);
  });

  test('replicas that nobody set are one', () => {
    const bare = deployment(1);
    delete (bare.spec as JsonObject).replicas;
    expect(readiness(facts({ deployments: [bare], slices: [slice(['a'])] }))).toMatchObject({ ready: true, wanted: 1 });
  });

  test('a Deployment that no Service selects must be ready, too, and needs no endpoint', () => {
    const worker = (available: number) => deployment(5, { availableReplicas: available }, { app: 'worker' });
    expect(readiness(facts({ deployments: [deployment(2), worker(5)] }))).toMatchObject({ ready: true, wanted: 7 });
    expect(readiness(facts({ deployments: [deployment(2), worker(4)] })).ready).toBe(false);
  });

  test('every Service needs its endpoints, however many another has', () => {
    const services = [service('web-v2', 'v2'), service('api-v2', 'v2')];
    const slices = [slice(['a', 'b']), slice(['a'], true, 'api-v2')];
    expect(readiness(facts({ services, slices }))).toMatchObject({ ready: false, endpoints: 3 });
  });

  test('ready never means fewer ready endpoints or available replicas than wanted', () => {
    const small = fc.nat({ max: 3 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 3 }), small, small, small, (wanted, available, updated, endpoints) => {
        const pods = ['a', 'b', 'c'].slice(0, endpoints);
        const state = readiness(
          facts({
            deployments: [deployment(wanted, { availableReplicas: available, updatedReplicas: updated })],
            slices: [slice(pods)],
          }),
        );
        expect(state.ready).toBe(available === wanted && updated === wanted && endpoints >= wanted);
      }),
    );
  });
});

/** A pod with this status, and this spec of its one container. */
function pod(status: string, container = '{name: web}', metadata: JsonObject = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web-x', ...metadata },
    spec: { containers: [load(container) as JsonObject] },
    status: load(status),
  };
}
const troublesOf = (...pods: KubeObject[]) => troubles({ ...NONE, pods });
const container = (state: string, more = '') =>
  `{containerStatuses: [{name: web, image: "acme/web:v2", state: ${state}${more}}]}`;

describe('troubles of pods', () => {
  test.each(['ErrImagePull', 'ImagePullBackOff', 'InvalidImageName', 'ErrImageNeverPull', 'RegistryUnavailable'])(
    '%s: the image, the container, the pod and the message',
    (reason) => {
      const trouble = only(troublesOf(pod(container(`{waiting: {reason: ${reason}, message: no such tag}}`))));
      expect(trouble.text).toBe(
        `image acme/web:v2 of container web of pod web-x cannot be pulled (${reason}): no such tag`,
      );
      expect(trouble.patience).toBeLessThanOrEqual(8_000);
    },
  );

  test('an image that cannot be pulled keeps its key while the reason alternates', () => {
    const keys = ['ErrImagePull', 'ImagePullBackOff'].map(
      (reason) => only(troublesOf(pod(container(`{waiting: {reason: ${reason}}}`)))).key,
    );
    expect(new Set(keys).size).toBe(1);
  });

  test('a missing key of a ConfigMap', () => {
    const trouble = only(
      troublesOf(pod(container('{waiting: {reason: CreateContainerConfigError, message: "no key x"}}'))),
    );
    expect(trouble.text).toContain('cannot start (CreateContainerConfigError): no key x');
  });

  test.each<[number, number]>([
    [0, 0],
    [1, 0],
    [2, 1],
    [9, 1],
  ])('%i restarts: %i troubles', (restarts, count) => {
    const waiting = `{waiting: {reason: CrashLoopBackOff}}`;
    const last = `, restartCount: ${restarts}, ready: false, lastState: {terminated: {reason: Error, exitCode: 3}}`;
    expect(troublesOf(pod(container(waiting, last)))).toHaveLength(count);
  });

  test('a crash says how it ended, leaves no time, and names the log that explains it', () => {
    const waiting = container(
      '{waiting: {reason: CrashLoopBackOff}}',
      ', restartCount: 2, lastState: {terminated: {reason: OOMKilled, exitCode: 137}}',
    );
    expect(only(troublesOf(pod(waiting)))).toMatchObject({
      text: 'container web of pod web-x crashes again and again (2 restarts; last: OOMKilled, exit code 137)',
      patience: 0,
      logs: { pod: 'web-x', container: 'web', previous: true },
    });
    const ended = container(
      '{terminated: {reason: Error, exitCode: 1}}',
      ', restartCount: 2, lastState: {terminated: {reason: OOMKilled, exitCode: 137}}',
    );
    const trouble = only(troublesOf(pod(ended)));
    expect(trouble.text).toContain('last: Error, exit code 1');
    expect(trouble.logs?.previous).toBe(false);
  });

  test('a container that crashed before and is ready now is no trouble', () => {
    expect(troublesOf(pod(container('{running: {}}', ', restartCount: 5, ready: true')))).toEqual([]);
  });

  test('an init container crashes as any other', () => {
    const status =
      '{initContainerStatuses: [{name: migrate, restartCount: 3, ready: false, state: {waiting: {reason: CrashLoopBackOff}}}]}';
    expect(only(troublesOf(pod(status))).text).toContain('container migrate of pod web-x crashes');
  });

  test('a pod that fits on no node gets time for an autoscaler', () => {
    const status =
      '{conditions: [{type: PodScheduled, status: "False", reason: Unschedulable, message: "0/3 nodes: too little cpu"}]}';
    const trouble = only(troublesOf(pod(status)));
    expect(trouble.text).toContain('0/3 nodes: too little cpu');
    expect(trouble.patience).toBeGreaterThanOrEqual(10_000);
    expect(troublesOf(pod(status.replace('"False"', '"True"')))).toEqual([]);
  });

  test.each<[string, number]>([
    ['{httpGet: {}}', 10 * 10 * 3],
    ['{periodSeconds: 5, failureThreshold: 2}', 10 * 5 * 2],
    ['{periodSeconds: 5, failureThreshold: 2, initialDelaySeconds: 60}', 60 + 10 * 5 * 2],
    ['{periodSeconds: 1, failureThreshold: 1}', 20],
  ])('unready with probe %s: %i seconds', (probe, seconds) => {
    const status = container('{running: {}}', ', ready: false, started: true, restartCount: 0');
    const trouble = only(troublesOf(pod(status, `{name: web, readinessProbe: ${probe}}`)));
    expect(trouble.text).toContain('its readiness probe fails');
    expect(trouble.patience).toBe(seconds * 1_000);
    expect(trouble.events).toBe('web-x');
  });

  test.each<[string, string, string]>([
    ['has no readiness probe', '{name: web}', ', ready: false, started: true'],
    ['is still starting', '{name: web, readinessProbe: {periodSeconds: 1}}', ', ready: false, started: false'],
    ['is ready', '{name: web, readinessProbe: {periodSeconds: 1}}', ', ready: true, started: true'],
  ])('a running container that %s is no trouble', (_, spec, more) => {
    expect(troublesOf(pod(container('{running: {}}', more), spec))).toEqual([]);
  });

  test('a volume that never comes is a trouble that the events explain', () => {
    const trouble = only(troublesOf(pod(container('{waiting: {reason: ContainerCreating}}'))));
    expect(trouble).toMatchObject({ text: 'Pod web-x is still being created', events: 'web-x' });
    expect(trouble.patience).toBeGreaterThanOrEqual(30_000);
  });

  test('pods that are being deleted or have succeeded are no trouble', () => {
    const bad = container('{waiting: {reason: ErrImagePull}}');
    expect(troublesOf(pod(bad, '{name: web}', { deletionTimestamp: '2026-05-01T10:00:00Z' }))).toEqual([]);
    expect(troublesOf(pod(bad.replace('{containerStatuses', '{phase: Succeeded, containerStatuses')))).toEqual([]);
  });

  test('each pod has its own keys', () => {
    const bad = container('{waiting: {reason: ErrImagePull}}');
    const keys = troublesOf(pod(bad), pod(bad, '{name: web}', { name: 'web-y' })).map((trouble) => trouble.key);
    expect(new Set(keys).size).toBe(2);
  });
});

describe('troubles of Deployments', () => {
  const withCondition = (condition: JsonObject) =>
    troubles({ ...NONE, deployments: [deployment(2, { conditions: [condition] })] });

  test('a quota', () => {
    const message = 'pods "web-v2-x" is forbidden: exceeded quota: small';
    const trouble = only(withCondition({ type: 'ReplicaFailure', status: 'True', reason: 'FailedCreate', message }));
    expect(trouble.text).toBe(`Deployment web-v2 cannot make its pods: ${message}`);
  });

  test('no progress within the deadline', () => {
    const trouble = only(withCondition({ type: 'Progressing', status: 'False', reason: 'ProgressDeadlineExceeded' }));
    expect(trouble.text).toContain('progressDeadlineSeconds');
    expect(trouble.patience).toBe(0);
  });

  test.each<JsonObject>([
    { type: 'ReplicaFailure', status: 'False' },
    { type: 'Progressing', status: 'True', reason: 'ReplicaSetUpdated' },
    { type: 'Available', status: 'False', reason: 'MinimumReplicasUnavailable' },
  ])('%j is none', (condition) => {
    expect(withCondition(condition)).toEqual([]);
  });
});

test.each(['Failed', 'Succeeded'])('a pod that has ended (%s) is no trouble: nobody starts it again', (phase) => {
  const state = { terminated: { reason: 'Error', exitCode: 1 } };
  const pod: KubeObject = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'evicted' },
    status: { phase, containerStatuses: [{ name: 'web', restartCount: 5, ready: false, state }] },
  };
  expect(troubles(facts({ pods: [pod] }))).toEqual([]);
  const running = { ...pod, status: { ...(pod.status as JsonObject), phase: 'Running' } };
  expect(only(troubles(facts({ pods: [running] }))).text).toContain('crashes again and again');
});
