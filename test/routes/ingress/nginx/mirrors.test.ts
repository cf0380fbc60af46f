import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { OfferedService } from '../../../../src/core/kube/counterpart.ts';
import { findLive } from '../../../../src/core/release/live.ts';
import { STRIP_TO } from '../../../../src/routes/ingress/nginx/annotations.ts';
import { mirrored } from '../../../../src/routes/ingress/nginx/mirrors.ts';
import { nginx } from '../../../../src/routes/ingress/nginx/router.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { type IngressPath, pathsOf } from '../../../../src/routes/ingress/paths.ts';
import { routeHostsOf } from '../../../../src/routes/route-hosts.ts';
import { only, present, service } from '../../../core/support.ts';
import { ingressOf, read, request } from '../../ingresses.ts';
import { among } from '../../surroundings.ts';

/** The preview mirrors what the live routes do: `/green` + P reaches the counterpart of what P reaches. */

const PARTS = ['web', 'api', 'cart'];
const TWINS: OfferedService[] = PARTS.map((baseName) => ({
  service: `${baseName}-v2`,
  baseName,
  ports: [{ number: 80 }],
}));
const SERVICES = PARTS.map((baseName) => service(`${baseName}-v1`, 'v1'));
const OPTIONS = { app: 'web', revisionLabel: 'revision', isPreview: () => false };
const candidate = {
  revision: 'v2',
  services: Object.fromEntries(PARTS.map((baseName) => [baseName, `${baseName}-v2`])),
};

type Path = { readonly path: string; readonly pathType: string; readonly part: string };
function routeOf(paths: readonly Path[], rest?: string): Ingress {
  const backend = (part: string) => ({ service: { name: `${part}-v1`, port: { number: 80 } } });
  const route = ingressOf('{apiVersion: networking.k8s.io/v1, kind: Ingress, metadata: {name: shop}}');
  const http = { paths: paths.map(({ part, ...one }) => ({ ...one, backend: backend(part) })) };
  route.spec = { ingressClassName: 'nginx', rules: [{ host: 'example.com', http }] };
  if (rest !== undefined) route.spec.defaultBackend = backend(rest);
  return route;
}
const liveIn = (object: Ingress) => {
  const route = read(object);
  const live = findLive({ ...route, namespace: 'shop', repair: () => [] }, SERVICES, TWINS, OPTIONS);
  return { ...route, ...live, exists: true };
};
function previewOf(route: Ingress): IngressPath[] {
  const planned = request([liveIn(route)], [], { matching: 'regex' });
  const [own] = nginx.previews({ ...planned, candidate });
  return pathsOf(only(present(own).objects) as Ingress);
}
/** As these routers choose: the longest path that matches, exact ones first among equals. */
function reached(rules: readonly IngressPath[], matches: (rule: IngressPath) => boolean): string | undefined {
  const rank = (rule: IngressPath) =>
    rule.at === 'default' ? -1 : 2 * rule.path.length + (rule.pathType === 'Exact' ? 1 : 0);
  return rules.filter(matches).toSorted((a, b) => rank(b) - rank(a))[0]?.service;
}
const plainly = (path: string) => (rule: IngressPath) =>
  rule.pathType === 'Exact'
    ? rule.path === path
    : rule.path === '/' || path === rule.path || path.startsWith(`${rule.path}/`);
const byRegex = (path: string) => (rule: IngressPath) => new RegExp(`^${rule.path}`).test(path);

const segment = fc.constantFrom('a', 'b', 'api', 'v1', 'a.b', 'x-y');
const paths = fc.array(segment, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`);
const routes = fc
  .tuple(
    fc.uniqueArray(
      fc.record({ path: paths, pathType: fc.constantFrom('Prefix', 'Exact'), part: fc.constantFrom(...PARTS) }),
      { minLength: 1, maxLength: 6, selector: ({ path, pathType }) => `${path} ${pathType}` },
    ),
    fc.option(fc.constantFrom(...PARTS), { nil: undefined }),
  )
  .map(([given, rest]) => routeOf(given, rest));

describe('the preview of any route', () => {
  test('reaches the counterpart of what the live path reaches, or nobody where nobody is', () => {
    fc.assert(
      fc.property(routes, paths, (route, path) => {
        const live = reached(pathsOf(route), plainly(path));
        const green = reached(previewOf(route), byRegex(`/green${path}`));
        expect(green).toBe(live?.replace(/-v1$/, '-v2'));
      }),
      { numRuns: 500 },
    );
  });

  test('gives the application the path that it would get live', () => {
    fc.assert(
      fc.property(routes, paths, (route, path) => {
        const rules = previewOf(route).filter(byRegex(`/green${path}`));
        for (const rule of rules) {
          const [, , rest = ''] = new RegExp(`^${rule.path}`).exec(`/green${path}`) ?? [];
          expect(STRIP_TO.replace('$2', rest)).toBe(path);
        }
      }),
    );
  });
});

test.each([
  ['/api', 'regex', '/green/api/x', '/api/x'],
  ['/api', 'regex', '/green/apix', '/apix'],
  ['/api/(v1|v2)/x', 'regex', '/green/api/v2/x', '/api/v2/x'],
  ['/()(.*)', 'rewritten', '/green/x', '/x'],
  ['/shop(/|$)(.*)', 'rewritten', '/green/shop/x', '/x'],
] as const)('%s of a route that says %s: %s reaches the application as %s', (path, as, asked, expected) => {
  const match = new RegExp(`^${mirrored('/green', path, as)}`).exec(asked);
  expect(STRIP_TO.replace('$2', match?.[2] ?? '-')).toBe(expected);
});

test('sitesOf: of two routes on one host each serves its own paths', () => {
  const [front, api] = [
    routeOf([{ path: '/', pathType: 'Prefix', part: 'web' }]),
    routeOf([{ path: '/api', pathType: 'Prefix', part: 'api' }]),
  ];
  api.metadata.name = 'api';
  const both = [front, api].map(liveIn);
  const routeHosts = both.map((route) => only(routeHostsOf(route, among(both), '192.0.2.1')));
  expect(
    routeHosts.map((routeHost) => [
      routeHost.route,
      routeHost.serves('/api/x?y=1'),
      routeHost.serves('/apix'),
      routeHost.path,
    ]),
  ).toEqual([
    ['ingress/shop', false, true, '/'],
    ['ingress/api', true, false, '/api'],
  ]);
});
