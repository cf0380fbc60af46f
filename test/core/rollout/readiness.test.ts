import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonObject } from '../../../src/core/base/json.ts';
import type { EndpointSlice, KubeObject } from '../../../src/core/kube/objects.ts';
import { hasAllPods, newestPods, type RolloutFacts, readiness } from '../../../src/core/rollout/readiness.ts';
import { service } from '../support.ts';

const NONE: RolloutFacts = { deployments: [], services: [], pods: [], slices: [], events: [] };

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

describe('the pods of the newest template', () => {
  const SELECTOR = { matchLabels: { app: 'web' } };
  const of = (status: JsonObject, generation = 3): KubeObject => ({
    ...deployment(2, status),
    metadata: { name: 'web-v2', generation },
    spec: { replicas: 2, selector: SELECTOR },
  });
  const pod = (name: string, hash: string, minute: number, more: JsonObject = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name,
      labels: { app: 'web', 'pod-template-hash': hash },
      creationTimestamp: `2026-05-01T10:0${minute}:00Z`,
      ...more,
    },
  });
  const pods = [pod('a', 'old', 0), pod('b', 'new', 2), pod('c', 'old', 1), pod('d', 'new', 3)];

  test.each<[string, KubeObject, string[]]>([
    ['all, if all are updated', of({}), ['a', 'b', 'c', 'd']],
    ['none, before the controller saw the newest spec', of({}, 4), []],
    ['none, before it made the first', of({ replicas: 2, updatedReplicas: 0 }), []],
    [
      'those with the template of the newest one, while old ones go',
      of({ replicas: 4, updatedReplicas: 2 }),
      ['b', 'd'],
    ],
  ])('%s', (_, deployment, names) => {
    expect(newestPods(deployment, pods).map((one) => one.metadata.name)).toEqual(names);
  });

  test('pods that end, have ended, or are of another Deployment are none of them', () => {
    const gone = pod('e', 'new', 4, { deletionTimestamp: '2026-05-01T10:05:00Z' });
    const ended = { ...pod('f', 'new', 4), status: { phase: 'Failed' } };
    const others = pod('g', 'new', 4, { labels: { app: 'worker' } });
    expect(newestPods(of({}), [gone, ended, others])).toEqual([]);
  });
});

describe('every pod that a Deployment asks for is ready', () => {
  test.each<[string, KubeObject, boolean]>([
    ['all are', deployment(10, { readyReplicas: 10 }), true],
    ['more than it asks for, while some end', deployment(2, { readyReplicas: 3 }), true],
    ['none is asked for', deployment(0), true],
    // Neither kind of pod is in an EndpointSlice: 1 of 1 endpoint is ready.
    ['one is, and nine wait for a node', deployment(10, { readyReplicas: 1, unavailableReplicas: 9 }), false],
    ['one is, and a quota refused the others', deployment(10, { replicas: 1, readyReplicas: 1 }), false],
    ['none is', deployment(1), false],
    ['nobody has looked at its newest spec', deployment(2, { observedGeneration: 2, readyReplicas: 2 }), false],
  ])('%s', (_, object, all) => expect(hasAllPods(object)).toBe(all));
});
