import { describe, expect, test } from 'vitest';
import { type KubeObject, LABEL_APP } from '../../../src/core/kube/objects.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { present, thrownBy } from '../../core/support.ts';
import { httpRouteOf, previewRules, previewsOf } from './routes.ts';

const FULL = `
parentRefs:
  - {group: gateway.networking.k8s.io, kind: Gateway, name: public, namespace: infra, sectionName: https}
  - {group: '', kind: Service, name: web}
hostnames: [shop.test, www.shop.test]
rules:
  - name: pages
    matches:
      - path: {type: PathPrefix, value: /}
      - path: {type: Exact, value: /about}
        headers: [{type: Exact, name: X-Beta, value: 'yes'}]
    filters:
      - type: ExtensionRef
        extensionRef: {group: traefik.io, kind: Middleware, name: login}
      - type: RequestMirror
        requestMirror: {backendRef: {name: shadow, port: 80}}
    timeouts: {request: 10s}
    backendRefs: [{group: '', kind: Service, name: web-v1, port: 80, weight: 1}]
  - matches: [{path: {type: PathPrefix, value: /api/}, method: GET}]
    filters: [{type: URLRewrite, urlRewrite: {hostname: api.internal, path: {type: ReplacePrefixMatch, replacePrefixMatch: /v1}}}]
    backendRefs:
      - name: api-v1
        port: 80
        filters: [{type: RequestHeaderModifier, requestHeaderModifier: {set: [{name: X-From, value: gateway}]}}]
  - matches: [{path: {type: PathPrefix, value: /other}}]
    backendRefs: [{name: others, port: 80}]
`;

test('a preview is a route of its own on the same Gateways and hosts, whose rules strip the prefix', () => {
  const [own] = previewsOf([httpRouteOf(FULL)], { annotations: { 'example.com/team': 'shop' } });
  expect(own?.patch).toEqual([]);
  const login = { type: 'ExtensionRef', extensionRef: { group: 'traefik.io', kind: 'Middleware', name: 'login' } };
  const page = {
    timeouts: { request: '10s' },
    backendRefs: [{ group: '', kind: 'Service', name: 'web-v2', port: 80 }],
  };
  const modifier = {
    type: 'RequestHeaderModifier',
    requestHeaderModifier: { set: [{ name: 'X-From', value: 'gateway' }] },
  };
  const toPrefix = (value: string) => ({ path: { type: 'ReplacePrefixMatch', replacePrefixMatch: value } });
  expect(own?.objects).toEqual([
    {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: {
        name: 'greenpath-web',
        namespace: 'shop',
        labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' },
        annotations: {
          'external-dns.alpha.kubernetes.io/controller': 'greenpath',
          'example.com/team': 'shop',
          'greenpath.dev/preview': '{"by":"path","path":"/green"}',
        },
      },
      spec: {
        parentRefs: [
          {
            group: 'gateway.networking.k8s.io',
            kind: 'Gateway',
            name: 'public',
            namespace: 'infra',
            sectionName: 'https',
          },
        ],
        hostnames: ['shop.test', 'www.shop.test'],
        rules: [
          {
            matches: [{ path: { type: 'PathPrefix', value: '/green' } }],
            filters: [{ type: 'URLRewrite', urlRewrite: toPrefix('/') }, login],
            ...page,
          },
          {
            matches: [
              {
                path: { type: 'Exact', value: '/green/about' },
                headers: [{ type: 'Exact', name: 'X-Beta', value: 'yes' }],
              },
            ],
            filters: [
              { type: 'URLRewrite', urlRewrite: { path: { type: 'ReplaceFullPath', replaceFullPath: '/about' } } },
              login,
            ],
            ...page,
          },
          {
            matches: [{ path: { type: 'PathPrefix', value: '/green/api' }, method: 'GET' }],
            filters: [{ type: 'URLRewrite', urlRewrite: { hostname: 'api.internal', ...toPrefix('/v1') } }],
            backendRefs: [{ name: 'api-v2', port: 80, filters: [modifier] }],
          },
        ],
      },
    },
  ]);
});

test('a rule of two references has a preview of one, without a weight; sessions are those of the preview', () => {
  const refs = '[{name: web-v1, port: 80, weight: 100}, {name: web-v0, port: 80, weight: 0}]';
  const [rule] = previewRules(`{parentRefs: [{name: g}], rules: [{backendRefs: ${refs}}]}`);
  expect(rule?.backendRefs).toEqual([{ name: 'web-v2', port: 80 }]);
  const persistent = 'sessionPersistence: {sessionName: shop, type: Cookie}, backendRefs: [{name: web-v1, port: 80}]';
  const [sticky] = previewRules(`{parentRefs: [{name: g}], rules: [{${persistent}}]}`);
  expect(sticky?.sessionPersistence).toEqual({ type: 'Cookie' });
});

