import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import {
  leafAmong,
  pathText,
  randomIn,
  randomOf,
  setLeaf,
  textAtLeaf,
} from '../../../src/core/manifests/random-leaves.ts';
import { manifestsOf, objectOf } from '../support.ts';

/** What differs between two renderings of the same input. */

const TEXT = (random: string, name = 'web') => `
{apiVersion: v1, kind: Secret, metadata: {name: ${name}}, stringData: {password: ${random}, user: shop}}
---
{apiVersion: v1, kind: ConfigMap, metadata: {name: site}, data: {key: ${random}, title: shop}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}, annotations: {checksum/secret: sum-${random}, team: shop}}
    spec:
      containers:
      - {name: web, image: acme/web, env: [{name: MODE, value: fast}, {name: TOKEN, value: ${random}}]}
      - {name: helper, image: acme/helper, args: [--fast, --key, ${random}]}
`;
const found = (one: string, other: string) => randomIn(manifestsOf(one), manifestsOf(other));
const named = (one: string, other: string) =>
  Object.fromEntries(
    [...found(one, other).objects].map(([key, { leaves }]) => [key, leaves.map(({ path }) => pathText(path))]),
  );

describe('what is random', () => {
  test('is found wherever it is, by the names of list items, and nothing else', () => {
    expect(named(TEXT('x8Jk2'), TEXT('aQm9'))).toEqual({
      '//Secret web': ['data.password'],
      '//ConfigMap site': ['data.key'],
      '/apps/Deployment web': [
        'spec.template.metadata.annotations.checksum/secret',
        'spec.template.spec.containers[web].env[TOKEN].value',
        'spec.template.spec.containers[helper].args[2]',
      ],
    });
    expect(named(TEXT('same'), TEXT('same'))).toEqual({});
  });

  test('in a Secret is read as what it encodes, if that is a text', () => {
    const secret = (data: string) => `{apiVersion: v1, kind: Secret, metadata: {name: web}, data: {a: ${data}}}`;
    const leaf = (one: string, other: string) =>
      found(secret(one), secret(other)).objects.get('//Secret web')?.leaves[0];
    expect(leaf('eDhKaw==', 'YVFtOQ==')).toMatchObject({ form: 'encoded', one: 'x8Jk', other: 'aQm9' });
    expect(leaf('/////w==', 'YVFtOQ==')).toMatchObject({ form: 'opaque', one: '"/////w=="' });
  });

  test('in a Secret is opaque beside bytes that are no text: random bytes may look like text', () => {
    const secret = (data: string) => `{apiVersion: v1, kind: Secret, metadata: {name: web}, data: {a: ${data}}}`;
    const [leaf] = found(secret('eDhKaw=='), secret('YVFtOQ==')).objects.get('//Secret web')?.leaves ?? [];
    if (leaf === undefined) throw new Error('the value differs');
    const [text, bytes] = [objectOf(secret('S0VQVA==')), objectOf(secret('/////w=='))];
    expect(leafAmong(leaf, [text, { ...text, data: {} }])).toBe(leaf);
    const opaque = leafAmong(leaf, [text, bytes]);
    expect(opaque).toMatchObject({ form: 'opaque', one: '"eDhKaw=="', other: '"YVFtOQ=="' });
    setLeaf(text, opaque, textAtLeaf(bytes, opaque) ?? '');
    expect(text).toEqual(bytes);
  });

  test('may be a number', () => {
    const map = (port: number) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, spec: {port: ${port}}}`;
    expect(found(map(1), map(2)).objects.get('//ConfigMap a')?.leaves).toEqual([
      { path: ['spec', 'port'], form: 'opaque', one: '1', other: '2' },
    ]);
  });

  test('may be a name: that object is in one rendering only', () => {
    const { unpaired } = found(TEXT('a', 'web-x8jk'), TEXT('a', 'web-aqm9'));
    expect(unpaired.map(({ given }) => given)).toEqual(['Secret web-x8jk', 'Secret web-aqm9']);
  });

  test('is not what differs between two objects of one name in two namespaces', () => {
    const map = (namespace: string, key: string, random = '') =>
      `{apiVersion: v1, kind: ConfigMap, metadata: {name: conf${namespace}}, data: {a: ${key}, b: x${random}}}\n---\n`;
    const text = (random: string) => map(', namespace: shop', 'one', random) + map(', namespace: monitoring', 'two');
    expect(named(text('x8Jk'), text('aQm9'))).toEqual({ 'shop//ConfigMap conf': ['data.b'] });
    expect(
      named(map('', 'one') + map(', namespace: shop', 'two'), map('', 'one') + map(', namespace: shop', 'two')),
    ).toEqual({});
    const [raw, , own] = manifestsOf(
      map('', 'one') + map(', namespace: monitoring', 'two') + map(', namespace: shop', 'one'),
    );
    const ofBare = found(map('', 'one', 'x8Jk'), map('', 'one', 'aQm9'));
    const ofShop = found(text('x8Jk'), text('aQm9'));
    if (raw === undefined || own === undefined) throw new Error('there are three');
    expect([raw, own].map((one) => randomOf(ofBare, one)?.leaves.length)).toEqual([1, 1]);
    expect([raw, own].map((one) => randomOf(ofShop, one)?.leaves.length)).toEqual([undefined, 1]);
  });

  test.each<[string, string, string]>([
    ['data.b', 'data: {a: "1"}', 'data: {a: "1", b: "2"}'],
    ['data', 'data: {a: "1"}', ''],
    ['list', 'list: [1, 2]', 'list: [1]'],
    ['a', 'a: {b: 1}', 'a: text'],
  ])('may not be a field: %s', (fault, one, other) => {
    const map = (fields: string) => `{apiVersion: v1, kind: ConfigMap, metadata: {name: a}, ${fields}}`;
    expect(found(map(one), map(other)).objects.get('//ConfigMap a')).toMatchObject({ fault });
  });
});

describe('a value at the place of a random one', () => {
  const { objects } = found(TEXT('x8Jk2'), TEXT('aQm9'));
  const leaves = objects.get('/apps/Deployment web')?.leaves ?? [];
  const deployment = (text: string) => manifestsOf(text)[2]?.object as KubeObject;

  test('is found behind items that a release adds', () => {
    const present = deployment(TEXT('KEPT').replace('env: [', 'env: [{name: GREENPATH_SUFFIX, value: -v1}, '));
    expect(leaves.map((leaf) => textAtLeaf(present, leaf))).toEqual(['sum-KEPT', 'KEPT', 'KEPT']);
    expect(leaves.map((leaf) => textAtLeaf({ ...present, spec: {} }, leaf))).toEqual([undefined, undefined, undefined]);
  });

  test('is set there, and nothing else is', () => {
    const object = deployment(TEXT('x8Jk2'));
    for (const leaf of leaves) setLeaf(object, leaf, leaf.one.replace('x8Jk2', 'KEPT'));
    expect(object).toEqual(deployment(TEXT('KEPT')));
  });

  test('of any shape: setting every value of one rendering makes the other', () => {
    const value = fc.letrec((tie) => ({
      node: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), tie('node')),
        fc.array(tie('node'), { maxLength: 3 }),
      ),
    })).node;
    fc.assert(
      fc.property(fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), value), fc.integer(), (data, seed) => {
        const mapped = (one: unknown): unknown => {
          if (typeof one === 'string') return one.length % 2 === seed % 2 ? `${one}!` : one;
          if (Array.isArray(one)) return one.map(mapped);
          if (typeof one !== 'object' || one === null) return one;
          return Object.fromEntries(Object.entries(one).map(([key, item]) => [key, mapped(item)]));
        };
        const object = (content: unknown) => ({
          apiVersion: 'v1',
          kind: 'ConfigMap',
          metadata: { name: 'a' },
          content,
        });
        const [one, other] = [object(data), object(mapped(data))];
        const manifest = (content: typeof one) => [
          { object: content as KubeObject, place: { file: 'a' }, given: 'ConfigMap a' },
        ];
        const random = randomIn(manifest(one), manifest(other)).objects.get('//ConfigMap a');
        const changed = structuredClone(one) as KubeObject;
        for (const leaf of random?.leaves ?? []) setLeaf(changed, leaf, leaf.other);
        expect(random?.fault).toBeUndefined();
        expect(changed).toEqual(other);
      }),
    );
  });
});
