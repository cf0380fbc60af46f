import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { EndpointSlice, KubeObject } from '../../../src/core/kube/objects.ts';
import { atStrength, strengthen, weakIn } from '../../../src/core/kube/strength.ts';

const deployment = (replicas?: number): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web' },
  spec: replicas === undefined ? {} : { replicas },
});
const hpa = (minReplicas: number, maxReplicas: number): KubeObject => ({
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { name: 'web' },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas, maxReplicas },
});
const custom = (apiVersion: string, kind: string, spec: object): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web' },
  spec,
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

  test('a ScaledObject does not either, not even while nothing is to do', () => {
    const spec = { scaleTargetRef: { name: 'web' }, idleReplicaCount: 0, minReplicaCount: 1, maxReplicaCount: 4 };
    const [first, second] = atStrength([deployment(), custom('keda.sh/v1alpha1', 'ScaledObject', spec)], () => true, 3);
    expect(first?.spec).toEqual({ replicas: 3 });
    expect(second?.spec).toEqual({ scaleTargetRef: { name: 'web' }, minReplicaCount: 3, maxReplicaCount: 4 });
    expect(second?.metadata.annotations).toEqual({ 'greenpath.dev/limits': '1..4 or 0' });
  });

  test('a ScaledObject lets the candidate have a pod if nothing is live', () => {
    const scaled = custom('keda.sh/v1alpha1', 'ScaledObject', { scaleTargetRef: { name: 'web' } });
    const [first, second] = atStrength([deployment(), scaled], () => true, 0);
    expect(first?.spec).toEqual({});
    expect(second?.spec).toMatchObject({ minReplicaCount: 1, maxReplicaCount: 100 });
  });

  test('a VerticalPodAutoscaler has nothing to do with it', () => {
    const vertical = custom('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', {
      targetRef: { kind: 'Deployment', name: 'web' },
    });
    expect(atStrength([deployment(1), vertical], () => true, 3)[1]).toBe(vertical);
  });

  test('what is not behind the Service is left alone, and so are the arguments', () => {
    const objects = [deployment(1), hpa(1, 2)];
    const before = structuredClone(objects);
    expect(atStrength(objects, () => false, 5)).toEqual(before);
    atStrength(objects, () => true, 5);
    expect(objects).toEqual(before);
  });
});
