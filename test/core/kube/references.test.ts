import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/base/json.ts';
import { referencesIn } from '../../../src/core/kube/references.ts';
import { only } from '../support.ts';

const spec = (text: string) => load(text) as Json;
const found = (text: string) =>
  referencesIn(spec(text)).map(({ kind, name, optional, keys }) => [kind, name, optional, keys]);

describe('referencesIn', () => {
  test.each<[string, string, unknown[]]>([
    ['a ConfigMap volume', 'volumes: [{name: v, configMap: {name: a}}]', ['ConfigMap', 'a', false, undefined]],
    [
      'its items',
      'volumes: [{name: v, configMap: {name: a, items: [{key: k, path: p}]}}]',
      ['ConfigMap', 'a', false, ['k']],
    ],
    [
      'an optional one',
      'volumes: [{name: v, configMap: {name: a, optional: true}}]',
      ['ConfigMap', 'a', true, undefined],
    ],
    ['a Secret volume', 'volumes: [{name: v, secret: {secretName: a}}]', ['Secret', 'a', false, undefined]],
    [
      'a claim',
      'volumes: [{name: v, persistentVolumeClaim: {claimName: a}}]',
      ['PersistentVolumeClaim', 'a', false, undefined],
    ],
    [
      'a projected ConfigMap',
      'volumes: [{name: v, projected: {sources: [{configMap: {name: a, items: [{key: k}]}}]}}]',
      ['ConfigMap', 'a', false, ['k']],
    ],
    [
      'a projected Secret',
      'volumes: [{name: v, projected: {sources: [{secret: {name: a}}]}}]',
      ['Secret', 'a', false, undefined],
    ],
    [
      'env from a ConfigMap',
      'containers: [{env: [{name: E, valueFrom: {configMapKeyRef: {name: a, key: k}}}]}]',
      ['ConfigMap', 'a', false, ['k']],
    ],
    [
      'env from a Secret',
      'containers: [{env: [{name: E, valueFrom: {secretKeyRef: {name: a, key: k, optional: true}}}]}]',
      ['Secret', 'a', true, ['k']],
    ],
    [
      'envFrom a ConfigMap',
      'containers: [{envFrom: [{configMapRef: {name: a}}]}]',
      ['ConfigMap', 'a', false, undefined],
    ],
    ['envFrom a Secret', 'initContainers: [{envFrom: [{secretRef: {name: a}}]}]', ['Secret', 'a', false, undefined]],
    ...['cephfs', 'flexVolume', 'iscsi', 'rbd', 'scaleIO', 'storageos'].map((driver): [string, string, unknown[]] => [
      `the Secret of ${driver}`,
      `volumes: [{name: v, ${driver}: {secretRef: {name: a}}}]`,
      ['Secret', 'a', false, undefined],
    ]),
    [
      'the Secret of a CSI driver',
      'volumes: [{name: v, csi: {driver: d, nodePublishSecretRef: {name: a}}}]',
      ['Secret', 'a', false, undefined],
    ],
    [
      'the Secret of an Azure share',
      'volumes: [{name: v, azureFile: {shareName: s, secretName: a}}]',
      ['Secret', 'a', false, undefined],
    ],
    ['a pull secret', 'imagePullSecrets: [{name: a}]', ['Secret', 'a', false, undefined]],
    ['a service account', 'serviceAccountName: a', ['ServiceAccount', 'a', false, undefined]],
  ])('%s', (_, text, reference) => {
    expect(only(found(text))).toEqual(reference);
  });

  test('a volume that is only ever mounted by subPath gives just those keys', () => {
    const mounts = (list: string) =>
      `containers: [{volumeMounts: [${list}]}]\nvolumes: [{name: v, configMap: {name: a}}]`;
    expect(only(found(mounts('{name: v, subPath: blue}, {name: v, subPath: green}')))[3]).toEqual(['blue', 'green']);
    expect(only(found(mounts('{name: v, subPath: blue}, {name: v}')))[3]).toBeUndefined();
    expect(only(found(mounts('{name: v, subPath: blue}, {name: v, subPathExpr: $(X)}')))[3]).toBeUndefined();
    expect(only(found(mounts('{name: other, subPath: blue}')))[3]).toBeUndefined();
  });

  test('an empty subPath is the whole volume, so all keys are read', () => {
    const text = 'containers: [{volumeMounts: [{name: v, subPath: ""}]}]\nvolumes: [{name: v, configMap: {name: a}}]';
    expect(only(found(text))[3]).toBeUndefined();
  });

  test('a mount by subPath in an init container counts too', () => {
    const text =
      'initContainers: [{volumeMounts: [{name: v}]}]\ncontainers: [{volumeMounts: [{name: v, subPath: k}]}]\nvolumes: [{name: v, configMap: {name: a}}]';
    expect(only(found(text))[3]).toBeUndefined();
  });

  test('rename changes the place and nothing else', () => {
    const pod = spec('volumes: [{name: v, secret: {secretName: a, defaultMode: 256}}]\nserviceAccountName: a');
    for (const reference of referencesIn(pod)) if (reference.kind === 'Secret') reference.rename('b');
    expect(pod).toEqual({
      volumes: [{ name: 'v', secret: { secretName: 'b', defaultMode: 256 } }],
      serviceAccountName: 'a',
    });
  });

  test.each([
    'containers: nothing',
    'volumes: [null, 3, {configMap: 7}, {secret: {}}]',
    'containers: [{env: [{name: E, value: x}], envFrom: [{}]}]',
    'serviceAccountName: ""',
    'null',
  ])('%s names nothing', (text) => {
    expect(found(text)).toEqual([]);
  });
});
