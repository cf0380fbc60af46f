import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { f5 } from '../../../src/routes/ingress/f5.ts';
import { haproxy } from '../../../src/routes/ingress/haproxy.ts';
import type { IngressRouter } from '../../../src/routes/ingress/ingress-router.ts';
import { kong } from '../../../src/routes/ingress/kong.ts';
import type { Ingress } from '../../../src/routes/ingress/object.ts';
import { other } from '../../../src/routes/ingress/other.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { present, thrownBy } from '../../core/support.ts';
import { ingressOf, liveOf, type PreviewSettings, read, request } from '../ingresses.ts';

/** Routers whose files follow their documentation: what they write, and what they refuse. */

function route(annotations = '', paths = ['/']): Ingress {
  const all = paths.map(
    (path) => `{path: ${path}, pathType: Prefix, backend: {service: {name: web-v1, port: {number: 80}}}}`,
  );
  return ingressOf(`
metadata: {name: shop, namespace: shop, annotations: {${annotations}}}
spec: {ingressClassName: any, rules: [{host: example.com, http: {paths: [${all.join(', ')}]}}]}
`);
}

function previewOf(
  router: IngressRouter,
  live: Ingress,
  settings: Partial<PreviewSettings> = {},
): readonly KubeObject[] {
  return present(router.previews(request([liveOf(live)], [], settings))[0]).objects;
}

/** The annotations and paths of the one Ingress. */
function shown([ingress]: readonly KubeObject[]) {
  const annotations = { ...ingress?.metadata.annotations };
  delete annotations['external-dns.alpha.kubernetes.io/controller'];
  delete annotations['greenpath.dev/preview'];
  return {
    annotations,
    paths: pathsOf(ingress as Ingress).map(({ path, pathType }) => `${pathType} ${path}`),
  };
}

const parking = (annotations: Readonly<Record<string, string>> = {}) => ({
  ...{ app: 'web', namespace: 'shop', annotations, present: [], routes: [read(route())] },
  parked: [{ service: 'web-v1', port: 80 }],
});

describe('HAProxy', () => {
  test('strips the prefix by an expression, and nothing else', () => {
    expect(shown(previewOf(haproxy, route('haproxy.org/auth-type: basic-auth')))).toEqual({
      annotations: { 'haproxy.org/auth-type': 'basic-auth', 'haproxy.org/path-rewrite': '^/green/?(.*)$ /\\1' },
      paths: ['Prefix /green/'],
    });
  });

  test('copies no cookie that could take the place of the live one', () => {
    const { annotations } = shown(previewOf(haproxy, route('haproxy.org/cookie-persistence: SERVER')));
    expect(Object.keys(annotations)).toEqual(['haproxy.org/path-rewrite']);
  });

  test.each([
    ['/green', '/'],
    ['/green/', '/'],
    ['/green/a/b?x=1', '/a/b?x=1'],
  ])('%s reaches the application as %s', (asked, got) => {
    const [expression = '', to = ''] =
      shown(previewOf(haproxy, route())).annotations['haproxy.org/path-rewrite']?.split(' ') ?? [];
    expect(asked.replace(new RegExp(expression), to.replaceAll('\\', '$'))).toBe(got);
  });

  test('has no preview of what is rewritten already', () => {
    expect(thrownBy(() => previewOf(haproxy, route('haproxy.org/path-rewrite: /')))).toMatchObject({ code: 'route' });
  });

  test('closes parking by both names of the list', () => {
    expect(haproxy.parking(parking())[0]?.metadata.annotations).toMatchObject({
      'haproxy.org/allow-list': '192.0.2.1/32',
      'haproxy.org/whitelist': '192.0.2.1/32',
    });
  });
});

