import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { differingFields, overlaid } from '../../../src/core/kube/differing-fields.ts';
import { kindMeant } from '../../../src/core/kube/identity.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';

const object = (kind: string, rest: string) =>
  ({ apiVersion: kindMeant(kind)?.apiVersion, kind, ...(load(rest) as object) }) as unknown as KubeObject;
const deployment = (template: string, more = '') =>
  object('Deployment', `{metadata: {name: web}, spec: {replicas: 1, template: ${template}${more}}}`);

describe('the fields that differ are named, without values', () => {
  test.each<[string, KubeObject, KubeObject, string[]]>([
    [
      'nothing',
      object('ConfigMap', '{metadata: {name: a}, data: {a: "1"}}'),
      object('ConfigMap', '{metadata: {name: a, uid: u}, data: {a: "1"}}'),
      [],
    ],
    [
      'a value',
      object('Secret', '{metadata: {name: a}, data: {a: MQ==}}'),
      object('Secret', '{metadata: {name: a}, data: {a: Mg==}}'),
      ['data.a'],
    ],
    [
      'a key that came, and one that went',
      object('ConfigMap', '{metadata: {name: a}, data: {a: "1"}}'),
      object('ConfigMap', '{metadata: {name: a}, data: {b: "1"}}'),
      ['data.a', 'data.b'],
    ],
    [
      'an annotation of the pods',
      deployment('{metadata: {annotations: {checksum/secret: a, greenpath.dev/reads: b}}}'),
      deployment('{metadata: {annotations: {checksum/secret: c}}}'),
      ['spec.template.metadata.annotations.checksum/secret'],
    ],
    [
      'a variable of a container',
      deployment('{spec: {containers: [{name: web, env: [{name: A, value: "1"}, {name: B, value: "1"}]}]}}'),
      deployment('{spec: {containers: [{name: web, env: [{name: B, value: "2"}, {name: A, value: "1"}]}]}}'),
      ['spec.template.spec.containers[web].env[B].value'],
    ],
    [
      'a container',
      deployment('{spec: {containers: [{name: web}]}}'),
      deployment('{spec: {containers: [{name: web}, {name: proxy}]}}'),
      ['spec.template.spec.containers[proxy]'],
    ],
    [
      'replicas, which a release changes',
      object('Deployment', '{metadata: {name: a}, spec: {replicas: 3}}'),
      object('Deployment', '{metadata: {name: a}, spec: {replicas: 1}}'),
      [],
    ],
    [
      'limits that a release raised',
      object(
        'HorizontalPodAutoscaler',
        '{metadata: {name: a, annotations: {greenpath.dev/limits: 1..2}}, spec: {minReplicas: 3, maxReplicas: 3}}',
      ),
      object('HorizontalPodAutoscaler', '{metadata: {name: a}, spec: {minReplicas: 1, maxReplicas: 2}}'),
      [],
    ],
    [
      'limits that it did not',
      object('HorizontalPodAutoscaler', '{metadata: {name: a}, spec: {maxReplicas: 3}}'),
      object('HorizontalPodAutoscaler', '{metadata: {name: a}, spec: {maxReplicas: 2}}'),
      ['spec.maxReplicas'],
    ],
    [
      'a label',
      object('Service', '{metadata: {name: a, labels: {a: b, greenpath.dev/app: web}}}'),
      object('Service', '{metadata: {name: a, labels: {a: c}}}'),
      ['metadata.labels.a'],
    ],
  ])('%s', (_, present, wanted, fields) => {
    expect(differingFields(present, wanted)).toEqual(fields);
  });

  test('of what the server would not take, only what the manifest says', () => {
    const present = deployment(
      '{metadata: {labels: {a: b, uid: u}}, spec: {dnsPolicy: x, containers: [{name: web, image: a, tty: false}]}}',
    );
    const wanted = deployment('{metadata: {labels: {a: b}}, spec: {containers: [{name: web, image: b}]}}');
    expect(differingFields(present, overlaid(present, wanted))).toEqual(['spec.template.spec.containers[web].image']);
  });
});

describe('what a release does to a ScaledObject is no difference', () => {
  const scaledObject = (annotations: string, spec: string) =>
    object('ScaledObject', `{metadata: {name: a, annotations: {${annotations}}}, spec: {${spec}}}`);
  const pause = 'autoscaling.keda.sh/paused-replicas: "0"';

  test('that it is paused while its revision is not live; that the manifest pauses it is one', () => {
    const noted = scaledObject(`greenpath.dev/suspend: "false", ${pause}`, '');
    expect(differingFields(noted, scaledObject('', ''))).toEqual([]);
    expect(differingFields(scaledObject(pause, ''), scaledObject('', ''))).toEqual([
      'metadata.annotations.autoscaling.keda.sh/paused-replicas',
    ]);
  });

  test('that its limits are held', () => {
    const held = scaledObject('greenpath.dev/limits: 1..4 or 0', 'minReplicaCount: 3, maxReplicaCount: 4');
    const given = scaledObject('', 'minReplicaCount: 1, maxReplicaCount: 4, idleReplicaCount: 0');
    expect(differingFields(held, given)).toEqual([]);
  });
});
