import { describe, expect, test } from 'vitest';
import { haproxy } from '../../src/routes/ingress/haproxy.ts';
import { nginx } from '../../src/routes/ingress/nginx/router.ts';
import { backend, type Ingress } from '../../src/routes/ingress/object.ts';
import { thrownBy } from '../core/support.ts';
import { httpRouteOf, previewsOf } from './httproute/routes.ts';
import { liveOf, previewOf, request, splitRoute } from './ingresses.ts';

/** A preview below a prefix, beside a regular expression of another application on the same host. */

const REFUSE = { overlap: 'refuse' } as const;
const USE = { 'nginx.ingress.kubernetes.io/use-regex': 'true' };
const theirs = (
  path: string,
  pathType = 'ImplementationSpecific',
  annotations: Record<string, string> = USE,
  service = 'theirs',
): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'theirs', annotations },
  spec: {
    ingressClassName: 'nginx',
    rules: [{ host: 'example.com', http: { paths: [{ path, pathType, backend: backend(service, 80) }] } }],
  },
});

describe('of an Ingress by nginx', () => {
  test.each(['/[a-z]+/api', '/.+\\.php', '/(g|h)reen/api'])('%s may lose visitors to it', (path) => {
    expect(thrownBy(() => previewOf(liveOf(splitRoute()), [theirs(path)], REFUSE))).toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringContaining(`might take visitors from example.com${path} of Ingress theirs`),
      next: expect.stringContaining('overlap: accept'),
    });
    expect(() => previewOf(liveOf(splitRoute()), [theirs(path)], { overlap: 'accept' })).not.toThrow();
  });

  test.each<[string, string, string]>([
    ['a regex that begins otherwise', '/api(/|$)(.*)', 'ImplementationSpecific'],
    ['a regex for everything', '/(.*)', 'ImplementationSpecific'],
    ['a regex for everything else', '/(?!api).*', 'ImplementationSpecific'],
    ['a regex for a shorter segment', '/gree(/|$)(.*)', 'ImplementationSpecific'],
    ['a regex for several segments', '/(api|ws)/(.*)', 'ImplementationSpecific'],
    ['a longer one, which comes before the preview', '/[a-z]+/a-long-name', 'ImplementationSpecific'],
    ['an Exact path', '/[a-z]+/api', 'Exact'],
  ])('%s loses nothing', (_, path, pathType) => {
    expect(() => previewOf(liveOf(splitRoute()), [theirs(path, pathType)], REFUSE)).not.toThrow();
  });

  test('a regex of the app itself has a preview', () => {
    const route = splitRoute({ annotations: 'nginx.ingress.kubernetes.io/use-regex: "true"' });
    const [rule] = route.spec.rules ?? [];
    rule?.http?.paths.push({ path: '/[a-z]+/api', pathType: 'ImplementationSpecific', backend: backend('web-v1', 80) });
    expect(() => previewOf(liveOf(route), [], REFUSE)).not.toThrow();
  });

  test("a regex of an Ingress that `route` does not name is the app's own if it leads to a live Service", () => {
    const other = (service: string) => theirs('/[a-z]+/api', 'ImplementationSpecific', USE, service);
    expect(() => previewOf(liveOf(splitRoute()), [other('web-v1')], REFUSE)).not.toThrow();
    expect(() => previewOf(liveOf(splitRoute()), [other('web-v2')], REFUSE)).toThrow('might take visitors from');
    const { metadata, ...rest } = other('web-v1');
    const elsewhere = [{ ...rest, metadata: { ...metadata, namespace: 'ops' } }];
    const planned = () => nginx.previews({ ...request([liveOf(splitRoute())], [], REFUSE), elsewhere });
    expect(planned).toThrow('of Ingress theirs in namespace ops');
  });
});

test('beside a regex for one segment, a preview whose name begins with it', () => {
  const settings = { ...REFUSE, kind: { by: 'path', path: '/shop-green' } } as const;
  const others = [theirs('/shop(/|$)(.*)')];
  expect(() => previewOf(liveOf(splitRoute()), others, settings)).not.toThrow();
});

test.each([
  ['ImplementationSpecific', '/[a-z]+/api', true],
  ['ImplementationSpecific', '/api', false],
  ['Prefix', '/[a-z]+/api', false],
])('of an Ingress by a router that may read regexes: beside %s %s', (pathType, path, isRefused) => {
  const others = [theirs(path, pathType, {})];
  const planned = () => haproxy.previews(request([liveOf(splitRoute())], others, REFUSE));
  if (isRefused) expect(planned).toThrow('might take visitors from');
  else expect(planned).not.toThrow();
});

describe('of an HTTPRoute', () => {
  const place = 'parentRefs: [{name: public}], hostnames: [a.test]';
  const live = httpRouteOf(`{${place}, rules: [{backendRefs: [{name: web-v1, port: 80}]}]}`);
  const other = (type: string, value: string, { service = 'x', namespace = 'shop' } = {}) =>
    httpRouteOf(
      `{${place}, rules: [{matches: [{path: {type: ${type}, value: '${value}'}}], backendRefs: [{name: ${service}, port: 80}]}]}`,
      { metadata: { name: 'theirs', namespace } },
    );

  test('a regular expression of another route may lose visitors to it', () => {
    const regex = other('RegularExpression', '/[a-z]+/api');
    expect(thrownBy(() => previewsOf([live], {}, [regex]))).toMatchObject({
      code: 'preview-side-effect',
      message: expect.stringContaining('from a.test/[a-z]+/api of HTTPRoute theirs'),
    });
    expect(previewsOf([live], { overlap: 'accept' }, [regex])).toHaveLength(1);
    expect(previewsOf([live], { kind: { by: 'header', name: 'X-Preview', value: 'green' } }, [regex])).toHaveLength(1);
  });

  test.each([
    ['RegularExpression', '/api/[0-9]+'],
    ['RegularExpression', '/(api|ws)(/.*)?'],
    ['RegularExpression', '/gree(?:/.*)?$'],
    ['RegularExpression', '/(?!api).*'],
    ['PathPrefix', '/api'],
  ])('%s %s loses nothing', (type, value) => {
    // Beside a regex for everything, no proof could request the live path.
    expect(previewsOf([live], {}, [other(type, value)], { isProven: false })).toHaveLength(1);
  });

  test('a regular expression of the app itself loses nothing, in whichever route', () => {
    const own = (namespace: string) => other('RegularExpression', '/[a-z]+/api', { service: 'web-v1', namespace });
    expect(previewsOf([live], {}, [own('shop')])).toHaveLength(1);
    const { parentRefs = [], ...spec } = own('ops').spec;
    const attached = {
      ...own('ops'),
      spec: { ...spec, parentRefs: parentRefs.map((one) => ({ ...one, namespace: 'shop' })) },
    };
    expect(() => previewsOf([live], {}, [], { elsewhere: [attached] })).toThrow('HTTPRoute theirs in namespace ops');
  });
});
