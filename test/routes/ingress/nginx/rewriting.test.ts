import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { nginx } from '../../../../src/routes/ingress/nginx/router.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../../src/routes/ingress/paths.ts';
import { only, present, thrownBy } from '../../../core/support.ts';
import { liveOf, previewOf, read, request, splitRoute } from '../../ingresses.ts';

/** What becomes of a live route that rewrites paths itself. */

const REWRITE = 'nginx.ingress.kubernetes.io/rewrite-target';

/** The preview of a route with one path that is rewritten to `target`. */
function plan(path: string | undefined, target: string, annotations: Record<string, string> = {}, pathType = 'Prefix') {
  const route = splitRoute();
  route.metadata.annotations = { ...annotations, [REWRITE]: target };
  const [held] = route.spec.rules?.[0]?.http?.paths ?? [];
  present(held).pathType = pathType;
  if (path === undefined) delete present(held).path;
  else present(held).path = path;
  return only(previewOf(liveOf(route)).objects) as Ingress;
}

describe('a rewrite that hands on every path as it came', () => {
  test.each([
    ['/', '/'],
    ['/(.*)', '/$1'],
    ['/?(.*)', '/$1'],
  ])('%s to %s: the preview mirrors the whole application', (path, target) => {
    for (const annotations of [{}, { 'nginx.ingress.kubernetes.io/use-regex': 'true' }]) {
      const preview = plan(path, target, annotations, path === '/' ? 'Prefix' : 'ImplementationSpecific');
      expect(only(pathsOf(preview)).path).toBe('/green(/|$)(.*)');
      expect(preview.metadata.annotations).toMatchObject({ [REWRITE]: '/$2' });
    }
  });
});

/** The preview of a route with these paths, each with a Service of its own, that is rewritten to `target`. */
function previewOfAll(paths: readonly string[], target: string) {
  const live = routeWith(paths, target);
  const rules = read(live).paths.map((path) => ({
    ...path,
    service: present(path.service),
    port: 80,
    baseName: present(path.service),
  }));
  const [first, ...rest] = rules;
  const planned = {
    ...read(live),
    rules: [present(first), ...rest] as const,
    preview: [],
    revision: 'v1',
    exists: true,
  };
  const services = Object.fromEntries(paths.map((path) => [path, `green ${path}`]));
  const [own] = nginx.previews({ ...request([planned]), candidate: { revision: 'v2', services } });
  return { live, preview: only(present(own).objects) as Ingress };
}

function routeWith(paths: readonly string[], target: string): Ingress {
  const route = splitRoute();
  route.metadata.annotations = { [REWRITE]: target };
  const http = {
    paths: paths.map((path) => ({
      ...{ path, pathType: 'ImplementationSpecific' },
      backend: { service: { name: path, port: { number: 80 } } },
    })),
  };
  route.spec.rules = [{ host: 'example.com', http }];
  return route;
}

/**
 * Which Service gets a request for `asked`, and as which path. ingress-nginx replaces the whole path, Traefik the part
 * that matches; both prefer the longest path, and leave one alone that is its own target.
 */
function served(route: Ingress, asked: string, router: 'ingress-nginx' | 'Traefik'): string | undefined {
  const target = present(route.metadata.annotations)[REWRITE] ?? '';
  const matching = pathsOf(route).filter(({ path }) => new RegExp(`^${path}`, 'i').test(asked));
  const [chosen] = matching.toSorted((a, b) => b.path.length - a.path.length);
  if (chosen === undefined) return undefined;
  const { path, service } = chosen;
  const pattern = new RegExp(path, 'i');
  const [found = '', ...captures] = pattern.exec(asked) ?? [];
  const to = target.replaceAll(/\$(\d)/g, (_, number) => captures[Number(number) - 1] ?? '');
  const got = path === target ? asked : router === 'Traefik' ? asked.replace(found, () => to) : to;
  return `${service} gets ${got}`;
}

