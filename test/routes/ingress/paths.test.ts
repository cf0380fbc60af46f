import { describe, expect, test } from 'vitest';
import { hostsOf, type RoutePath } from '../../../src/core/release/route.ts';
import { backend } from '../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { ingressOf } from '../ingresses.ts';

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

describe('pathsOf', () => {
  test('every path, in order, with its place', () => {
    expect(pathsOf(INGRESS)).toEqual([
      {
        host: 'b.example.com',
        path: '/a',
        given: '/a',
        pathType: 'Exact',
        match: 'exact',
        isFallback: false,
        text: 'b.example.com/a',
        key: '1/0',
        service: 'a',
        port: 80,
        at: { rule: 1, path: 0 },
      },
      {
        host: 'b.example.com',
        path: '/',
        given: undefined,
        pathType: 'ImplementationSpecific',
        match: 'prefix',
        isFallback: false,
        text: 'b.example.com/',
        key: '1/1',
        service: 'b',
        port: 'http',
        at: { rule: 1, path: 1 },
      },
      {
        host: undefined,
        path: '/c',
        given: '/c',
        pathType: 'Prefix',
        match: 'prefix',
        isFallback: false,
        text: '<any host>/c',
        key: '2/0',
        service: undefined,
        port: undefined,
        at: { rule: 2, path: 0 },
      },
    ]);
  });

  test('a defaultBackend is a rule for what has none', () => {
    const rules = pathsOf(
      ingressOf('{metadata: {name: a}, spec: {defaultBackend: {service: {name: a, port: {number: 80}}}}}'),
    );
    expect(rules).toEqual([
      {
        ...{ host: undefined, path: '/', given: undefined, pathType: 'Prefix', match: 'prefix', isFallback: true },
        ...{ service: 'a', port: 80, text: 'the defaultBackend', key: 'default', at: 'default' },
      },
    ]);
    expect(rules.map(({ text }) => text)).toEqual(['the defaultBackend']);
    expect(hostsOf(rules)).toEqual([undefined]);
  });
});

test('a rule whose host is empty is for every host', () => {
  const http = '{paths: [{path: /, pathType: Prefix, backend: {service: {name: a, port: {number: 80}}}}]}';
  const [path] = pathsOf(ingressOf(`{metadata: {name: a}, spec: {rules: [{host: "", http: ${http}}]}}`));
  expect([path?.host, path?.text]).toEqual([undefined, '<any host>/']);
});

test.each<[string, string, RoutePath['match']]>([
  ['/shop/?', 'ImplementationSpecific', 'regex'],
  ['/v.+', 'ImplementationSpecific', 'regex'],
  ['/v[0-9]{1,2}', 'Prefix', 'regex'],
  ['/api(/|$)(.*)', 'ImplementationSpecific', 'regex'],
  ['/v1.2', 'ImplementationSpecific', 'prefix'],
  ['/.well-known/a_b~c-d', 'Prefix', 'prefix'],
  ['/shop/?', 'Exact', 'exact'],
])('%s of type %s is matched as %s', (path, pathType, expected) => {
  const backendOf = { service: { name: 'a', port: { number: 80 } } };
  const spec = { rules: [{ http: { paths: [{ path, pathType, backend: backendOf }] } }] };
  expect(pathsOf(ingressOf(JSON.stringify({ metadata: { name: 'a' }, spec })))[0]?.match).toBe(expected);
});

test('texts, hosts and backends', () => {
  const rules = pathsOf(INGRESS);
  expect(rules.map(({ text }) => text)).toEqual(['b.example.com/a', 'b.example.com/', '<any host>/c']);
  expect(hostsOf(rules)).toEqual(['b.example.com', undefined]);
  expect(backend('a', 80)).toEqual({ service: { name: 'a', port: { number: 80 } } });
  expect(backend('a', 'http')).toEqual({ service: { name: 'a', port: { name: 'http' } } });
});
