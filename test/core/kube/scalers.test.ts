import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { isPaused, isScaler, scaledObjectOf, scales } from '../../../src/core/kube/scalers.ts';

const of = (apiVersion: string, kind: string, spec: object = {}, metadata: object = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name: 'web', ...metadata },
  spec,
});
const WEB = of('apps/v1', 'Deployment');
const hpa = (target: object) => of('autoscaling/v2', 'HorizontalPodAutoscaler', { scaleTargetRef: target });
const scaledObject = (target: object) => of('keda.sh/v1alpha1', 'ScaledObject', { scaleTargetRef: target });
const vertical = (target: object) => of('autoscaling.k8s.io/v1', 'VerticalPodAutoscaler', { targetRef: target });

describe('what an autoscaler scales', () => {
  test.each([
    ['an HPA, its target', hpa({ kind: 'Deployment', name: 'web' }), true],
    ['an HPA, no object without a kind', hpa({ name: 'web' }), false],
    ['a ScaledObject, its target', scaledObject({ kind: 'Deployment', name: 'web' }), true],
    ['a ScaledObject, a Deployment if it says no kind', scaledObject({ name: 'web' }), true],
    ['a ScaledObject, no other kind of that name', scaledObject({ kind: 'StatefulSet', name: 'web' }), false],
    ['a VerticalPodAutoscaler, its target', vertical({ kind: 'Deployment', name: 'web' }), true],
    ['nothing of another name', scaledObject({ name: 'cart' }), false],
  ])('%s', (_, scaler, expected) => {
    expect(isScaler(scaler)).toBe(true);
    expect(scales(scaler, WEB)).toBe(expected);
  });

  test('a kind of another group is none', () => {
    expect(isScaler(of('example.com/v1', 'ScaledObject'))).toBe(false);
    expect(isScaler(of('policy/v1', 'PodDisruptionBudget'))).toBe(false);
  });
});

test('an HPA that KEDA made names its ScaledObject', () => {
  const owned = (kind: string) =>
    of('autoscaling/v2', 'HorizontalPodAutoscaler', {}, { ownerReferences: [{ kind, name: 'web-v2' }] });
  expect(scaledObjectOf(owned('ScaledObject'))).toBe('web-v2');
  expect(scaledObjectOf(owned('Deployment'))).toBeUndefined();
  expect(scaledObjectOf(hpa({}))).toBeUndefined();
});

test.each([
  [{}, false],
  [{ 'autoscaling.keda.sh/paused-replicas': '0' }, true],
  [{ 'autoscaling.keda.sh/paused-replicas': '' }, true],
  [{ 'autoscaling.keda.sh/paused': 'true' }, true],
  [{ 'autoscaling.keda.sh/paused': 'false' }, false],
])('a ScaledObject annotated %j is paused: %s', (annotations, expected) => {
  expect(isPaused(of('keda.sh/v1alpha1', 'ScaledObject', {}, { annotations }))).toBe(expected);
});
