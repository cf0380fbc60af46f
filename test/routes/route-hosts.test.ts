import { describe, expect, test } from 'vitest';
import { type HostAddress, parseAddress } from '../../src/core/base/addresses.ts';
import type { Ways } from '../../src/core/base/ways.ts';
import { LABEL_APP } from '../../src/core/kube/objects.ts';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../src/routes/httproute/object.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { routeHostsOf } from '../../src/routes/route-hosts.ts';
import { type PlannedFor, routeOf } from '../../src/routes/route-kind.ts';
import { only, present } from '../core/support.ts';
import { httpRouteOf, liveOf as liveHttpRoute } from './httproute/routes.ts';
import { ingressOf, liveOf, read } from './ingresses.ts';
import { among } from './surroundings.ts';

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
  return routeHostsOf(route, among([route], ways), '192.0.2.1').map(({ host, tls: byTls, certified, invented }) => {
    const way = `${byTls ? 'https' : 'http'}://${host}${certified ? '' : ' without a certificate'}`;
    return invented === undefined ? way : `${way} for ${invented}`;
  });
}
const https = { of: undefined, address: present(parseAddress('https://lb.test')) };

/** The requests to an HTTPRoute with one match of each of `matches`, for its first host. */
function askedOf(...matches: string[]) {
  const rules = matches.map((match) => `{matches: [${match}], backendRefs: [{name: web-v1, port: 80}]}`);
  const route = liveHttpRoute(httpRouteOf(`{hostnames: [a.test], rules: [${rules.join(', ')}]}`));
  return present(routeHostsOf(route, among([route]), '192.0.2.1')[0]);
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
  const host = present(routeHostsOf(route, among([route]), '192.0.2.1')[0]);
  expect(host.serves(`/${'a'.repeat(40)}`)).toBe(false);
});

/** An Ingress of a.test, or another host, with these paths, each of type Prefix unless it says another, and where they lead. */
function ingressAt(name: string, paths: Readonly<Record<string, string>>, spec = {}, metadata = {}, host = 'a.test') {
  const all = Object.entries(paths).map(([text, service]) => {
    const [path, pathType = 'Prefix'] = text.split(' ');
    return { path, pathType, backend: { service: { name: service, port: { number: 80 } } } };
  });
  const rules = [{ host, http: { paths: all } }];
  return ingressOf(JSON.stringify({ metadata: { name, ...metadata }, spec: { ...spec, rules } }));
}

test('a wildcard of an HTTPRoute stands for several labels too, in hosts and addresses', () => {
  const spec = "{parentRefs: [{name: g}], hostnames: ['*.a.test'], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}";
  const live = liveHttpRoute(httpRouteOf(spec));
  const addresses = ['*.a.test', '*.y.a.test', undefined].map((of, index) => ({
    of,
    address: present(parseAddress(`192.0.2.${index}:80`)),
  }));
  const hosts = ['x.a.test', 'x.y.a.test', 'x.z.a.test', 'a.test'];
  const found = routeHostsOf(live, among([live], { hosts, addresses }), '');
  expect(found.map(({ host, given }) => [host, ...given.map((one) => one.host)])).toEqual([
    ['x.a.test', '192.0.2.0'],
    ['x.y.a.test', '192.0.2.1'],
    ['x.z.a.test', '192.0.2.0'],
  ]);
});

