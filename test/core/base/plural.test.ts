import { expect, test } from 'vitest';
import { counted, withArticle } from '../../../src/core/base/plural.ts';

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
