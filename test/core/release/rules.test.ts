import { describe, expect, test } from 'vitest';
import { backend, coversTls, hostsOf, rulesOf, ruleText } from '../../../src/core/release/rules.ts';
import { ingressOf } from '../support.ts';

const INGRESS = ingressOf(`
metadata: {name: a}
spec:
  rules:
  - host: a.example.com
  - host: b.example.com
    http:
      paths:
      - {path: /a, pathType: Exact, backend: {service: {name: a, port: {number: 80}}}}
      - {backend: {service: {name: b, port: {name: http}}}}
  - http: {paths: [{path: /c, pathType: Prefix, backend: {resource: {kind: Bucket, name: c}}}]}
`);

describe('rulesOf', () => {
  test('every path, in order, with its place', () => {
    expect(rulesOf(INGRESS)).toEqual([
      {
        host: 'b.example.com',
        path: '/a',
        given: '/a',
        pathType: 'Exact',
        service: 'a',
        port: 80,
        at: { rule: 1, path: 0 },
      },
      {
        host: 'b.example.com',
        path: '/',
        given: undefined,
        pathType: 'ImplementationSpecific',
        service: 'b',
        port: 'http',
        at: { rule: 1, path: 1 },
      },
      {
        host: undefined,
        path: '/c',
        given: '/c',
        pathType: 'Prefix',
        service: undefined,
        port: undefined,
        at: { rule: 2, path: 0 },
      },
    ]);
  });

  test('a defaultBackend is a rule for what has none', () => {
    const rules = rulesOf(
      ingressOf('{metadata: {name: a}, spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}}'),
    );
    expect(rules).toEqual([
      { host: undefined, path: '/', given: undefined, pathType: 'Prefix', service: 'a', port: 80, at: 'default' },
    ]);
    expect(rules.map(ruleText)).toEqual(['the defaultBackend']);
    expect(hostsOf(rules)).toEqual([undefined]);
  });
});

test('ruleText, hostsOf and backend', () => {
  const rules = rulesOf(INGRESS);
  expect(rules.map(ruleText)).toEqual(['b.example.com/a', 'b.example.com/', '<any host>/c']);
  expect(hostsOf(rules)).toEqual(['b.example.com', undefined]);
  expect(backend('a', 80)).toEqual({ service: { name: 'a', port: { number: 80 } } });
  expect(backend('a', 'http')).toEqual({ service: { name: 'a', port: { name: 'http' } } });
});

test.each<[string, object, string | undefined, boolean]>([
  ['names the host', { hosts: ['a.example.com'] }, 'a.example.com', true],
  ['names another', { hosts: ['b.example.com'] }, 'a.example.com', false],
  ['has a wildcard', { hosts: ['*.example.com'] }, 'a.example.com', true],
  ['has a wildcard for other depths', { hosts: ['*.example.com'] }, 'a.b.example.com', false],
  ['names a wildcard host', { hosts: ['*.example.com'] }, '*.example.com', true],
  ['has no hosts', { secretName: 'tls' }, 'a.example.com', true],
  ['has no hosts, nor has the rule', {}, undefined, true],
  ['names a host, and the rule none', { hosts: ['a.example.com'] }, undefined, false],
])('coversTls: an entry that %s', (_, entry, host, expected) => {
  expect(coversTls(entry, host)).toBe(expected);
});
