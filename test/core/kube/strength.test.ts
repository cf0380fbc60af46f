import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EndpointSlice, KubeObject } from '../../../src/core/kube/objects.ts';
import {
  atStrength,
  limitsBefore,
  limitsOf,
  raiseLimits,
  restoreLimits,
  strengthen,
  weakIn,
} from '../../../src/core/kube/strength.ts';

const deployment = (replicas?: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: replicas === undefined ? {} : { replicas },
});
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

describe('weakIn', () => {
  const slice = (of: string, ready: number): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: of, labels: { 'kubernetes.io/service-name': of } },
    endpoints: Array.from({ length: ready }, (_, index) => ({
      addresses: [`${of}-${index}`],
      conditions: { ready: true },
    })),
  });
  const side = (revision: string) => ({ revision, services: { web: `web-${revision}` } });

  test.each([
    ['fewer than live', 1, 10, [{ name: 'web-v1', ready: 1, least: 10 }]],
    ['as many as live', 2, 2, []],
    ['some, and live has none', 1, 0, []],
    ['none, nor has live', 0, 0, [{ name: 'web-v1', ready: 0, least: 1 }]],
  ])('%s', (_, own, live, weak) => {
    expect(weakIn([slice('web-v1', own), slice('web-v2', live)], side('v1'), side('v2'))).toEqual(weak);
  });
});

describe('strengthen', () => {
  test.each([
    [[3], 2, [3]],
    [[1], 4, [4]],
    [[1, 1], 4, [2, 2]],
    [[1, 3], 8, [2, 6]],
    [[0], 2, [2]],
    [[0, 0], 3, [2, 2]],
  ])('%j for %i', (counts, wanted, needed) => expect(strengthen(counts, wanted)).toEqual(needed));

  test('is enough, and never scales down', () => {
    const counts = fc.array(fc.nat(50), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(counts, fc.nat(200), (present, wanted) => {
        const needed = strengthen(present, wanted);
        expect(needed.reduce((sum, count) => sum + count, 0)).toBeGreaterThanOrEqual(wanted);
        expect(needed.every((count, index) => count >= (present[index] ?? 0))).toBe(true);
      }),
    );
  });
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

describe('atStrength', () => {
  const specs = (objects: readonly KubeObject[]) => objects.map(({ spec }) => spec);
  test('starts at the larger of the manifest and what is live', () => {
    expect(specs(atStrength([deployment(2)], () => true, 5))).toEqual([{ replicas: 5 }]);
    expect(specs(atStrength([deployment(7)], () => true, 5))).toEqual([{ replicas: 7 }]);
    expect(specs(atStrength([deployment()], () => true, 3))).toEqual([{ replicas: 3 }]);
  });

  test('an HPA does not pull it down again, and its own least counts', () => {
    const [first, second] = atStrength([deployment(), hpa(2, 4)], () => true, 5);
    expect(first?.spec).toEqual({ replicas: 5 });
    expect(second?.spec).toMatchObject({ minReplicas: 5, maxReplicas: 5 });
    expect(second?.metadata.annotations).toEqual({ 'greenpath.dev/limits': '2..4' });
    expect(specs(atStrength([deployment(), hpa(3, 4)], () => true, 1))[0]).toEqual({ replicas: 3 });
  });

  test('what is not behind the Service is left alone, and so are the arguments', () => {
    const objects = [deployment(1), hpa(1, 2)];
    const before = structuredClone(objects);
    expect(atStrength(objects, () => false, 5)).toEqual(before);
    atStrength(objects, () => true, 5);
    expect(objects).toEqual(before);
  });
});
