import { expect, test } from 'vitest';
import { ingress } from '../../../src/routes/ingress/adapter.ts';
import { splitRoute } from '../ingresses.ts';

test('the Services of the last kubectl apply', () => {
  const applied = {
    spec: { rules: [{ http: { paths: [{ backend: { service: { name: 'web-v1', port: { number: 80 } } } }] } }] },
  };
  const route = splitRoute();
  expect(ingress.lastApplied(route)).toEqual([]);
  route.metadata.annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) };
  expect(ingress.lastApplied(route)).toEqual(['web-v1']);
});
