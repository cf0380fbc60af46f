import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { colour } from '../../src/core/colour.ts';
import { objectAt, textsOf } from '../../src/core/json.ts';
import type { Manifest } from '../../src/core/manifests.ts';
import { type KubeObject, nameOf, selects } from '../../src/core/objects.ts';
import { referencesIn } from '../../src/core/references.ts';
import { slugOf } from '../../src/core/revision.ts';
import { podLabels, podSpecOf } from '../../src/core/stack.ts';
import { dnsLabels, identifiers, manifestsOf, present, revisions } from './support.ts';

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

/** A set of ConfigMaps and Secrets, and a Deployment that names some of them and some that are not in the set. */
const sets = fc
  .record({
    configs: fc.uniqueArray(dnsLabels, { maxLength: 5 }),
    secrets: fc.uniqueArray(dnsLabels, { maxLength: 5 }),
    others: fc.uniqueArray(dnsLabels, { maxLength: 3 }),
    deployment: dnsLabels,
  })
  .map(({ configs, secrets, others, deployment }): Manifest[] => {
    const volumes = [...configs, ...others].map((name) => ({ name, configMap: { name } }));
    const envFrom = [...secrets, ...others].map((name) => ({ secretRef: { name } }));
    const place = { file: 'a.yaml', line: 1 };
    const plain = (kind: string) => (name: string) => ({
      object: { apiVersion: 'v1', kind, metadata: { name } },
      place,
    });
    const workload: KubeObject = {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: deployment },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { metadata: { labels: { app: 'web' } }, spec: { volumes, containers: [{ name: 'c', envFrom }] } },
      },
    };
    return [...configs.map(plain('ConfigMap')), ...secrets.map(plain('Secret')), { object: workload, place }];
  });

const referenced = (manifests: readonly Manifest[]) =>
  manifests.flatMap(({ object }) => referencesIn(podSpecOf(object)).map(({ kind, name }) => `${kind} ${name}`));

describe('colour, for any set', () => {
  test('every reference to an object of the set resolves afterwards, every other is as it was', () => {
    fc.assert(
      fc.property(sets, revisions, (set, revision) => {
        const before = new Set(set.map(({ object }) => nameOf(object)));
        const coloured = colour(set, identifiers(revision));
        const after = new Set(coloured.map(({ object }) => nameOf(object)));
        const now = referenced(coloured);
        for (const [index, old] of referenced(set).entries()) {
          if (before.has(old)) expect(after).toContain(now[index]);
          else expect(now[index]).toBe(old);
        }
        expect(after.size).toBe(before.size);
      }),
    );
  });

  test('twice is once', () => {
    fc.assert(
      fc.property(sets, revisions, (set, revision) => {
        const once = colour(set, identifiers(revision));
        expect(colour(once, identifiers(revision))).toEqual(once);
      }),
    );
  });

  test('two revisions share no object', () => {
    fc.assert(
      fc.property(sets, revisions, revisions, (set, blue, green) => {
        fc.pre(slugOf(blue) !== slugOf(green));
        const names = new Set(colour(set, identifiers(blue)).map(({ object }) => nameOf(object)));
        for (const { object } of colour(set, identifiers(green))) expect(names).not.toContain(nameOf(object));
      }),
    );
  });
});
