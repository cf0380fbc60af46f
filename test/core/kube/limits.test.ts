import { describe, expect, test } from 'vitest';
import { hasLimits, limitsBefore, limitsOf, raiseLimits, restoreLimits } from '../../../src/core/kube/limits.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';

const hpa = (min: number | undefined, max: number, limits?: string): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web', ...(limits ? { annotations: { 'greenpath.dev/limits': limits } } : {}) },
  spec: {
    scaleTargetRef: { kind: 'Deployment', name: 'web' },
    ...(min === undefined ? {} : { minReplicas: min }),
    maxReplicas: max,
  },
});
const scaledObject = (spec: object, limits?: string): KubeObject => ({
  apiVersion: 'keda.sh/v1alpha1',
  kind: 'ScaledObject',
  metadata: { name: 'web', ...(limits ? { annotations: { 'greenpath.dev/limits': limits } } : {}) },
  spec: { scaleTargetRef: { name: 'web' }, ...spec },
});

describe("an HPA's limits", () => {
  test('are raised to the present count, with the maximum if need be, and remembered', () => {
    expect(raiseLimits(hpa(2, 10), 4)).toEqual({
      metadata: { annotations: { 'greenpath.dev/limits': '2..10' } },
      spec: { minReplicas: 4, maxReplicas: 10 },
    });
    expect(raiseLimits(hpa(undefined, 3), 4)?.spec).toEqual({ minReplicas: 4, maxReplicas: 4 });
  });

  test('are left alone if they hold the count anyway', () => expect(raiseLimits(hpa(4, 10), 4)).toBeUndefined());

  test('raised twice, the first ones are remembered', () => {
    expect(raiseLimits(hpa(4, 10, '2..10'), 6)?.metadata).toEqual({ annotations: { 'greenpath.dev/limits': '2..10' } });
  });

  test('come back whole', () => {
    expect(restoreLimits(hpa(6, 12, '2..10'))).toEqual({
      metadata: { annotations: { 'greenpath.dev/limits': null } },
      spec: { minReplicas: 2, maxReplicas: 10 },
    });
    expect(restoreLimits(hpa(6, 12))).toBeUndefined();
  });

  test.each(['', 'x', '2', '0..3', '5..2', '2..x'])('an annotation of somebody else (%s) is no memory', (text) => {
    expect(limitsBefore(hpa(3, 4, text))).toBeUndefined();
  });

  test('without a minimum mean 1', () => expect(limitsOf(hpa(undefined, 3))).toEqual({ min: 1, max: 3 }));
});

describe("a ScaledObject's limits", () => {
  test('mean 0 to 100 if it has none', () => {
    expect(limitsOf(scaledObject({}))).toEqual({ min: 0, max: 100 });
    expect(raiseLimits(scaledObject({}), 2)).toEqual({
      metadata: { annotations: { 'greenpath.dev/limits': '0..100' } },
      spec: { minReplicaCount: 2, maxReplicaCount: 100 },
    });
  });

  test('do not hold a count that it gives up while nothing is to do, until they are raised', () => {
    const idle = { idleReplicaCount: 0, minReplicaCount: 3, maxReplicaCount: 5 };
    const raised = raiseLimits(scaledObject(idle), 2);
    expect(raised).toEqual({
      metadata: { annotations: { 'greenpath.dev/limits': '3..5 or 0' } },
      spec: { idleReplicaCount: null, minReplicaCount: 3, maxReplicaCount: 5 },
    });
    expect(raiseLimits(scaledObject({ minReplicaCount: 3, maxReplicaCount: 5 }, '3..5 or 0'), 2)).toBeUndefined();
  });

  test.each([
    ['3..5 or 0', { minReplicaCount: 3, maxReplicaCount: 5, idleReplicaCount: 0 }],
    ['0..100', { minReplicaCount: 0, maxReplicaCount: 100 }],
  ])('come back whole (%s)', (limits, spec) => {
    const raised = scaledObject({ minReplicaCount: 7, maxReplicaCount: 9 }, limits);
    expect(restoreLimits(raised)).toEqual({ metadata: { annotations: { 'greenpath.dev/limits': null } }, spec });
  });
});

test('other objects have none', () => {
  const other: KubeObject = {
    apiVersion: 'autoscaling.k8s.io/v1',
    kind: 'VerticalPodAutoscaler',
    metadata: { name: 'web', annotations: { 'greenpath.dev/limits': '2..10' } },
  };
  expect(hasLimits(other)).toBe(false);
  expect(limitsBefore(other)).toBeUndefined();
  expect(() => limitsOf(other)).toThrow('VerticalPodAutoscaler has no limits');
});
