import { describe, expect, test } from 'vitest';
import { type HostAddress, parseAddress } from '../../src/core/base/addresses.ts';
import type { Ways } from '../../src/core/base/ways.ts';
import { routeHostsOf } from '../../src/routes/route-hosts.ts';
import type { PlannedFor } from '../../src/routes/route-kind.ts';
import { NO_WAYS, only, present } from '../core/support.ts';
import { httpRouteOf, liveOf as liveHttpRoute } from './httproute/routes.ts';
import { ingressOf, liveOf } from './ingresses.ts';

/** The hosts of a route that are asked, with the way; an invented name with what it stands for. */
function asked(hosts: (string | undefined)[], ways: Partial<Ways> = {}, tls: object[] = [], exists = true) {
  const rules = hosts.map((host) => ({
    ...(host === undefined ? {} : { host }),
    http: {
      paths: [{ path: '/', pathType: 'Prefix', backend: { service: { name: 'web-v1', port: { number: 80 } } } }],
    },
  }));
  const ingress = ingressOf(JSON.stringify({ kind: 'Ingress', metadata: { name: 'web' }, spec: { rules, tls } }));
  const route = { ...liveOf(ingress), exists };
  return routeHostsOf(route, [route], { ...NO_WAYS, ...ways }, '192.0.2.1').map(
    ({ host, tls: byTls, certified, invented }) => {
      const way = `${byTls ? 'https' : 'http'}://${host}${certified ? '' : ' without a certificate'}`;
      return invented === undefined ? way : `${way} for ${invented}`;
    },
  );
}
const https = { of: undefined, address: present(parseAddress('https://lb.test')) };

/** The requests to an HTTPRoute with one match of each of `matches`, for its first host. */
function askedOf(...matches: string[]) {
  const rules = matches.map((match) => `{matches: [${match}], backendRefs: [{name: web-v1, port: 80}]}`);
  const route = liveHttpRoute(httpRouteOf(`{hostnames: [a.test], rules: [${rules.join(', ')}]}`));
  return present(routeHostsOf(route, [route], NO_WAYS, '192.0.2.1')[0]);
}

test('a GET is a GET', () => {
  const host = askedOf('{path: {value: /shop}, method: GET}');
  expect([host.path, host.serves('/shop/x'), host.headers]).toEqual(['/shop', true, {}]);
});

test('where every path needs a header, requests have the fewest that suffice', () => {
  const two = '{path: {value: /two}, headers: [{name: X-Api, value: "2"}, {name: X-Team, value: shop}]}';
  const one = '{path: {value: /one}, headers: [{name: X-API, value: "2"}]}';
  const host = askedOf(two, one, '{path: {value: /posts}, method: POST}');
  expect([host.path, host.headers]).toEqual(['/one', { 'x-api': '2' }]);
  expect(['/one/x', '/two', '/posts'].map((path) => host.serves(path))).toEqual([true, false, false]);
});

test('where a path needs nothing besides, no request has a header', () => {
  const host = askedOf('{path: {value: /beta}, headers: [{name: X, value: y}]}', '{path: {value: /app}}');
  expect([host.path, host.headers]).toEqual(['/app', {}]);
  expect(['/beta', '/app/x'].map((path) => host.serves(path))).toEqual([false, true]);
});

test('a regular expression that backtracks for ever stops nothing, and matches nothing', () => {
  const endless = `/(${Array.from({ length: 20 }, () => '[a-z]').join('|')})*!`;
  const path = {
    path: endless,
    pathType: 'ImplementationSpecific',
    backend: { service: { name: 'web-v1', port: { number: 80 } } },
  };
  const metadata = { name: 'web', annotations: { 'nginx.ingress.kubernetes.io/use-regex': 'true' } };
  const rules = [{ host: 'a.test', http: { paths: [path] } }];
  const route = liveOf(ingressOf(JSON.stringify({ kind: 'Ingress', metadata, spec: { rules } })));
  const host = present(routeHostsOf(route, [route], NO_WAYS, '192.0.2.1')[0]);
  expect(host.serves(`/${'a'.repeat(40)}`)).toBe(false);
});

