import { describe, expect, test } from 'vitest';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import { routeHostsOf } from '../../src/routes/route-hosts.ts';
import { routeOf } from '../../src/routes/route-kind.ts';
import { only, thrownBy } from '../core/support.ts';
import { httpRouteOf, liveOf, previewsOf } from './httproute/routes.ts';
import { among } from './surroundings.ts';

/** Which path a GET gets to, if another application has paths on the host of the app: the standard ranks path, method, headers. */

const rule = (match: string, name: string) => `{matches: [${match}], backendRefs: [{name: ${name}, port: 80}]}`;
const web = (match: string) => rule(match, 'web-v1');
const theirs = (match: string) => rule(match, 'theirs');
const routeWith = (rules: readonly string[], name = 'web') =>
  httpRouteOf(`{parentRefs: [{name: g}], hostnames: [a.test], rules: [${rules.join(', ')}]}`, {
    metadata: { name, namespace: 'shop' },
  });

/** What is asked at the host of a route with these rules, beside a route of somebody else. */
function askedOf(rules: readonly string[], besides: readonly string[] = []) {
  const route = liveOf(routeWith(rules));
  const other = routeOf(httpRoute, routeWith(besides, 'theirs'));
  return only(routeHostsOf(route, among([route], {}, [other]), ''));
}

const ROOT = '{path: {value: /}}';
const GET_ROOT = '{path: {value: /}, method: GET}';
const TOKEN = 'headers: [{name: X-Token, value: t}]';

describe('a path with a method', () => {
  test('comes before an equal one without, in whatever order and route they stand', () => {
    const all: [string[], string[]?][] = [
      [[theirs(GET_ROOT), web(ROOT)]],
      [[web(ROOT), theirs(GET_ROOT)]],
      [[web(ROOT)], [theirs(GET_ROOT)]],
    ];
    expect(all.map(([own, besides]) => askedOf(own, besides).serves('/x'))).toEqual([false, false, false]);
    expect(askedOf([theirs(ROOT), web(GET_ROOT)]).serves('/x')).toBe(true);
  });

  test('comes before one with headers, and after a longer one', () => {
    const host = askedOf([
      theirs(`{path: {value: /}, ${TOKEN}}`),
      web(GET_ROOT),
      theirs('{path: {value: /api}}'),
      theirs('{path: {value: /}, method: POST}'),
    ]);
    expect(['/', '/x', '/api/x'].map((path) => host.serves(path))).toEqual([true, true, false]);
  });
});

describe('requests of a proof', () => {
  test.each<[string, string[], string, object?]>([
    ['a path that the app alone has', [theirs(GET_ROOT), web(ROOT), web('{path: {value: /shop}}')], '/shop'],
    [
      'a path below a prefix, if another application has the prefix itself',
      [theirs('{path: {type: Exact, value: /}}'), web(ROOT)],
      '/greenpath-probe',
    ],
    [
      'a path with the headers that suffice, if others get all without',
      [theirs(GET_ROOT), web(ROOT), web(`{path: {type: Exact, value: /ok}, ${TOKEN}}`)],
      '/ok',
      { 'x-token': 't' },
    ],
  ])('are for %s', (_, rules, path, headers = {}) => {
    const host = askedOf(rules);
    expect([host.path, host.serves(host.path), host.headers]).toEqual([path, true, headers]);
    expect(previewsOf([routeWith(rules)])).toHaveLength(1);
  });

  test.each<[string, string[], string[]?]>([
    ['by a method', [theirs(GET_ROOT), web(ROOT)]],
    ['by a method, in another route', [web(ROOT)], [theirs(GET_ROOT)]],
    ['by standing first', [theirs(ROOT), web(ROOT)]],
  ])('cannot be, and the release is refused, where another application gets all of them: %s', (_, rules, besides) => {
    const others = besides === undefined ? [] : [routeWith(besides, 'theirs')];
    expect(thrownBy(() => previewsOf([routeWith(rules)], {}, others))).toMatchObject({
      code: 'route',
      message: expect.stringMatching(
        /no path at a\.test that a GET .* \(it has: a\.test\/; other backends have: a\.test\//,
      ),
    });
    expect(previewsOf([routeWith(rules)], {}, others, { isProven: false })).toHaveLength(1);
  });

  test('may get to another route of the app', () => {
    expect(previewsOf([routeWith([web(ROOT)]), routeWith([web(ROOT)], 'second')])).toHaveLength(2);
  });
});
