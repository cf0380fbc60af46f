import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type JsonObject, objectAt, textsOf } from '../../../src/core/base/json.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { type KubeObject, nameOf, selects } from '../../../src/core/kube/objects.ts';
import { referencesIn } from '../../../src/core/kube/references.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { identifiers, manifestsOf, present, revisions } from '../support.ts';

const APP = `
apiVersion: v1
kind: ConfigMap
metadata: {name: settings, labels: {team: shop}}
---
apiVersion: v1
kind: Secret
metadata: {name: settings}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: policy/v1
kind: PodDisruptionBudget
metadata: {name: web}
spec: {minAvailable: 1, selector: {matchLabels: {app: web}}}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: web}
spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}, maxReplicas: 3}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web, team: shop}, annotations: {note: kept}}
    spec:
      serviceAccountName: settings
      imagePullSecrets: [{name: settings}, {name: registry}]
      initContainers:
      - {name: init, image: init, envFrom: [{secretRef: {name: settings}}]}
      containers:
      - name: web
        image: web
        env: [{name: A, valueFrom: {configMapKeyRef: {name: settings, key: a}}}]
        envFrom: [{configMapRef: {name: elsewhere}}]
      volumes:
      - {name: c, configMap: {name: settings}}
      - {name: p, projected: {sources: [{configMap: {name: settings}}, {secret: {name: settings}}]}}
`;

const byKind = (manifests: readonly Manifest[], kind: string): KubeObject =>
  present(manifests.find(({ object }) => object.kind === kind)).object;
const selectorOf = (object: KubeObject) =>
  object.kind === 'Service'
    ? textsOf(objectAt(object, 'spec').selector)
    : textsOf(objectAt(object, 'spec', 'selector').matchLabels);

describe('colour', () => {
  test('gives each object name + slug and the labels by which it is found', () => {
    const coloured = colour(manifestsOf(APP), identifiers('v1.24.0'));
    expect(coloured.map(({ object }) => nameOf(object))).toEqual([
      'ConfigMap settings-v1-24-0',
      'Secret settings-v1-24-0',
      'Service web-v1-24-0',
      'PodDisruptionBudget web-v1-24-0',
      'HorizontalPodAutoscaler web-v1-24-0',
      'Deployment web-v1-24-0',
    ]);
    expect(byKind(coloured, 'ConfigMap').metadata.labels).toEqual({
      team: 'shop',
      'greenpath.dev/app': 'web',
      'greenpath.dev/revision': 'v1.24.0',
      'greenpath.dev/name': 'settings',
    });
  });

  test('references to objects of the set follow; others stay', () => {
    const coloured = colour(manifestsOf(APP), identifiers('v2'));
    const spec = podSpecOf(byKind(coloured, 'Deployment'));
    expect(new Set(referencesIn(spec).map(({ kind, name }) => `${kind} ${name}`))).toEqual(
      new Set([
        'ConfigMap settings-v2',
        'Secret settings-v2',
        'Secret registry',
        'ConfigMap elsewhere',
        'ServiceAccount settings',
      ]),
    );
    expect(objectAt(byKind(coloured, 'HorizontalPodAutoscaler'), 'spec', 'scaleTargetRef').name).toBe('web-v2');
  });

  test('pods keep their labels and annotations', () => {
    const deployment = byKind(colour(manifestsOf(APP), identifiers('v2')), 'Deployment');
    expect(podLabels(deployment)).toEqual({ app: 'web', team: 'shop', revision: 'v2' });
    expect(objectAt(deployment, 'spec', 'template', 'metadata').annotations).toEqual({ note: 'kept' });
  });

  test('another label key can tell the revisions apart', () => {
    const coloured = colour(manifestsOf(APP), identifiers('v2', { revisionLabel: 'acme.io/version' }));
    expect(podLabels(byKind(coloured, 'Deployment'))).toMatchObject({ 'acme.io/version': 'v2' });
    expect(selectorOf(byKind(coloured, 'Service'))).toEqual({ app: 'web', 'acme.io/version': 'v2' });
  });

  test.each(['Service', 'PodDisruptionBudget', 'Deployment'])(
    'the selector of a %s means its own pods only',
    (kind) => {
      fc.assert(
        fc.property(revisions, revisions, (blue, green) => {
          fc.pre(blue !== green);
          const [one, other] = [blue, green].map((revision) => colour(manifestsOf(APP), identifiers(revision)));
          const pods = podLabels(byKind(present(one), 'Deployment'));
          expect(selects(selectorOf(byKind(present(one), kind)), pods)).toBe(true);
          expect(selects(selectorOf(byKind(present(other), kind)), pods)).toBe(false);
        }),
        { numRuns: 30 },
      );
    },
  );

  test('does not change its arguments', () => {
    const given = manifestsOf(APP);
    colour(given, identifiers('v2'));
    expect(given).toEqual(manifestsOf(APP));
  });

  test('a pod template without metadata gets the label, too', () => {
    const [bare] = manifestsOf(
      'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: a}\nspec: {template: {spec: {}}}',
    );
    const [coloured] = colour([present(bare)], identifiers('v2'));
    expect(podLabels(present(coloured).object)).toEqual({ revision: 'v2' });
  });
});

