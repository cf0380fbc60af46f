import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  annotation,
  areReady,
  type EndpointSlice,
  label,
  nameOf,
  readyPods,
  selects,
  switchNoteKey,
} from '../../../src/core/kube/objects.ts';
import { objectOf } from '../support.ts';

describe('selects', () => {
  test.each<[Record<string, string>, Record<string, string>, boolean]>([
    [{ app: 'web' }, { app: 'web', x: 'y' }, true],
    [{ app: 'web', x: 'y' }, { app: 'web' }, false],
    [{ app: 'web' }, { app: 'api' }, false],
    [{}, { app: 'web' }, false],
    [{ app: 'web' }, {}, false],
  ])('%j on %j: %s', (selector, labels, expected) => {
    expect(selects(selector, labels)).toBe(expected);
  });

  test('more labels never end a match', () => {
    const labels = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.constantFrom('1', '2'));
    fc.assert(
      fc.property(labels, labels, (selector, more) => {
        fc.pre(Object.keys(selector).length > 0);
        expect(selects(selector, { ...more, ...selector })).toBe(true);
      }),
    );
  });
});

describe('readyPods', () => {
  const slice = (of: string, endpoints: EndpointSlice['endpoints']): EndpointSlice => ({
    apiVersion: 'discovery.k8s.io/v1',
    kind: 'EndpointSlice',
    metadata: { name: 's', labels: { 'kubernetes.io/service-name': of } },
    ...(endpoints === undefined ? {} : { endpoints }),
  });
  const endpoint = (name: string, ready?: boolean) => ({
    addresses: ['10.0.0.1'],
    ...(ready === undefined ? {} : { conditions: { ready } }),
    targetRef: { name },
  });

  test('ready pods of that Service, each once', () => {
    const slices = [
      slice('web', [endpoint('a', true), endpoint('b', false), endpoint('c')]),
      slice('web', [endpoint('a', true)]),
      slice('api', [endpoint('d', true)]),
    ];
    expect(readyPods(slices, 'web')).toEqual(['a', 'c']);
  });

  test('no endpoints, in each way in which the API says so', () => {
    expect(readyPods([slice('web', null), slice('web', []), slice('web', undefined)], 'web')).toEqual([]);
  });

  test('an endpoint without a pod counts by its address', () => {
    expect(readyPods([slice('web', [{ addresses: ['10.0.0.9'] }])], 'web')).toEqual(['10.0.0.9']);
  });

  test.each<[string, EndpointSlice[], boolean]>([
    ['all pods of all Services are ready', [slice('web', [endpoint('a', true)]), slice('api', [endpoint('b')])], true],
    ['one is not', [slice('web', [endpoint('a', true), endpoint('c', false)]), slice('api', [endpoint('b')])], false],
    ['a Service has no pod', [slice('web', [endpoint('a', true)]), slice('api', [])], false],
  ])('all ready: %s', (_, slices, whole) => {
    expect(areReady(slices, ['web', 'api'])).toBe(whole);
  });
});

test('nameOf, label, annotation, switchNoteKey', () => {
  const object = objectOf(
    'apiVersion: v1\nkind: Secret\nmetadata: {name: a, labels: {l: "1"}, annotations: {note: "2"}}',
  );
  const bare = objectOf('apiVersion: v1\nkind: Secret\nmetadata: {name: a}');
  expect(nameOf(object)).toBe('Secret a');
  expect([label(object, 'l'), annotation(object, 'note')]).toEqual(['1', '2']);
  expect([label(bare, 'l'), annotation(bare, 'n'), label(object, 'note')]).toEqual([undefined, undefined, undefined]);
  expect(switchNoteKey('web')).toBe('greenpath.dev/web');
});