describe('an Ingress and an HTTPRoute of one host', () => {
  const spec = '{parentRefs: [{name: g}], hostnames: [a.test], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}';
  const gateway = liveHttpRoute(httpRouteOf(spec));
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  const rules = [{ host: 'a.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }];
  const ingress = liveOf(ingressOf(JSON.stringify({ kind: 'Ingress', metadata: { name: 'web' }, spec: { rules } })));
  const both = [ingress, gateway] as PlannedFor[];
  const at = (of: string) => ({
    of: undefined,
    route: of,
    address: present(parseAddress(`${of.split('/')[0]}.lb:80`)),
  });
  const everywhere = { of: undefined, address: present(parseAddress('both.lb:80')) };
  const given = (addresses: HostAddress[]) =>
    both.flatMap((one) => routeHostsOf(one, both, { ...NO_WAYS, addresses }, '')).map((one) => one.given[0]?.host);

  test('are both asked, since two routers serve them', () => {
    const hosts = both.flatMap((one) => routeHostsOf(one, both, NO_WAYS, ''));
    expect(hosts.map(({ route, serves }) => [route, serves('/x')])).toEqual([
      ['ingress/web', true],
      ['httproute/web', true],
    ]);
  });

  test('are asked where the config says of each, and where it says of all only without', () => {
    expect(given([at('ingress/web'), at('httproute/web'), everywhere])).toEqual(['ingress.lb', 'httproute.lb']);
    expect(given([at('httproute/web'), everywhere])).toEqual(['both.lb', 'httproute.lb']);
  });
});

describe('the hosts that are asked', () => {
  test.each<[string, string[], string[]]>([
    ['a name is asked as it is', asked(['a.test']), ['http://a.test']],
    ['with TLS', asked(['a.test', 'b.test'], {}, [{ hosts: ['b.test'] }]), ['http://a.test', 'https://b.test']],
    ['before there is a certificate', asked(['a.test'], {}, [{}], false), ['https://a.test without a certificate']],
    ['with TLS that ends in front', asked(['a.test'], { addresses: [https] }), ['https://a.test']],
    [
      'the same, of a route that is yet to come',
      asked(['a.test'], { addresses: [https] }, [], false),
      ['https://a.test'],
    ],
    ['a wildcard', asked(['*.a.test']), ['http://greenpath-probe.a.test for *.a.test']],
    [
      'a wildcard, named',
      asked(['*.a.test'], { hosts: ['x.a.test', 'y.a.test', 'z.b.test'] }),
      ['http://x.a.test', 'http://y.a.test'],
    ],
    [
      'a wildcard, named by its address',
      asked(['*.a.test'], { addresses: [{ ...https, of: 'x.a.test' }] }),
      ['https://x.a.test'],
    ],
    [
      'a wildcard beside a name below it',
      asked(['*.a.test', 'x.a.test'], { hosts: ['x.a.test'] }),
      ['http://greenpath-probe.a.test for *.a.test', 'http://x.a.test'],
    ],
    [
      'a wildcard with TLS for some names',
      asked(['*.a.test'], { hosts: ['x.a.test', 'y.a.test'] }, [{ hosts: ['x.a.test'] }]),
      ['https://x.a.test', 'http://y.a.test'],
    ],
    ['no host', asked([undefined]), ['http://192.0.2.1']],
    ['no host, and TLS for all', asked([undefined], {}, [{}]), ['http://192.0.2.1']],
    [
      'no host, named',
      asked([undefined, '*.b.test'], { hosts: ['a.test', 'x.b.test'] }, [{}]),
      ['https://a.test', 'https://x.b.test'],
    ],
  ])('%s', (_, found, expected) => {
    expect(found).toEqual(expected);
  });
});

test.each<[string[], string]>([
  [['/api(/|$)(.*)', '/app'], '/app'],
  [['/api(/|$)(.*)', '/old/(.*)'], '/api'],
  [['/old/(.*)'], '/old/'],
  [['/([a-z]+)/users', '/api/?(.*)'], '/api/'],
  [['/(health|users)(/.*)?$'], '/health'],
  [['/(v1|v2)/users'], '/v1/users'],
  [['/[a-z]+/users'], '/'],
  [['/()(.*)'], '/'],
])('of the paths %s, %s is one to request', (paths, expected) => {
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  const http = { paths: paths.map((path) => ({ path, pathType: 'ImplementationSpecific', backend })) };
  const spec = { rules: [{ host: 'a.test', http }] };
  const route = liveOf(ingressOf(JSON.stringify({ kind: 'Ingress', metadata: { name: 'web' }, spec })));
  expect(only(routeHostsOf(route, [route], NO_WAYS, '192.0.2.1')).path).toBe(expected);
});
