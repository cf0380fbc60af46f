import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { isObject, type Json, type JsonObject } from '../../../src/core/base/json.ts';
import { selectorMatches, selectsAll, withLabel } from '../../../src/core/kube/selectors.ts';

const selector = (text: string) => load(text) as Json;
const map = (text: string): JsonObject => {
  const value = selector(text);
  if (!isObject(value)) throw new Error(`not a map: ${text}`);
  return value;
};
const PODS = { app: 'web', tier: 'front' };

describe('selectorMatches', () => {
  test.each([
    '{}',
    'matchLabels: {}',
    'matchLabels: null',
    'matchExpressions: []',
    'matchExpressions: null',
    'matchLabels: {app: web}',
    'matchLabels: {app: web, tier: front}',
    'matchExpressions: [{key: app, operator: In, values: [api, web]}]',
    'matchExpressions: [{key: app, operator: NotIn, values: [api]}]',
    'matchExpressions: [{key: zone, operator: NotIn, values: [a]}]',
    'matchExpressions: [{key: app, operator: Exists}]',
    'matchExpressions: [{key: zone, operator: DoesNotExist, values: []}]',
    'matchExpressions: [{key: constructor, operator: DoesNotExist}]',
    '{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: Exists}]}',
  ])('%s selects the pods', (text) => {
    expect(selectorMatches(selector(text), PODS)).toBe(true);
  });

  test.each([
    'matchLabels: {app: api}',
    'matchLabels: {app: web, zone: a}',
    'matchLabels: {constructor: a}',
    'matchExpressions: [{key: app, operator: In, values: [api]}]',
    'matchExpressions: [{key: zone, operator: In, values: [a]}]',
    'matchExpressions: [{key: app, operator: NotIn, values: [web, api]}]',
    'matchExpressions: [{key: zone, operator: Exists}]',
    'matchExpressions: [{key: app, operator: DoesNotExist}]',
    '{matchLabels: {app: web}, matchExpressions: [{key: tier, operator: DoesNotExist}]}',
    '{matchLabels: {app: api}, matchExpressions: [{key: tier, operator: Exists}]}',
    'matchExpressions: [{key: app, operator: Exists}, {key: zone, operator: Exists}]',
  ])('%s does not', (text) => {
    expect(selectorMatches(selector(text), PODS)).toBe(false);
  });

  test.each([
    'matchLabels: {app: 1}',
    'matchExpressions: [{key: app, operator: In}]',
    'matchExpressions: [{key: zone, operator: NotIn, values: []}]',
    'matchExpressions: [{key: app, operator: Exists, values: [web]}]',
    'matchExpressions: [{key: zone, operator: DoesNotExist, values: [a]}]',
    'matchExpressions: [{key: app, operator: Gt, values: ["1"]}]',
    'matchExpressions: [{operator: DoesNotExist}]',
    'matchExpressions: [web]',
    'matchExpressions: web',
  ])('%s, which the API server refuses, selects nothing', (text) => {
    expect(selectorMatches(selector(text), PODS)).toBe(false);
  });

  test.each([undefined, null, 'app=web'])('%j is no selector and selects nothing', (value) => {
    expect(selectorMatches(value, PODS)).toBe(false);
  });
});

test.each<[string, boolean]>([
  ['{}', true],
  ['{matchLabels: {}, matchExpressions: []}', true],
  ['null', false],
  ['matchLabels: {app: web}', false],
  ['matchExpressions: [{key: zone, operator: DoesNotExist}]', false],
])('%s selects all pods: %s', (text, all) => {
  expect(selectsAll(selector(text))).toBe(all);
});

describe('withLabel', () => {
  test.each<[string, string]>([
    ['{}', 'matchLabels: {rev: v2}'],
    ['matchLabels: {app: web, rev: v1}', 'matchLabels: {app: web, rev: v2}'],
    [
      'matchExpressions: [{key: app, operator: Exists}]',
      '{matchLabels: {rev: v2}, matchExpressions: [{key: app, operator: Exists}]}',
    ],
    ['matchExpressions: [{key: rev, operator: DoesNotExist}]', 'matchLabels: {rev: v2}'],
    [
      'matchExpressions: [{key: rev, operator: NotIn, values: [v1]}, {key: app, operator: Exists}]',
      '{matchLabels: {rev: v2}, matchExpressions: [{key: app, operator: Exists}]}',
    ],
  ])('%s → %s', (before, after) => {
    const given = map(before);
    expect(withLabel(given, 'rev', 'v2')).toEqual(map(after));
    expect(given).toEqual(map(before));
  });
});
