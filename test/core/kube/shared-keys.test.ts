import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { keyChanges, keysRead } from '../../../src/core/kube/shared-keys.ts';

const config = (
  data: Record<string, string>,
  managedFields: { manager: string; keys: string[] }[] = [],
): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: {
    name: 'c',
    managedFields: managedFields.map(({ manager, keys }) => ({
      manager,
      fieldsV1: { 'f:data': Object.fromEntries(keys.map((key) => [`f:${key}`, {}])) },
    })),
  },
  data,
});

describe('keyChanges', () => {
  test('new keys are set, changed ones are set and named, others stay', () => {
    const changes = keyChanges(
      config({ same: '1', other: '1', only: '1' }),
      config({ same: '1', other: '2', added: '3' }),
    );
    expect(changes.set).toEqual({ other: '2', added: '3' });
    expect(changes.changed).toEqual(['other']);
  });

  test.each<[string, { manager: string; keys: string[] }[], string[]]>([
    ['only Greenpath', [{ manager: 'greenpath', keys: ['k'] }], ['k']],
    [
      'Greenpath, and somebody else another key',
      [
        { manager: 'greenpath', keys: ['k'] },
        { manager: 'kubectl', keys: ['x'] },
      ],
      ['k'],
    ],
    ['somebody else', [{ manager: 'kubectl', keys: ['k'] }], []],
    [
      'both',
      [
        { manager: 'greenpath', keys: ['k'] },
        { manager: 'kubectl', keys: ['k'] },
      ],
      [],
    ],
  ])('a changed key managed by %s', (_, managed, owned) => {
    expect(keyChanges(config({ k: '1', x: '1' }, managed), config({ k: '2' })).owned).toEqual(owned);
  });

  test('no data on one side or both', () => {
    const bare: KubeObject = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'c' } };
    expect(keyChanges(bare, config({ a: '1' }))).toEqual({ set: { a: '1' }, changed: [], owned: [] });
    expect(keyChanges(config({ a: '1' }), bare)).toEqual({ set: {}, changed: [], owned: [] });
  });

  test('a key that is new is never called changed, however it is named', () => {
    expect(keyChanges(config({}), config({ constructor: '1', toString: '2' })).changed).toEqual([]);
  });

  test('setting what it says makes the present data hold the wanted', () => {
    const keys = fc.constantFrom('a', 'b', 'c', 'd');
    const data = fc.dictionary(keys, fc.constantFrom('1', '2'));
    fc.assert(
      fc.property(data, data, (now, wanted) => {
        const { set, changed } = keyChanges(config(now), config(wanted));
        expect({ ...now, ...set }).toMatchObject(wanted);
        const differing = Object.keys(wanted).filter((key) => Object.hasOwn(now, key) && now[key] !== wanted[key]);
        expect(changed.toSorted()).toEqual(differing.toSorted());
      }),
    );
  });
});

describe('keysRead', () => {
  const volume = 'volumes: [{name: v, configMap: {name: c}}]';
  test.each<[string, string, 'all' | string[]]>([
    ['subPath', `${volume}\ncontainers: [{volumeMounts: [{name: v, subPath: green}]}]`, ['green']],
    ['a whole volume', `${volume}\ncontainers: [{volumeMounts: [{name: v}]}]`, 'all'],
    ['a volume that nobody mounts', volume, 'all'],
    ['items', 'volumes: [{name: v, configMap: {name: c, items: [{key: a}, {key: b}]}}]', ['a', 'b']],
    ['a variable', 'containers: [{env: [{name: E, valueFrom: {configMapKeyRef: {name: c, key: a}}}]}]', ['a']],
    ['envFrom', 'containers: [{envFrom: [{configMapRef: {name: c}}]}]', 'all'],
    [
      'a variable and envFrom',
      'containers: [{env: [{name: E, valueFrom: {configMapKeyRef: {name: c, key: a}}}], envFrom: [{configMapRef: {name: c}}]}]',
      'all',
    ],
    [
      'a variable and items',
      'containers: [{env: [{name: E, valueFrom: {configMapKeyRef: {name: c, key: a}}}]}]\nvolumes: [{name: v, configMap: {name: c, items: [{key: b}]}}]',
      ['b', 'a'],
    ],
    ['another ConfigMap', 'containers: [{envFrom: [{configMapRef: {name: d}}]}]', []],
    ['a Secret of that name', 'containers: [{envFrom: [{secretRef: {name: c}}]}]', []],
    ['nothing', 'null', []],
  ])('%s', (_, spec, keys) => {
    expect(keysRead(load(spec), 'ConfigMap', 'c')).toEqual(keys);
  });
});