test.each(['', 'hostnames: [], '])('a preview by host of a route without hosts (%s) is at that host alone', (hosts) => {
  const live = httpRouteOf(`{parentRefs: [{name: g}], ${hosts}rules: [{backendRefs: [{name: web-v1, port: 80}]}]}`);
  const settings = { kind: { by: 'host', host: 'green.test' }, overlap: 'accept' } as const;
  const [own] = previewsOf([live], settings);
  expect((present(own?.objects[0]) as HttpRoute).spec.hostnames).toEqual(['green.test']);
});

test('a rule without matches, and a route without hosts, stand for everything', () => {
  const [own] = previewsOf([
    httpRouteOf('{parentRefs: [{name: g}], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}'),
  ]);
  const { spec } = present(own?.objects[0]) as HttpRoute;
  expect(spec.hostnames).toBeUndefined();
  expect(spec.rules?.[0]?.matches).toEqual([{ path: { type: 'PathPrefix', value: '/green' } }]);
});

test('what live requests never reach has no mirror: the same match a second time', () => {
  const rule = (name: string) => `{matches: [{path: {value: /}}], backendRefs: [{name: ${name}, port: 80}]}`;
  const rules = previewRules(`{parentRefs: [{name: g}], rules: [${rule('web-v1')}, ${rule('api-v1')}]}`);
  expect(rules.map(({ backendRefs }) => backendRefs?.[0]?.name)).toEqual(['web-v2']);
});

describe('more rules than one route may have', () => {
  const match = (path: string, header: string) => `{path: {value: ${path}}, headers: [{name: X, value: '${header}'}]}`;
  const rule = (path: string, count: number) =>
    `{matches: [${Array.from({ length: count }, (_, index) => match(path, `${index}`))}], backendRefs: [{name: web-v1, port: 80}]}`;

  test('are in several routes, and those of one path together', () => {
    const route = httpRouteOf(
      `{parentRefs: [{name: g}], rules: [${rule('/a', 10)}, ${rule('/b', 10)}, ${rule('/c', 3)}]}`,
    );
    const [own] = previewsOf([route]);
    const parts = (own?.objects ?? []) as HttpRoute[];
    expect(parts.map(({ metadata }) => metadata.name)).toEqual(['greenpath-web', 'greenpath-web.part-2']);
    const paths = parts.map(({ spec }) => new Set(spec.rules?.map(({ matches }) => matches?.[0]?.path?.value)));
    expect(paths).toEqual([new Set(['/green/a']), new Set(['/green/b', '/green/c'])]);
    expect(parts.flatMap(({ spec }) => spec.rules ?? [])).toHaveLength(23);
  });

  test('of one path keep their order', () => {
    const rules = previewRules(`{parentRefs: [{name: g}], rules: [${rule('/a', 40)}]}`);
    const values = rules.map(({ matches }) => matches?.[0]?.headers?.[0]?.value);
    expect(values).toEqual(Array.from({ length: 40 }, (_, index) => `${index}`));
  });
});