describe('any other rewrite: the candidate gets the paths that the live version gets', () => {
  test.each<[string, string[], string, string, string]>([
    ['every path of one prefix to /', ['/app1', '/app2'], '/', '/green/app1', 'green /app1 gets /'],
    ['the same beside /', ['/', '/a'], '/', '/green/x/y', 'green / gets /x/y'],
    ['the same beside /', ['/', '/a'], '/', '/green/a', 'green /a gets /'],
    ['/ to one path', ['/'], '/app', '/green/x', 'green / gets /app'],
    ['what follows a prefix', ['/api/?(.*)'], '/$1', '/green/api/x', 'green /api/?(.*) gets /x'],
    ['the same beside everything', ['/?(.*)', '/api/?(.*)'], '/$1', '/green/y', 'green /?(.*) gets /y'],
    ['the same beside everything', ['/?(.*)', '/api/?(.*)'], '/$1', '/green/api/x', 'green /api/?(.*) gets /x'],
    // Live, the second one is the longer path by one letter.
    ['the same beside everything', ['/(.*)', '/api/b'], '/$1', '/green/api/b', 'green /api/b gets /'],
    ['below another prefix', ['/old/(.*)'], '/new/$1', '/green/old/x', 'green /old/(.*) gets /new/x'],
    ['two captures', ['/(a|b)/x/(.*)'], '/$1/$2', '/green/b/x/y', 'green /(a|b)/x/(.*) gets /b/y'],
  ])('%s', (_, paths, target, asked, expected) => {
    const { preview } = previewOfAll(paths, target);
    expect(served(preview, asked, 'ingress-nginx')).toBe(expected);
  });

  const segments = fc.constantFrom('a', 'b', 'api');
  const below = fc.array(segments, { minLength: 1, maxLength: 2 }).map((parts) => `/${parts.join('/')}`);
  const patterns = fc
    .tuple(below, fc.constantFrom('', '/', '/?(.*)', '(/|$)(.*)', '/(.*)'))
    .map((parts) => parts.join(''));
  const targets = fc.constantFrom('/', '/$1', '/v1/$1', '/v1', '/$1/x/$2');
  test('on both routers, whatever the paths and the target', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.oneof({ weight: 4, arbitrary: patterns }, fc.constantFrom('/', '/(.*)')), {
          minLength: 1,
          maxLength: 4,
          selector: (path) => path.length,
        }),
        targets,
        fc.array(segments, { maxLength: 3 }).map((parts) => `/${parts.join('/')}`),
        (paths, target, asked) => {
          const { live, preview } = previewOfAll(paths, target);
          for (const router of ['ingress-nginx', 'Traefik'] as const) {
            const green = served(live, asked, router)?.replace(/^/, 'green ');
            expect(served(preview, `/green${asked}`, router)).toBe(green);
          }
          expect(served(preview, `/greenhouse${asked}`, 'Traefik')).toBeUndefined();
        },
      ),
      { numRuns: 1_000 },
    );
  });
});

describe('a rewritten path without a mirror is refused, with the reason', () => {
  test.each<[string | undefined, string, string]>([
    // Traefik takes a path that is left out for another one than /, and rewrites all of it.
    [undefined, '/', 'in different ways'],
    ['/app', '/app', 'equals its target'],
    ['/?(api)(.*)', '/$1', 'requests of visitors too'],
    ['/*', '/app', 'requests of visitors too'],
    ['/a|/b', '/', 'requests of visitors too'],
  ])('%s to %s', (path, target, reason) => {
    const error = thrownBy(() => plan(path, target, {}, 'ImplementationSpecific'));
    expect(error).toMatchObject({ code: 'route', message: expect.stringContaining(reason) });
  });

  test('a defaultBackend', () => {
    const route = splitRoute();
    route.metadata.annotations = { [REWRITE]: '/' };
    route.spec.defaultBackend = { service: { name: 'web-v1', port: { number: 80 } } };
    const error = thrownBy(() => previewOf(liveOf(route)));
    expect(error).toMatchObject({ code: 'route', message: expect.stringContaining('the defaultBackend') });
  });
});

test('on a host where / is rewritten to itself, another path still counts: to ingress-nginx that is no regex', () => {
  const route = splitRoute({ annotations: `${REWRITE}: /` });
  const other = structuredClone(route);
  other.metadata = { name: 'other' };
  const [held] = other.spec.rules?.[0]?.http?.paths ?? [];
  Object.assign(present(held), { path: '/app' });
  const error = thrownBy(() => previewOf(liveOf(route), [other]));
  expect(error).toMatchObject({ code: 'preview-side-effect' });
});
