import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PathMove } from '../../../src/core/release/route.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { Filter, HttpRoute, HttpRule } from '../../../src/routes/httproute/object.ts';
import { thrownBy } from '../../core/support.ts';
import { applyPatch } from '../ingresses.ts';
import { httpRouteOf } from './routes.ts';

/** What a switch of an HTTPRoute may change, whatever else stands in the route. */

const NAMES = ['web-v1', 'api-v1', 'others'];
const matches = fc.array(
  fc.record(
    {
      path: fc.record({
        type: fc.constantFrom('PathPrefix', 'Exact', 'RegularExpression'),
        value: fc.constantFrom('/', '/a', '/a/b'),
      }),
      headers: fc.array(fc.record({ type: fc.constant('Exact'), name: fc.constant('X'), value: fc.constant('y') })),
      method: fc.constantFrom('GET', 'POST'),
    },
    { requiredKeys: [] },
  ),
  { maxLength: 3 },
);
const filters = fc.constantFrom<Filter[]>(
  [],
  [{ type: 'URLRewrite', urlRewrite: { hostname: 'x' } }],
  [{ type: 'RequestHeaderModifier', requestHeaderModifier: { set: [{ name: 'a', value: 'b' }] } }],
);
const ref = fc.record(
  {
    name: fc.constantFrom(...NAMES),
    port: fc.constantFrom(80, 8080),
    group: fc.constant(''),
    weight: fc.nat({ max: 9 }),
    filters,
  },
  { requiredKeys: ['name', 'port'] },
);
const rule: fc.Arbitrary<HttpRule> = fc.record(
  {
    matches,
    filters,
    backendRefs: fc.array(ref, { minLength: 1, maxLength: 1 }),
    timeouts: fc.constant({ request: '5s' }),
  },
  { requiredKeys: ['backendRefs'] },
);
const route = fc
  .record(
    {
      rules: fc.array(rule, { minLength: 1, maxLength: 16 }),
      hostnames: fc.subarray(['a.test', '*.b.test']),
    },
    { requiredKeys: ['rules'] },
  )
  .map(({ rules, hostnames }): HttpRoute => {
    const spec = { parentRefs: [{ name: 'g' }], rules, ...(hostnames && { hostnames }) };
    return { ...httpRouteOf('{}'), spec };
  });

/** Every path of `from`, to `to`. */
function moves(object: HttpRoute, from: string, to: string): PathMove[] {
  return httpRoute.paths(object).flatMap((path) => (path.service === from ? [{ path, service: to }] : []));
}

/** The route without the names of its backends. */
function nameless(object: HttpRoute): unknown {
  const copy = structuredClone(object);
  for (const one of copy.spec.rules ?? []) for (const backend of one.backendRefs ?? []) backend.name = '';
  return copy;
}

test('there and back is where it was, and only names of planned backends change', () => {
  fc.assert(
    fc.property(route, (object) => {
      const there = applyPatch(object, httpRoute.move(object, moves(object, 'web-v1', 'web-v2')));
      expect(nameless(there)).toEqual(nameless(object));
      const named = (one: HttpRoute) => (one.spec.rules ?? []).map(({ backendRefs }) => backendRefs?.[0]?.name);
      const planned = new Set(moves(object, 'web-v1', '').map(({ path }) => Number(path.key.split('/')[0])));
      named(there).forEach((name, index) => {
        expect(name).toBe(planned.has(index) ? 'web-v2' : named(object)[index]);
      });
      expect(applyPatch(there, httpRoute.move(there, moves(there, 'web-v2', 'web-v1')))).toEqual(object);
    }),
  );
});

const THREE = `
hostnames: [a.test]
rules:
  - {matches: [{path: {value: /a}}], backendRefs: [{name: web-v1, port: 80}]}
  - {matches: [{path: {value: /b}}], backendRefs: [{name: others, port: 80}]}
  - {matches: [{path: {value: /c}}], backendRefs: [{name: web-v1, port: 80}]}
`;

test.each<[string, (spec: HttpRoute['spec']) => unknown]>([
  ['reordered its rules', ({ rules = [] }) => rules.reverse()],
  ['put a rule in front', ({ rules = [] }) => rules.unshift({ backendRefs: [{ name: 'new', port: 80 }] })],
  ['removed a rule', ({ rules = [] }) => rules.shift()],
  ['changed a match', ({ rules = [] }) => rules[2]?.matches?.push({ method: 'POST' })],
  ['changed the hosts', (spec) => spec.hostnames?.push('b.test')],
  ['added a backend', ({ rules = [] }) => rules[2]?.backendRefs?.push({ name: 'canary', port: 80 })],
  ['changed a weight', ({ rules = [] }) => Object.assign(rules[0]?.backendRefs?.[0] ?? {}, { weight: 5 })],
])('a switch is refused as a whole once somebody %s', (_, change) => {
  const object = httpRouteOf(THREE);
  const patch = httpRoute.move(object, moves(object, 'web-v1', 'web-v2'));
  const changed = structuredClone(object);
  change(changed.spec);
  expect(() => applyPatch(changed, patch)).toThrow(/test failed/);
});

