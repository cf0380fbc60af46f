import { describe, expect, test } from 'vitest';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { pathsOf } from '../../src/routes/ingress/paths.ts';
import { only, present } from '../core/support.ts';
import { ingressOf, liveOf, request } from './ingresses.ts';
import { stripper } from './stripper.ts';

/** What a router of one's own gets from the parts that routers share, shown by the smallest one. */

const PREFIX = 'stripper.example.com/';

/** A live Ingress with these paths, each written as `type path`. */
function routeWith(paths: readonly string[], annotations: Record<string, string> = {}): Ingress {
  const listed = paths.map((text) => {
    const [pathType, path] = text.split(' ');
    return { path, pathType, backend: { service: { name: 'web-v1', port: { number: 80 } } } };
  });
  return ingressOf(`
metadata: {name: shop, namespace: shop, annotations: ${JSON.stringify(annotations)}}
spec: {ingressClassName: stripper, rules: [{host: example.com, http: {paths: ${JSON.stringify(listed)}}}]}`);
}

function previewOf(route: Ingress): Ingress {
  const [own] = stripper.previews(request([liveOf(route)]));
  return only(present(own).objects) as Ingress;
}

describe('the preview', () => {
  test.each([
    [['Prefix /'], ['Prefix /green/']],
    [
      ['Prefix /', 'Exact /version'],
      ['Prefix /green/', 'Exact /green/version'],
    ],
    [
      ['Exact /', 'Prefix /'],
      ['Exact /green/', 'Prefix /green/'],
    ],
    [['Prefix /', 'Prefix /'], ['Prefix /green/']],
  ])('of %j matches %j', (live, expected) => {
    expect(pathsOf(previewOf(routeWith(live))).map(({ path, pathType }) => `${pathType} ${path}`)).toEqual(expected);
  });

  test.each([
    [['Prefix /'], undefined, '/green'],
    [['Prefix /'], '', '/green'],
    [['Prefix /app', 'Exact /app/version'], '/app', '/green/app'],
    [['Prefix /app/'], '/app/', '/green/app'],
  ])('of %j, from which %s is stripped, strips %s', (paths, stripped, expected) => {
    const annotations = stripped === undefined ? {} : { [`${PREFIX}strip-prefix`]: stripped };
    const { metadata } = previewOf(routeWith(paths, annotations));
    expect(metadata.annotations).toMatchObject({ [`${PREFIX}strip-prefix`]: expected });
  });

  test.each([
    [['Prefix /app', 'Prefix /api'], 'example.com/api'],
    [['Prefix /apple'], 'example.com/apple'],
  ])('of %j is refused if the live Ingress strips /app', (paths, text) => {
    const route = routeWith(paths, { [`${PREFIX}strip-prefix`]: '/app' });
    expect(() => previewOf(route)).toThrow(`Ingress shop strips /app, but not from ${text}`);
  });

  test('copies no snippet, although the router names none', () => {
    const key = `${PREFIX}configuration-snippet`;
    const route = liveOf(routeWith(['Prefix /'], { [key]: 'deny all;', [`${PREFIX}basic-auth`]: 'users' }));
    const [own] = stripper.previews(request([route], [], { unprotected: 'accept' }));
    const { annotations } = only(present(own).objects).metadata;
    expect(annotations).toMatchObject({ [`${PREFIX}basic-auth`]: 'users' });
    expect(annotations).not.toHaveProperty([key]);
  });
});

describe('the annotations say why it refuses', () => {
  const causes = (end: string, value = 'x') =>
    (['login', 'client', 'tls', 'redirect'] as const).map((refusal) =>
      stripper.cause(routeWith(['Prefix /'], { [PREFIX + end]: value }), refusal, {}),
    );

  test.each([
    ['basic-auth', 0, 'basic auth'],
    ['allow-from', 1, 'an allow-list that this runner is not on'],
  ])('%s', (end, at, words) => {
    const expected: (string | undefined)[] = [undefined, undefined, undefined, undefined];
    expected[at] = `${words} (${PREFIX}${end} of Ingress shop)`;
    expect(causes(end)).toEqual(expected);
    for (const off of ['', 'false']) expect(causes(end, off)).toEqual([undefined, undefined, undefined, undefined]);
  });

  test('those of the preview too', () => {
    const more = { [`${PREFIX}basic-auth`]: 'users' };
    expect(stripper.cause(routeWith(['Prefix /']), 'login', more)).toContain('basic auth');
  });
});