describe('a route is refused before anything is written', () => {
  const one = (rule: string, more = 'parentRefs: [{name: g}]') => httpRouteOf(`{${more}, rules: [${rule}]}`);
  const web = 'backendRefs: [{name: web-v1, port: 80}]';

  test.each([
    ['without a Gateway', one(`{${web}}`, 'parentRefs: [{group: "", kind: Service, name: web}]'), /no Gateway/],
    [
      'with a regular expression',
      one(`{matches: [{path: {type: RegularExpression, value: '/a.*'}}], ${web}}`),
      /by RegularExpression/,
    ],
    [
      'that shares its visitors',
      one('{backendRefs: [{name: web-v1, port: 80, weight: 9}, {name: others, port: 80}]}'),
      /has 2 backendRefs in rules\[0\] \(web-v1 9, others 1\)/,
    ],
    [
      'that rewrites in a backend',
      one('{backendRefs: [{name: web-v1, port: 80, filters: [{type: URLRewrite, urlRewrite: {hostname: a}}]}]}'),
      /would undo the rewrite/,
    ],
  ])('%s', (_, route, message) => {
    expect(thrownBy(() => previewsOf([route]))).toMatchObject({
      code: 'route',
      message: expect.stringMatching(message),
    });
  });

  test.each([
    ['another method', '{method: POST}', 'method POST'],
    ['a parameter', '{queryParams: [{name: api, value: "2"}]}', 'parameter api'],
    [
      'a header by regular expression',
      '{headers: [{type: RegularExpression, name: X-Api, value: .+}]}',
      'header X-Api',
    ],
  ])('where no GET of a proof arrives, because of %s, unless nothing is proven', (_, match, text) => {
    const route = one(`{matches: [${match}], ${web}}`, 'parentRefs: [{name: g}], hostnames: [a.test]');
    expect(thrownBy(() => previewsOf([route]))).toMatchObject({
      code: 'route',
      message: expect.stringContaining(`(it has: a.test/ (${text}))`),
    });
    expect(previewsOf([route], {}, [], { isProven: false })).toHaveLength(1);
    const health = one(`{matches: [${match}, {path: {value: /health}, headers: [{name: A, value: b}]}], ${web}}`);
    expect(previewsOf([health])).toHaveLength(1);
  });

  test('with an annotation that may protect it, unless the preview has its own or needs none', () => {
    const key = 'konghq.com/plugins';
    const route = { ...one(`{${web}}`), metadata: { name: 'web', namespace: 'shop', annotations: { [key]: 'login' } } };
    expect(thrownBy(() => previewsOf([route]))).toMatchObject({ code: 'preview-unprotected' });
    expect(previewsOf([route], { unprotected: 'accept' })).toHaveLength(1);
    const [own] = previewsOf([route], { annotations: { [key]: 'none' } });
    expect(own?.objects[0]?.metadata.annotations).toMatchObject({ [key]: 'none' });
  });

  test('with a policy of its own, where its controller says so', () => {
    const conditions = [{ type: 'gateway.envoyproxy.io/SecurityPolicyAffected', status: 'True' }];
    const parents = [{ parentRef: { name: 'g' }, controllerName: 'c', conditions }];
    const route = { ...one(`{${web}}`), status: { parents } };
    expect(thrownBy(() => previewsOf([route]))).toMatchObject({
      code: 'preview-unprotected',
      message: expect.stringContaining('SecurityPolicyAffected'),
    });
  });
});

describe('the place of a preview', () => {
  const live = httpRouteOf(
    '{parentRefs: [{name: g}], hostnames: [a.b.test], rules: [{backendRefs: [{name: web-v1, port: 80}]}]}',
  );
  const other = (name: string, place: string, labels = {}): HttpRoute =>
    httpRouteOf(`{${place}, rules: [{matches: [{path: {value: /green/x}}], backendRefs: [{name: x, port: 80}]}]}`, {
      metadata: { name, namespace: 'shop', labels },
    } as Partial<KubeObject>);
  const taken = (one: HttpRoute) => thrownBy(() => previewsOf([live], {}, [one]));

  test.each(['[a.b.test]', '["*.b.test"]', '["*.test"]', '[]'])(
    'is taken by a path below it of a route of %s',
    (hosts) => {
      const one = other('other', `parentRefs: [{name: g, sectionName: web}], hostnames: ${hosts}`);
      expect(taken(one)).toMatchObject({ code: 'preview-taken', message: expect.stringContaining('HTTPRoute other') });
    },
  );

  test('is free on another host, on another Gateway, and below what only begins in the same way', () => {
    const free = [
      other('one', 'parentRefs: [{name: g}], hostnames: [c.b.test]'),
      other('two', 'parentRefs: [{name: other}], hostnames: [a.b.test]'),
      httpRouteOf('{parentRefs: [{name: g}], rules: [{matches: [{path: {value: /greenish}}]}]}'),
    ];
    expect(previewsOf([live], {}, free)).toHaveLength(1);
  });

  test('is free beside the preview of another app, unless it mirrors the same path', () => {
    const beside = other('greenpath-api', 'parentRefs: [{name: g}]', { [LABEL_APP]: 'api' });
    expect(previewsOf([live], {}, [beside])).toHaveLength(1);
    const rules = '[{matches: [{path: {type: PathPrefix, value: /green}}], backendRefs: [{name: x, port: 80}]}]';
    const same = { ...beside, ...httpRouteOf(`{parentRefs: [{name: g}], hostnames: [a.b.test], rules: ${rules}}`, {}) };
    expect(taken({ ...same, metadata: beside.metadata })).toMatchObject({ code: 'preview-taken' });
  });

  test("is taken by somebody else's route of its name", () => {
    const free = httpRouteOf('{parentRefs: [{name: other}]}', {
      metadata: { name: 'greenpath-web', namespace: 'shop' },
    });
    expect(taken(free)).toMatchObject({ code: 'preview-taken', message: expect.stringContaining('greenpath-web') });
  });
});
