import { afterAll, beforeAll, expect, inject, test } from 'vitest';
import { currentScaler } from '../../src/core/kube/hpa-form.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import { unappliedIn } from '../../src/core/kube/unapplied-fields.ts';
import { apply, makeWorld, type World } from './world.ts';

/** HPAs of autoscaling/v1 are written as the server stores them. */

const cluster = inject('cluster');
let world: World;

beforeAll(async () => {
  world = await makeWorld(cluster, 'hpa-form', 'split', 1);
});
afterAll(() => world.end());

const MORE = 'autoscaling.alpha.kubernetes.io/';
const METRICS = [
  { type: 'Resource', resource: { name: 'memory', targetAverageValue: '1Gi' } },
  { type: 'ContainerResource', containerResource: { name: 'cpu', container: 'app', targetAverageUtilization: 60 } },
  { type: 'Pods', pods: { metricName: 'orders', targetAverageValue: '10', selector: { matchLabels: { a: 'b' } } } },
  {
    type: 'Object',
    object: { target: { apiVersion: 'v1', kind: 'Service', name: 'web' }, metricName: 'hits', targetValue: '5' },
  },
  { type: 'External', external: { metricName: 'queue', targetAverageValue: '5' } },
];
test.each<[string, Record<string, string>, object]>([
  ['with a percentage', {}, { targetCPUUtilizationPercentage: 70 }],
  ['with nothing', {}, {}],
  [
    'with more in annotations',
    {
      [`${MORE}metrics`]: JSON.stringify(METRICS),
      [`${MORE}behavior`]: JSON.stringify({
        scaleDown: {
          stabilizationWindowSeconds: 60,
          policies: [{ type: 'Pods', value: 1, periodSeconds: 60 }],
        },
      }),
    },
    { targetCPUUtilizationPercentage: 70 },
  ],
  ['with annotations that cannot be read', { [`${MORE}metrics`]: '{' }, { targetCPUUtilizationPercentage: 70 }],
])('an HPA of autoscaling/v1 %s is the one that the server stores', async (_, annotations, more) => {
  const given: KubeObject = {
    apiVersion: 'autoscaling/v1',
    kind: 'HorizontalPodAutoscaler',
    metadata: { name: 'old', annotations },
    spec: {
      scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'elsewhere' },
      minReplicas: 1,
      maxReplicas: 3,
      ...more,
    },
  };
  await world.kubectl('delete', 'hpa', 'old', '--ignore-not-found');
  await apply(cluster, world.namespace, [given]);
  const stored = JSON.parse(
    await world.kubectl('get', 'horizontalpodautoscalers.v2.autoscaling', 'old', '-o', 'json'),
  ) as KubeObject;
  expect(unappliedIn(given, stored)).toEqual([]);
  const { metrics } = currentScaler(given).spec as { metrics?: unknown };
  if (metrics !== undefined) expect((stored.spec as { metrics: unknown }).metrics).toEqual(metrics);
});