describe('a path that another application has on the same host', () => {
  const app = { '/': 'web-v1' };
  const served = (live: Ingress, others: readonly Ingress[], paths: readonly string[]) => {
    const route = liveOf(live);
    const host = only(routeHostsOf(route, among([route], {}, others.map(read)), ''));
    return paths.filter((path) => host.serves(path));
  };

  test.each<[string, Ingress, Ingress[]]>([
    ['another Ingress', ingressAt('web', app), [ingressAt('theirs', { '/api': 'theirs' })]],
    ['the same Ingress', ingressAt('web', { ...app, '/api': 'theirs' }), []],
  ])('in %s is not the app’s', (_, live, others) => {
    expect(served(live, others, ['/', '/api', '/api/x?y=1', '/apix'])).toEqual(['/', '/apix']);
  });

  test('takes only what its type matches', () => {
    const theirs = { '/sso Exact': 'theirs', '/v[0-9]+/ ImplementationSpecific': 'theirs' };
    const asked = ['/sso', '/sso/x', '/v2/users', '/version'];
    expect(served(ingressAt('web', app), [ingressAt('theirs', theirs)], asked)).toEqual(['/sso/x', '/version']);
  });

  test('leaves the app a longer path and an equal one, and comes before a fallback', () => {
    const theirs = ingressAt('theirs', { '/api': 'theirs', '/': 'theirs' });
    const live = ingressAt('web', { ...app, '/api/shop': 'web-v1' });
    expect(served(live, [theirs], ['/x', '/api/x', '/api/shop/x'])).toEqual(['/x', '/api/shop/x']);
    const fallback = { defaultBackend: { service: { name: 'web-v1', port: { number: 80 } } } };
    const paths = { '/app': 'web-v1', '/api': 'theirs' };
    expect(served(ingressAt('web', paths, fallback), [], ['/x', '/app', '/api'])).toEqual(['/x', '/app']);
    expect(served(ingressAt('web', paths, fallback), [theirs], ['/x', '/app', '/api'])).toEqual(['/app']);
  });

  test('does not count behind another router, on another host, or in a preview of Greenpath', () => {
    const api = { '/api': 'theirs' };
    const at = (ip: string) => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
    const live = { ...ingressAt('web', app, { ingressClassName: 'nginx' }), ...at('192.0.2.1') };
    const apart = { ...ingressAt('apart', api, { ingressClassName: 'internal' }), ...at('192.0.2.2') };
    const other = ingressAt('other', api);
    const elsewhere = ingressAt('elsewhere', api, {}, {}, 'b.test');
    const preview = ingressAt('greenpath-web', api, {}, { labels: { [LABEL_APP]: 'web' } });
    expect(served(live, [apart, elsewhere, preview], ['/api'])).toEqual(['/api']);
    expect(served(live, [other], ['/api'])).toEqual([]);
    expect(served(ingressAt('web', { ...app, '/green(/|$)(.*)': 'web-v2' }), [], ['/green'])).toEqual(['/green']);
  });

  test('is not the app’s in HTTPRoutes either, unless it needs what requests lack or is at another Gateway', () => {
    const rule = (path: string, name: string, more = '') =>
      `{matches: [{path: {value: ${path}}${more}}], backendRefs: [{name: ${name}, port: 80}]}`;
    const at = (gateway: string, ...rules: string[]) =>
      httpRouteOf(`{parentRefs: [{name: ${gateway}}], hostnames: [a.test], rules: [${rules.join(', ')}]}`);
    const named = (route: HttpRoute, name: string) => ({ ...route, metadata: { ...route.metadata, name } });
    const beta = ', headers: [{name: X-Beta, value: "1"}]';
    const live = liveHttpRoute(at('g', rule('/', 'web-v1'), rule('/sso', 'theirs'), rule('/beta', 'theirs', beta)));
    const others = [named(at('g', rule('/api', 'theirs')), 'api'), named(at('h', rule('/far', 'theirs')), 'far')];
    const around = among(
      [live],
      {},
      others.map((one) => routeOf(httpRoute, one)),
    );
    const host = only(routeHostsOf(live, around, ''));
    const asked = ['/x', '/sso/x', '/beta', '/api/x', '/far'];
    expect(asked.filter((path) => host.serves(path))).toEqual(['/x', '/beta', '/far']);
  });
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
    both.flatMap((one) => routeHostsOf(one, among(both, { addresses }), '')).map((one) => one.given[0]?.host);

  test('are both asked, since two routers serve them', () => {
    const hosts = both.flatMap((one) => routeHostsOf(one, among(both), ''));
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
  [['/shop/?'], '/shop/'],
  [['/[a-z]+/users'], '/'],
  [['/()(.*)'], '/'],
])('of the paths %s, %s is one to request', (paths, expected) => {
  const backend = { service: { name: 'web-v1', port: { number: 80 } } };
  const http = { paths: paths.map((path) => ({ path, pathType: 'ImplementationSpecific', backend })) };
  const spec = { rules: [{ host: 'a.test', http }] };
  const route = liveOf(ingressOf(JSON.stringify({ kind: 'Ingress', metadata: { name: 'web' }, spec })));
  expect(only(routeHostsOf(route, among([route]), '192.0.2.1')).path).toBe(expected);
});
