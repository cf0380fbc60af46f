import { describe, expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { asSent, contentOf } from '../../../src/core/release/content-read.ts';
import { objectOf } from '../support.ts';

const deployment = (from: string) =>
  objectOf(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web}\nspec: {template: {metadata: {annotations: {a: b}}, spec: {containers: [{name: web, envFrom: [${from}]}]}}}`,
  );
const annotations = (object: KubeObject) => objectAt(object, 'spec', 'template', 'metadata', 'annotations');
const READS = 'greenpath.dev/reads';

describe('a pod template says what its pods read', () => {
  const reader = deployment('{configMapRef: {name: settings}}, {secretRef: {name: key}}');
  const mark = (settings: string, key = '1', other = '1') =>
    annotations(
      asSent(
        reader,
        new Map([
          ['/Secret/key', key],
          ['/ConfigMap/settings', settings],
          ['/ConfigMap/other', other],
        ]),
      ),
    );

  test('so other content gives another template, and the same content the same', () => {
    expect(mark('1')).toMatchObject({ a: 'b', [READS]: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(mark('1')).toEqual(mark('1'));
    expect(mark('2')).not.toEqual(mark('1'));
    expect(mark('1', '2')).not.toEqual(mark('1'));
  });

  test('what it does not read does not count, and one that reads nothing stays as it is', () => {
    expect(mark('1', '1', '2')).toEqual(mark('1'));
    const apart = deployment('{configMapRef: {name: elsewhere}}');
    expect(asSent(apart, new Map([['/ConfigMap/settings', '1']]))).toBe(apart);
  });

  test('it does not change what it is given', () => {
    mark('1');
    expect(annotations(reader)).toEqual({ a: 'b' });
  });
});

describe('content', () => {
  const secret = (data: string, fields: object[], uid = 'u'): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'key', uid, managedFields: fields as never },
    data: { password: data },
  });
  const own = (time: string) => ({ manager: 'greenpath', operation: 'Apply', time });
  const others = { manager: 'reflector', operation: 'Update', time: '9' };

  test('of a ConfigMap is its data, not who wrote a label on it', () => {
    const config = (rest: string) => contentOf(objectOf(`apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a${rest}`));
    expect(config('}\ndata: {a: "1"}')).toBe(config(', labels: {x: z}}\ndata: {a: "1"}'));
    expect(config('}\ndata: {a: "1"}')).not.toBe(config('}\ndata: {a: "2"}'));
    expect(config('}\nbinaryData: {a: AAAA}')).not.toBe(config('}\nbinaryData: {a: AAAB}'));
  });

  test('of a Secret is when Greenpath wrote it, and nothing of its values', () => {
    expect(contentOf(secret('one', [own('1')]))).toBe(contentOf(secret('two', [others, own('1')])));
    expect(contentOf(secret('one', [own('1')]))).not.toBe(contentOf(secret('one', [own('2')])));
    expect(contentOf(secret('one', [own('1')]))).not.toBe(contentOf(secret('one', [own('1')], 'another')));
  });
});
