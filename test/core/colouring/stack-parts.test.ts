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

describe('autoscalers of others', () => {
  const scaledObject = (target: string, more = '') =>
    `apiVersion: keda.sh/v1alpha1\nkind: ScaledObject\nmetadata: {name: web}\nspec: {scaleTargetRef: ${target}${more}}`;
  const LOGIN = `apiVersion: keda.sh/v1alpha1\nkind: TriggerAuthentication\nmetadata: {name: queue}\nspec: {secretTargetRef: [{parameter: p, name: key, key: password}]}`;
  const triggers = (kind = '') => `, triggers: [{type: rabbitmq, authenticationRef: {${kind}name: queue}}]`;
  const vertical = (version: string, mode = '') =>
    `apiVersion: autoscaling.k8s.io/${version}\nkind: VerticalPodAutoscaler\nmetadata: {name: web}\nspec: {targetRef: {apiVersion: apps/v1, kind: Deployment, name: web}${mode}}`;
  const DATABASE = `
apiVersion: apps/v1
kind: StatefulSet
metadata: {name: db}
spec: {selector: {matchLabels: {app: db}}, template: {metadata: {labels: {app: db}}, spec: {containers: [{name: c, image: i}]}}}`;
  const of = (stack: Stack, kind: string) =>
    only(stack.own.flatMap(({ object }) => (object.kind === kind ? [object] : [])));

  test('a ScaledObject scales the Deployment of its revision, and logs in with what is of its revision', () => {
    const hpa = ', advanced: {horizontalPodAutoscalerConfig: {name: mine}}';
    const stack = stackOf(join(SERVICE, DEPLOYMENT, SECRET, LOGIN, scaledObject('{name: web}', triggers() + hpa)));
    expect(of(stack, 'ScaledObject')).toMatchObject({
      metadata: { name: 'web-v2' },
      spec: {
        scaleTargetRef: { name: 'web-v2' },
        triggers: [{ authenticationRef: { name: 'queue-v2' } }],
        advanced: { horizontalPodAutoscalerConfig: { name: 'mine-v2' } },
      },
    });
    expect(of(stack, 'TriggerAuthentication')).toMatchObject({
      metadata: { name: 'queue-v2' },
      spec: { secretTargetRef: [{ name: 'key-v2' }] },
    });
  });

  test('what logs in for the whole cluster, or is not in the manifests, keeps its name', () => {
    for (const trigger of [triggers('kind: ClusterTriggerAuthentication, '), triggers()]) {
      const stack = stackOf(join(SERVICE, DEPLOYMENT, scaledObject('{name: web}', trigger)));
      expect(of(stack, 'ScaledObject').spec).toMatchObject({ triggers: [{ authenticationRef: { name: 'queue' } }] });
    }
  });

  test('that of something else exists once, with what it logs in with; what nobody logs in with is left alone', () => {
    const key = SECRET.replace('{name: key}', '{name: key, annotations: {greenpath.dev/shared: "true"}}');
    const other = scaledObject('{kind: StatefulSet, name: elsewhere}', triggers());
    const apart = stackOf(join(SERVICE, DEPLOYMENT, key, LOGIN, other));
    expect(apart.shared.map(({ given, word }) => `${given}: ${word}`)).toEqual([
      'Secret key: shared',
      'TriggerAuthentication queue: shared',
      'ScaledObject web: shared',
    ]);
    const unused = stackOf(join(SERVICE, DEPLOYMENT, SECRET, LOGIN));
    expect(unused.left.map(({ manifest, why }) => `${manifest.given}: ${why}`)).toEqual([
      'TriggerAuthentication queue: no ScaledObject of the manifests names it',
    ]);
  });

  test('that of a database belongs to it', () => {
    const stack = stackOf(join(SERVICE, DEPLOYMENT, DATABASE, scaledObject('{kind: StatefulSet, name: db}')));
    expect(stack.shared.map(({ given, why }) => `${given}: ${why}`)).toContain(
      'ScaledObject web: it scales StatefulSet db',
    );
  });

  test('a VerticalPodAutoscaler is for the Deployment of its revision, in the version that the server stores', () => {
    for (const version of ['v1', 'v1beta2'])
      expect(of(stackOf(join(SERVICE, DEPLOYMENT, vertical(version))), 'VerticalPodAutoscaler')).toMatchObject({
        apiVersion: 'autoscaling.k8s.io/v1',
        metadata: { name: 'web-v2' },
        spec: { targetRef: { name: 'web-v2' } },
      });
  });

  test.each([
    ['', 1],
    [', updatePolicy: {updateMode: Recreate}', 1],
    [', updatePolicy: {updateMode: "Off"}', 0],
    [', updatePolicy: {updateMode: Initial}', 0],
  ])('the plan says whether it evicts pods (%s)', (mode, count) => {
    expect(stackOf(join(SERVICE, DEPLOYMENT, vertical('v1', mode))).notices).toHaveLength(count);
  });

  test('a VerticalPodAutoscaler of a CronJob is for that of its revision', () => {
    const cron = `apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: web}\nspec: {jobTemplate: {spec: {template: {spec: {containers: [{name: c, image: i}]}}}}}`;
    const text = vertical('v1').replace(
      '{apiVersion: apps/v1, kind: Deployment, name: web}',
      '{apiVersion: batch/v1, kind: CronJob, name: web}',
    );
    const stack = stackOf(join(SERVICE, DEPLOYMENT, cron, text));
    expect(of(stack, 'VerticalPodAutoscaler').spec).toMatchObject({ targetRef: { kind: 'CronJob', name: 'web-v2' } });
  });
});