describe('Kong', () => {
  test('strips what matched, which is the prefix for /', () => {
    expect(shown(previewOf(kong, route('konghq.com/plugins: login')))).toEqual({
      annotations: { 'konghq.com/plugins': 'login', 'konghq.com/strip-path': 'true' },
      paths: ['Prefix /green/'],
    });
  });

  test('mirrors other paths only where the live Ingress strips them too', () => {
    expect(thrownBy(() => previewOf(kong, route('', ['/', '/api'])))).toMatchObject({ code: 'route' });
    expect(shown(previewOf(kong, route('konghq.com/strip-path: "true"', ['/api']))).paths).toEqual([
      'Prefix /green/api',
    ]);
    expect(thrownBy(() => previewOf(kong, route('konghq.com/rewrite: /x')))).toMatchObject({ code: 'route' });
  });

  describe('closes parking by a header', () => {
    const KEY = 'konghq.com/headers.x-greenpath-parking-token';
    const parked = (...present: Ingress[]) => kong.parking({ ...parking(), present: present.map(read) })[0] as Ingress;
    const tokenOf = ({ metadata }: Ingress) => metadata.annotations?.[KEY] ?? '';

    test('whose value is random, and stays', () => {
      const first = parked();
      expect(tokenOf(first)).toMatch(/^[0-9a-f]{32}$/);
      expect(parked(first)).toEqual(first);
      expect(tokenOf(parked())).not.toBe(tokenOf(first));
    });

    test('whose value does not follow from the paths', () => {
      const first = parked();
      const { [KEY]: _, ...annotations } = first.metadata.annotations ?? {};
      const again = parked({ ...first, metadata: { ...first.metadata, annotations } });
      expect(again.spec).toEqual(first.spec);
      expect(tokenOf(again)).not.toBe(tokenOf(first));
    });

    test('whose value is unguessable again if somebody changed it', () => {
      const first = parked();
      const opened = { ...first, metadata: { ...first.metadata, annotations: { [KEY]: 'x' } } };
      expect(tokenOf(parked(opened))).toMatch(/^[0-9a-f]{32}$/);
    });
  });
});

describe("F5's NGINX", () => {
  const MINION = 'nginx.org/mergeable-ingress-type: minion';

  test('strips the prefix of / for the Service of the candidate, in one more minion', () => {
    expect(shown(previewOf(f5, route(`${MINION}, nginx.org/policies: login`)))).toEqual({
      annotations: {
        'nginx.org/mergeable-ingress-type': 'minion',
        'nginx.org/policies': 'login',
        'nginx.org/rewrites': 'serviceName=web-v2 rewrite=/',
      },
      paths: ['Prefix /green/'],
    });
  });

  test.each([
    ['', ['/'], 'is no minion'],
    [MINION, ['/', '/api'], 'has the path example.com/api'],
  ])('of an Ingress with "%s" and %j is refused', (annotations, paths, text) => {
    expect(thrownBy(() => previewOf(f5, route(annotations, paths)))).toMatchObject({
      code: 'route',
      message: expect.stringContaining(text),
    });
  });

  test('closes parking by a Policy', () => {
    expect(f5.parking(parking())).toEqual([
      expect.objectContaining({ kind: 'Policy', spec: { accessControl: { allow: ['192.0.2.1/32'] } } }),
      expect.objectContaining({
        metadata: expect.objectContaining({
          annotations: expect.objectContaining({ 'nginx.org/policies': 'greenpath-web-parking' }),
        }),
      }),
    ]);
    expect(f5.parking({ ...parking(), parked: [] })).toEqual([]);
  });
});

describe('another router', () => {
  const STRIP = { 'example.com/strip': '/green' };

  test('strips as the config says, and copies what the same tool reads', () => {
    const live = route('example.com/login: "yes", example.com/strip: /api');
    expect(shown(previewOf(other, live, { annotations: STRIP }))).toEqual({
      annotations: { 'example.com/login': 'yes', ...STRIP },
      paths: ['Prefix /green/'],
    });
  });

  test('needs to be told how it strips, and how it closes parking', () => {
    expect(thrownBy(() => previewOf(other, route()))).toMatchObject({
      code: 'route',
      next: expect.stringContaining('preview: {annotations'),
    });
    expect(thrownBy(() => other.parking(parking()))).toMatchObject({
      code: 'route',
      next: expect.stringContaining('parking: {annotations'),
    });
    const [parked] = other.parking(parking({ 'example.com/deny': 'all' }));
    expect(parked?.metadata.annotations).toMatchObject({ 'example.com/deny': 'all' });
  });
});

test.each([haproxy, kong, f5])(
  '$name says why it refuses requests, by an annotation that a preview has too',
  (router) => {
    const [key, live] = {
      haproxy: ['haproxy.org/allow-list', ''],
      kong: ['konghq.com/plugins', ''],
      f5: ['nginx.org/policies', 'nginx.org/mergeable-ingress-type: minion, '],
    }[router.name] as [string, string];
    const object = route(`${live}${key}: one`);
    expect(router.cause(object, 'client', {})).toContain(key);
    expect(router.cause(route(), 'client', {})).toBeUndefined();
    expect(shown(previewOf(router, object)).annotations).toHaveProperty([key], 'one');
  },
);
