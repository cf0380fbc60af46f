import { expect, test } from 'vitest';
import { counted, listed, there, withArticle } from '../../../src/core/base/plural.ts';

test('a count and its noun agree', () => {
  expect([0, 1, 2].map((count) => counted(count, 'path'))).toEqual(['0 paths', '1 path', '2 paths']);
  expect([1, 2].map((count) => counted(count, 'patch'))).toEqual(['1 patch', '2 patches']);
});

test.each([
  'an Ingress',
  'an IngressClass',
  'an APIService',
  'an HTTPRoute',
  'an HPA',
  'an S3Bucket',
  'an ExternalSecret',
  'an UploadJob',
  'a Service',
  'a StatefulSet',
  'a TLSRoute',
  'a GRPCRoute',
  'a UDPRoute',
  'a PVC',
  'a User',
  'a UnitTest',
  'a EuropeanRegion',
  'a HorizontalPodAutoscaler',
  'a number',
  'a 3scale',
])('%s', (text) => {
  expect(withArticle(text.replace(/^an? /, ''))).toBe(text);
});

test.each([
  [[], ''],
  [['a'], 'a'],
  [['a', 'b'], 'a or b'],
  [['a', 'b', 'c'], 'a, b or c'],
])('%j: one of them', (words, expected) => {
  expect(listed(words, 'or')).toBe(expected);
});

test('what is there is listed, up to a number that a sentence can hold', () => {
  expect(there([])).toBe('(there: none)');
  expect(there(['web', 'api'])).toBe('(there: web, api)');
  expect(there(Array.from({ length: 23 }, () => 'a'))).toBe(`(there: ${'a, '.repeat(19)}a, and 3 more)`);
});
