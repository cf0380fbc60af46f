import { describe, expect, test } from 'vitest';
import { currentScaler } from '../../../src/core/kube/hpa-form.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { unappliedIn } from '../../../src/core/kube/unapplied-fields.ts';

/** HPAs of autoscaling/v1; test/e2e/hpa-form.all.test.ts shows that the server makes the same of them. */

const MORE = 'autoscaling.alpha.kubernetes.io/';
const hpa = (more: Record<string, unknown> = {}, spec: object = {}): KubeObject => ({
  apiVersion: 'autoscaling/v1',
  kind: 'HorizontalPodAutoscaler',
  metadata: {
    name: 'web',
    annotations: Object.fromEntries(
      Object.entries(more).map(([key, value]) => [key, typeof value === 'string' ? value : JSON.stringify(value)]),
    ),
  },
  spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, maxReplicas: 4, ...spec },
});
const CPU = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 70 } },
};

describe('an HPA of autoscaling/v1, as autoscaling/v2', () => {
  test('its percentage is a metric', () => {
    const now = currentScaler(hpa({}, { targetCPUUtilizationPercentage: 70 }));
    expect(now.apiVersion).toBe('autoscaling/v2');
    expect(now.spec).toEqual({
      scaleTargetRef: { kind: 'Deployment', name: 'web' },
      maxReplicas: 4,
      metrics: [CPU],
    });
  });

  test('without one it has no metric: the server sets its own', () => {
    expect(currentScaler(hpa()).spec).not.toHaveProperty('metrics');
  });

  test.each<[string, object, object]>([
    [
      'Resource',
      { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
      { type: 'Resource', resource: { name: 'memory', target: { type: 'AverageValue', averageValue: '1Gi' } } },
    ],
    [
      'ContainerResource',
      { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'web', targetAverageUtilization: 60 } },
      {
        type: 'ContainerResource',
        containerResource: { name: 'cpu', container: 'web', target: { type: 'Utilization', averageUtilization: 60 } },
      },
    ],
    [
      'Pods',
      { type: 'Pods', pods: { metricName: 'orders', targetAverageValue: '10', selector: { matchLabels: { a: 'b' } } } },
      {
        type: 'Pods',
        pods: {
          metric: { name: 'orders', selector: { matchLabels: { a: 'b' } } },
          target: { type: 'AverageValue', averageValue: '10' },
        },
      },
    ],
    [
      'Object',
      { type: 'Object', object: { target: { kind: 'Service', name: 'web' }, metricName: 'hits', targetValue: '5' } },
      {
        type: 'Object',
        object: {
          describedObject: { kind: 'Service', name: 'web' },
          metric: { name: 'hits' },
          target: { type: 'Value', value: '5' },
        },
      },
    ],
    [
      'External',
      {
        type: 'External',
        external: { metricName: 'queue', metricSelector: { matchLabels: { a: 'b' } }, targetValue: '5' },
      },
      {
        type: 'External',
        external: {
          metric: { name: 'queue', selector: { matchLabels: { a: 'b' } } },
          target: { type: 'Value', value: '5' },
        },
      },
    ],
  ])('a metric of type %s in the annotation comes before the percentage', (_, given, wanted) => {
    const now = currentScaler(hpa({ [`${MORE}metrics`]: [given] }, { targetCPUUtilizationPercentage: 70 }));
    expect(now.spec).toMatchObject({ metrics: [wanted, CPU] });
    expect(now.metadata).not.toHaveProperty('annotations');
  });

  test('its behaviour is a field, its state goes, and other annotations stay', () => {
    const behavior = { scaleDown: { stabilizationWindowSeconds: 60 } };
    const now = currentScaler(
      hpa({ [`${MORE}behavior`]: behavior, [`${MORE}conditions`]: [{}], [`${MORE}current-metrics`]: [{}], team: 'a' }),
    );
    expect(now.spec).toMatchObject({ behavior });
    expect(now.spec).not.toHaveProperty('metrics');
    expect(now.metadata.annotations).toEqual({ team: 'a' });
  });

  test.each(['', '{', '7', '"x"', '[7]', '{"type":"Resource"}'])('what cannot be read (%s) does not count', (text) => {
    const now = currentScaler(hpa({ [`${MORE}metrics`]: text, [`${MORE}behavior`]: text }));
    expect(now.spec).not.toHaveProperty('metrics');
  });

  test('as the server returns it, it lacks nothing of the manifest', () => {
    const given = hpa({ [`${MORE}metrics`]: [] }, { targetCPUUtilizationPercentage: 70 });
    const present: KubeObject = {
      ...given,
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'web', uid: 'u' },
      spec: { scaleTargetRef: { kind: 'Deployment', name: 'web' }, minReplicas: 1, maxReplicas: 4, metrics: [CPU] },
    };
    expect(unappliedIn(given, present)).toEqual([]);
  });
});
