import { describe, expect, test } from 'vitest';
import { objectAt, objectsAt } from '../../../src/core/base/json.ts';
import type { Stack } from '../../../src/core/colouring/stack.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import { only, present } from '../support.ts';
import { DEPLOYMENT, HPA_V1, join, problemsOf, SECRET, SERVICE, stackOf } from './stack-manifests.ts';

describe('a CronJob', () => {
  const cron = (name: string, labels = '{}') => `
apiVersion: batch/v1
kind: CronJob
metadata: {name: ${name}}
spec:
  schedule: "0 2 * * *"
  jobTemplate: {spec: {template: {metadata: {labels: ${labels}}, spec: {containers: [{name: c, image: i, envFrom: [{secretRef: {name: key}}]}]}}}}`;

  test('gets the revision in its name, in its pods and in what they read, and is applied last', () => {
    const { object } = present(stackOf(join(SERVICE, DEPLOYMENT, SECRET, cron('report'))).own.at(-1));
    expect(nameOf(object)).toBe('CronJob report-v2');
    expect(podLabels(object)).toEqual({ revision: 'v2' });
    const [container] = objectsAt(podSpecOf(object), 'containers');
    expect(objectsAt(container, 'envFrom')).toEqual([{ secretRef: { name: 'key-v2' } }]);
  });

  test('has at most 52 characters in its name, as Kubernetes wants it', () => {
    const { object } = present(stackOf(join(SERVICE, DEPLOYMENT, cron('r'.repeat(52)))).own.at(-1));
    expect(object.metadata.name).toMatch(/^r+-[0-9a-f]+-v2$/);
    expect(object.metadata.name.length).toBeLessThanOrEqual(52);
  });

  test('is refused if a Service would take in its pods', () => {
    expect(only(problemsOf(join(SERVICE, DEPLOYMENT, cron('report', '{app: web}')))).text).toContain(
      'Service web selects the pods of CronJob report, which answer no requests',
    );
  });
});

describe('the parts of a stack', () => {
  test('sets images by exact name', () => {
    const stack = stackOf(join(SERVICE, DEPLOYMENT), { 'ghcr.io/acme/web': 'ghcr.io/acme/web:v2' });
    const [container] = objectsAt(podSpecOf(present(stack.own[1]).object), 'containers');
    expect(container?.image).toBe('ghcr.io/acme/web:v2');
  });

  test('a headless Service is one of each revision', () => {
    const headless = SERVICE.replace('spec: {', 'spec: {clusterIP: None, ');
    const stack = stackOf(join(headless, DEPLOYMENT));
    expect(only(stack.services)).toMatchObject({
      metadata: { name: 'web-v2' },
      spec: { type: 'ClusterIP', clusterIP: 'None', selector: { app: 'web', revision: 'v2' } },
    });
  });

  test('a part that is switched off is fine if no Service leads to it alone', () => {
    const off = DEPLOYMENT.replace('spec:\n', 'spec:\n  replicas: 0\n').replace('{name: web}', '{name: idle}');
    const worker = off.replaceAll('app: web', 'app: idle');
    expect(stackOf(join(SERVICE, DEPLOYMENT, worker)).own).toHaveLength(3);
    expect(stackOf(join(SERVICE, DEPLOYMENT, off)).own).toHaveLength(3);
  });

  test('an HPA of autoscaling/v1 is written as autoscaling/v2 has it, and shared ones too', () => {
    const scalers = (stack: Stack) =>
      [...stack.own, ...stack.shared].flatMap(({ object }) => (object.kind.startsWith('Horiz') ? [object] : []));
    const target = { type: 'Utilization', averageUtilization: 70 };
    expect(only(scalers(stackOf(join(SERVICE, DEPLOYMENT, HPA_V1))))).toMatchObject({
      apiVersion: 'autoscaling/v2',
      metadata: { name: 'web-v2' },
      spec: {
        scaleTargetRef: { name: 'web-v2' },
        minReplicas: 2,
        maxReplicas: 4,
        metrics: [{ type: 'Resource', resource: { name: 'cpu', target } }],
      },
    });
    const without = HPA_V1.replace(', targetCPUUtilizationPercentage: 70', '').replace(
      'name: web}, min',
      'name: x}, min',
    );
    const shared = only(scalers(stackOf(join(SERVICE, DEPLOYMENT, without))));
    expect(shared).toMatchObject({ apiVersion: 'autoscaling/v2', metadata: { name: 'web' } });
    expect(objectAt(shared, 'spec')).not.toHaveProperty('metrics');
  });

  test('texts of a Secret are sent as they are stored: a key that is left out later goes', () => {
    const secret = `${SECRET}data: {password: MQ==, other: Mg==, empty: }\n`;
    const { object } = present(stackOf(join(secret, SERVICE, DEPLOYMENT)).own[0]);
    expect(object).toMatchObject({ kind: 'Secret', data: { password: 'b25l', other: 'Mg==', empty: '' } });
    expect(object).not.toHaveProperty('stringData');
  });

  test('an object annotated as shared is neither coloured nor judged', () => {
    const set =
      'apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: db, annotations: {greenpath.dev/shared: "true"}}';
    const stack = stackOf(join(SERVICE, DEPLOYMENT, set));
    expect(stack.shared.map(({ object }) => nameOf(object))).toEqual(['StatefulSet db']);
  });
});
