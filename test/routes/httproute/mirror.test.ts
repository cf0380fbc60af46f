import { describe, expect, test } from 'vitest';
import type { PreviewKind } from '../../../src/core/base/preview-kind.ts';
import type { Filter, HttpRoute, HttpRule } from '../../../src/routes/httproute/object.ts';
import { present } from '../../core/support.ts';
import { httpRouteOf, previewsOf } from './routes.ts';

/** What of a live rule its mirror has, and in which order: Traefik runs filters as they are written. */

const EXTENSION = '{type: ExtensionRef, extensionRef: {group: traefik.io, kind: Middleware, name: strip-app}}';
const HEADERS = '{type: RequestHeaderModifier, requestHeaderModifier: {remove: [X-Debug]}}';
const MIRROR = '{type: RequestMirror, requestMirror: {backendRef: {name: shadow, port: 80}}}';
const BY_PATH = { by: 'path', path: '/green' } as const;
const KINDS: readonly PreviewKind[] = [
  BY_PATH,
  { by: 'host', host: 'green.test' },
  { by: 'header', name: 'X-Preview', value: 'green' },
];

/** The rule of the preview of a route whose one rule matches PathPrefix /app and has these filters. */
function mirrorOf(
  filters: readonly string[],
  ofBackend: readonly string[] = [],
  kind: PreviewKind = BY_PATH,
): HttpRule {
  const backend = `{name: web-v1, port: 80, filters: [${ofBackend.join(', ')}]}`;
  const rule = `{matches: [{path: {value: /app}}], filters: [${filters.join(', ')}], backendRefs: [${backend}]}`;
  const live = httpRouteOf(`{parentRefs: [{name: g}], hostnames: [a.test], rules: [${rule}]}`);
  const [own] = previewsOf([live], { kind });
  const preview = present(own?.objects[0]) as HttpRoute;
  return present(preview.spec.rules?.[0]);
}

const types = (filters: readonly Filter[] = []) => filters.map(({ type }) => type);

describe('the prefix of a preview below a path is stripped', () => {
  test('before the filters of the live rule, which see the paths that they were written for', () => {
    const { filters } = mirrorOf([EXTENSION, HEADERS]);
    expect(types(filters)).toEqual(['URLRewrite', 'ExtensionRef', 'RequestHeaderModifier']);
    expect(filters?.[0]?.urlRewrite).toEqual({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/app' } });
  });

  test.each([
    [
      '{hostname: app.internal, path: {type: ReplacePrefixMatch, replacePrefixMatch: /v1}}',
      { hostname: 'app.internal', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v1' } },
    ],
    [
      '{hostname: app.internal}',
      { hostname: 'app.internal', path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/app' } },
    ],
  ])('where the live rule rewrites, %s', (rewrite, expected) => {
    const { filters } = mirrorOf([HEADERS, `{type: URLRewrite, urlRewrite: ${rewrite}}`, EXTENSION]);
    expect(types(filters)).toEqual(['RequestHeaderModifier', 'URLRewrite', 'ExtensionRef']);
    expect(filters?.[1]?.urlRewrite).toEqual(expected);
  });
});

test.each(KINDS)('no request of a preview by $by is sent elsewhere, whatever has the filter that does so', (kind) => {
  const { filters, backendRefs } = mirrorOf([MIRROR, EXTENSION], [HEADERS, MIRROR], kind);
  expect(types(filters)).not.toContain('RequestMirror');
  expect(types(filters)).toContain('ExtensionRef');
  expect(types(backendRefs?.[0]?.filters)).toEqual(['RequestHeaderModifier']);
  expect(mirrorOf([], [MIRROR], kind).backendRefs).toEqual([{ name: 'web-v2', port: 80 }]);
});