/** The first of `text`'s objects, coloured beside the Deployment `web`, whose pods have the label `app: web`. */
function beside(text: string): JsonObject {
  const web =
    'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}}}';
  const api = 'apiVersion: v1\nkind: Service\nmetadata: {name: api}';
  const [first] = colour(manifestsOf([text, web, api].join('\n---\n')), identifiers('v2'));
  return objectAt(present(first).object, 'spec');
}

describe('what selects nothing of the manifests stays', () => {
  const service = (spec: string) => beside(`apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: ${spec}`);
  const budget = (spec: string) =>
    beside(`apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: ${spec}`);

  test('a Service whose endpoints are written by hand gets no selector', () => {
    expect(service('{ports: [{port: 80}]}')).toEqual({ ports: [{ port: 80 }] });
    expect(service('{selector: {}}')).toEqual({ selector: {} });
  });

  test("a Service of somebody else's pods keeps its selector", () => {
    expect(service('{selector: {app: db}}')).toEqual({ selector: { app: 'db' } });
    expect(service('{selector: {app: web}}')).toEqual({ selector: { app: 'web', revision: 'v2' } });
  });

  test.each([
    ['{selector: {matchLabels: {app: db}}}', { selector: { matchLabels: { app: 'db' } } }],
    ['{maxUnavailable: 1}', { maxUnavailable: 1 }],
    [
      '{selector: {matchExpressions: [{key: app, operator: Exists}]}}',
      { selector: { matchLabels: { revision: 'v2' }, matchExpressions: [{ key: 'app', operator: 'Exists' }] } },
    ],
    ['{selector: {}}', { selector: { matchLabels: { revision: 'v2' } } }],
  ])('a PodDisruptionBudget with %s', (before, after) => {
    expect(budget(before)).toEqual(after);
  });
});

test.each([
  ['v1', 'Service', 'api', 'api-v2'],
  ['v1', 'Service', 'elsewhere', 'elsewhere'],
  ['serving.knative.dev/v1', 'Service', 'api', 'api'],
  ['networking.k8s.io/v1', 'Ingress', 'api', 'api'],
])('a metric of %s %s %s is read from %s', (apiVersion, kind, name, after) => {
  const metrics = (to: string) => [
    { type: 'Resource', resource: { name: 'cpu' } },
    { type: 'Object', object: { describedObject: { apiVersion, kind, name: to }, metric: { name: 'api' } } },
  ];
  const spec = JSON.stringify({ scaleTargetRef: { kind: 'Deployment', name: 'web' }, metrics: metrics(name) });
  expect(
    beside(`apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: h}\nspec: ${spec}`),
  ).toEqual({ scaleTargetRef: { kind: 'Deployment', name: 'web-v2' }, metrics: metrics(after) });
});