describe('a rule of two references that stay', () => {
  const pair = (first: string, second: string, more = '') =>
    httpRouteOf(`{rules: [{matches: [{path: {value: /}}], backendRefs: [{${first}}, {${second}}]${more}}]}`);
  const refs = ({ spec }: HttpRoute) =>
    spec.rules?.[0]?.backendRefs?.map(({ name, port, weight = 1 }) => `${name}:${port} ${weight}`);
  const moved = (object: HttpRoute, from: string, to: string) =>
    applyPatch(object, httpRoute.move(object, moves(object, from, to)));
  const object = pair('name: web-v1, port: 80, weight: 100', 'name: web-v2, port: 80, weight: 0');

  test('is moved by its weights alone, there and back, and its paths keep their key', () => {
    const there = moved(object, 'web-v1', 'web-v2');
    expect(refs(there)).toEqual(['web-v1:80 0', 'web-v2:80 100']);
    const keys = (one: HttpRoute) => httpRoute.paths(one).map(({ key }) => key);
    expect(keys(there)).toEqual(keys(object));
    expect(httpRoute.paths(there)).toMatchObject([{ service: 'web-v2', standby: ['web-v1'] }]);
    expect(moved(there, 'web-v2', 'web-v1')).toEqual(object);
    expect(JSON.stringify(httpRoute.move(object, moves(object, 'web-v1', 'web-v2')))).not.toContain('/name');
  });

  test('takes a Service that it does not name in the place of the one without visitors', () => {
    const old = pair('name: web-v0, port: 81, weight: 0', 'name: web-v1, port: 80');
    expect(refs(moved(old, 'web-v1', 'web-v2'))).toEqual(['web-v2:80 1', 'web-v1:80 0']);
  });

  test('is refused as a whole once somebody changed a weight or the one without visitors', () => {
    const patch = httpRoute.move(object, moves(object, 'web-v1', 'web-v2'));
    for (const changed of [
      pair('name: web-v1, port: 80, weight: 99', 'name: web-v2, port: 80, weight: 1'),
      pair('name: web-v1, port: 80, weight: 100', 'name: web-v3, port: 80, weight: 0'),
    ])
      expect(() => applyPatch(changed, patch)).toThrow(/test failed/);
  });

  test('stops naming a Service that goes, which moves nobody', () => {
    const after = applyPatch(object, httpRoute.forget?.(object, ['web-v2', 'web-v3']) ?? []);
    expect(refs(after)).toEqual(['web-v1:80 100', 'web-v1:80 0']);
    expect(refs(moved(after, 'web-v1', 'web-v3'))).toEqual(['web-v1:80 0', 'web-v3:80 100']);
    expect(httpRoute.forget?.(object, ['web-v1'])).toEqual([]);
  });

  test('with visitors at both is repaired by their weights', () => {
    const both = pair('name: web-v1, port: 80, weight: 9', 'name: web-v2, port: 80, weight: 1');
    expect(() => httpRoute.move(both, moves(both, 'web-v2', 'web-v1'))).toThrow(/more than one of them gets visitors/);
    expect(refs(applyPatch(both, httpRoute.repair(both, moves(both, 'web-v2', 'web-v1'))))).toEqual([
      'web-v1:80 9',
      'web-v2:80 0',
    ]);
  });

  test.each<[string, HttpRoute, RegExp]>([
    [
      'that have filters: Envoy Gateway loses requests then',
      pair('name: web-v1, port: 80, filters: [{type: RequestHeaderModifier}]', 'name: web-v2, port: 80, weight: 0'),
      /with filters in them/,
    ],
    [
      'and keeps sessions, which stay also at the weight 0',
      pair('name: web-v1, port: 80', 'name: web-v2, port: 80, weight: 0', ', sessionPersistence: {}'),
      /and sessionPersistence, by which visitors stay/,
    ],
    [
      'of which one is of another namespace',
      pair('name: web-v1, port: 80', 'name: web, namespace: old, port: 80, weight: 0'),
      /two Services of this namespace/,
    ],
    [
      'and of one more',
      pair('name: web-v1, port: 80', 'name: web-v2, port: 80, weight: 0}, {name: web-v3, port: 80, weight: 0'),
      /has 3 backendRefs in rules\[0\] \(web-v1 1, web-v2 0, web-v3 0\)/,
    ],
  ])('is not moved %s', (_, one, message) => {
    const error = thrownBy(() => httpRoute.move(one, moves(one, 'web-v1', 'web-v2')));
    expect(error).toMatchObject({ code: 'route', message: expect.stringMatching(message) });
  });
});

test('Services of other namespaces are nobody of the app', () => {
  const object = httpRouteOf(
    '{rules: [{backendRefs: [{name: web-v1, namespace: other, port: 80}]}, {backendRefs: [{name: web-v1, namespace: shop, port: 80}]}]}',
  );
  expect(httpRoute.paths(object).map(({ service }) => service)).toEqual([undefined, 'web-v1']);
  const now = httpRoute.renamed(object, () => 'new');
  expect(now.spec.rules?.map(({ backendRefs }) => backendRefs?.[0]?.name)).toEqual(['web-v1', 'new']);
});

test('what kubectl applied last is read from its note, if that is an HTTPRoute', () => {
  const noted = (text: string) => {
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': text };
    return httpRoute.lastApplied({ ...httpRouteOf(THREE), metadata: { name: 'web', namespace: 'shop', annotations } });
  };
  expect(noted(JSON.stringify(httpRouteOf(THREE)))).toEqual(['web-v1', 'others']);
  for (const text of ['{', '[]', '7', '{"spec":{"rules":7},"metadata":{"name":"web"}}'])
    expect(noted(text)).toEqual([]);
});
