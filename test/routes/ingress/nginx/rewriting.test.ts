import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../../src/core/base/error.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../../src/routes/ingress/paths.ts';
import { only, present, thrownBy } from '../../../core/support.ts';
import { liveOf, previewOf, splitRoute } from '../../ingresses.ts';

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

describe('any other rewrite is refused, with what applies to it', () => {
  test.each<[string | undefined, string, string, string]>([
    // Traefik takes a path that is left out for another one than /, and rewrites all of it.
    [undefined, '/', 'for / to the application as /,', 'should get'],
    ['/', '/$1', 'for / to the application as /,', 'remove nginx.ingress.kubernetes.io/rewrite-target'],
    ['/', '/app', 'for / to the application as /app,', 'remove nginx.ingress.kubernetes.io/rewrite-target'],
    ['/api', '/', 'for /api to the application as /,', 'write that path as /api(/|$)(.*) and every / as /()(.*)'],
    ['/api/', '/', 'for /api/ to the application as /,', 'write that path as /api(/|$)(.*)'],
    ['/api/(.*)', '/$1', 'other paths', 'rewrite-target: /$2 does the same'],
    ['/(.*)', '/v1/$1', 'other paths', 'may only strip a prefix'],
  ])('%s to %s', (path, target, effect, remedy) => {
    const error = thrownBy(() => plan(path, target, {}, path === undefined ? 'ImplementationSpecific' : 'Prefix'));
    if (!(error instanceof GreenpathError)) throw error;
    expect(error.code).toBe('route');
    expect(error.message).toContain(effect);
    expect(error.next).toContain(remedy);
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
