import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { mistakesIn } from '../../../src/routes/ingress/mistakes.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { manifestsOf, only } from '../../core/support.ts';
import { ingressOf } from '../ingresses.ts';

const route = (
  livePath: string,
  annotations = 'nginx.ingress.kubernetes.io/rewrite-target: /$2',
  name = 'nginx-v1-22-0',
) => `
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: nginx, annotations: {${annotations}}}
spec:
  rules:
  - host: example.com
    http:
      paths:
      - {path: "${livePath}", pathType: ImplementationSpecific, backend: {service: {name: ${name}, port: {number: 80}}}}
`;

describe('the faults of the example as it was printed', () => {
  test('a dot in the name of a Service that the Ingress names', () => {
    const fault = only(mistakesIn(ingressOf(route('/()(.*)', undefined, 'nginx-v1.22.0'))));
    expect(fault).toContain('Ingress nginx names the Service nginx-v1.22.0');
    expect(fault).toContain('\n  name: nginx-v1-22-0');
  });

  test('the live path /* under a rewrite', () => {
    const fault = only(mistakesIn(ingressOf(route('/*'))));
    expect(fault).toContain('rewrite-target: /$2');
    expect(fault).toContain('- path: /()(.*)\n    pathType: ImplementationSpecific');
  });

  test.each<[string, string]>([
    ['/()(.*)', 'nginx.ingress.kubernetes.io/rewrite-target: /$2'],
    ['/*', ''],
    ['/*', 'nginx.ingress.kubernetes.io/use-regex: "true"'],
  ])('%s with annotations {%s} is no fault', (path, annotations) => {
    expect(mistakesIn(ingressOf(route(path, annotations)))).toEqual([]);
  });

  test('several faults are all named', () => {
    expect(mistakesIn(ingressOf(route('/*', undefined, 'nginx-v1.22.0')))).toHaveLength(2);
  });

  test('the example as it is shipped has none of them', () => {
    const text = readFileSync('examples/nginx/ingress.yaml', 'utf8');
    expect(mistakesIn(only(manifestsOf(text)).object as Ingress)).toEqual([]);
  });
});
