import { describe, expect, test } from 'vitest';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { pathsOf } from '../../src/routes/ingress/paths.ts';
import { only, present, thrownBy } from '../core/support.ts';
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

describe('beside another Ingress on an overlapping host', () => {
  const at = (route: Ingress, host: string | undefined, more: Partial<Ingress> = {}): Ingress => {
    for (const rule of route.spec.rules ?? []) {
      delete rule.host;
      if (host !== undefined) rule.host = host;
    }
    return { ...route, ...more };
  };
  const other = (host: string, path: string, more: Partial<Ingress> = {}) => {
    const route = at(routeWith([path]), host, more);
    for (const { http } of route.spec.rules ?? [])
      for (const one of http?.paths ?? []) one.backend = { service: { name: 'other', port: { number: 80 } } };
    return { ...route, metadata: { ...route.metadata, name: 'other' } };
  };
  const wide = (host: string | undefined = '*.example.com') => at(routeWith(['Prefix /', 'Exact /version']), host);
  const plan = (route: Ingress, beside: Ingress, overlap: 'refuse' | 'accept' = 'refuse') =>
    stripper.previews(request([liveOf(route)], [beside], { overlap }));

  test.each([
    ['*.example.com', 'Prefix /'],
    ['*.example.com', 'Prefix /green'],
    ['*.example.com', 'Exact /green/version'],
    ['*.example.com', 'ImplementationSpecific /gr'],
    [undefined, 'Prefix /'],
  ])('a preview on the host %s might take requests for %s of a narrower one', (host, path) => {
    const refused = () => plan(wide(host), other('shop.example.com', path));
    expect(refused).toThrow(`might take precedence over shop.example.com${path.split(' ')[1]} of Ingress other`);
    expect(thrownBy(refused)).toMatchObject({ code: 'preview-side-effect' });
    expect(plan(wide(host), other('shop.example.com', path), 'accept')).toHaveLength(1);
  });

  const served = (ip: string) => ({ status: { loadBalancer: { ingress: [{ ip }] } } });
  const elsewhere = other('shop.example.com', 'Prefix /', served('192.0.2.2'));
  elsewhere.spec.ingressClassName = 'else';
  test.each([
    ['with a path that the preview does not meet', wide(), other('shop.example.com', 'Prefix /api')],
    ['on the same host', wide(), other('*.example.com', 'Prefix /')],
    ['on a host of another domain', wide(), other('shop.example.org', 'Prefix /')],
    ['on a wider host', wide('shop.example.com'), other('*.example.com', 'Prefix /')],
    ['that another router serves', { ...wide(), ...served('192.0.2.1') }, elsewhere],
  ])('one %s is left alone', (_, route, beside) => {
    expect(plan(route, beside)).toHaveLength(1);
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
