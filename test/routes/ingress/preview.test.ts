import { describe, expect, test } from 'vitest';
import { GreenpathError } from '../../../src/core/base/error.ts';
import { isClassic } from '../../../src/routes/ingress/nginx/mirrors.ts';
import { backend, classLike, type Ingress } from '../../../src/routes/ingress/object.ts';
import { pathsOf } from '../../../src/routes/ingress/paths.ts';
import { previewName } from '../../../src/routes/own.ts';
import { only, present, thrownBy } from '../../core/support.ts';
import { applyPatch, classicRoute, liveOf, type PreviewSettings, previewOf, splitRoute } from '../ingresses.ts';

const GREEN = '/green(/|$)(.*)';
const plan = (route: Ingress, others: Ingress[] = [], settings: Partial<PreviewSettings> = {}) =>
  previewOf(liveOf(route), others, settings);
const split = (...given: Parameters<typeof plan>): Ingress => {
  const { objects, patch } = plan(...given);
  expect(patch).toEqual([]);
  return only(objects) as Ingress;
};
const classic = (...given: Parameters<typeof plan>) => {
  const { objects, patch } = plan(...given);
  expect(objects).toEqual([]);
  return patch;
};
const codeOf = (run: () => unknown) => {
  const error = thrownBy(run);
  if (!(error instanceof GreenpathError)) throw error;
  return error.code;
};
/** Another Ingress with one path. */
const neighbour = (
  path: string,
  host: string | undefined,
  pathType = 'Prefix',
  annotations: Record<string, string> = {},
): Ingress => ({
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { name: 'neighbour', annotations },
  spec: {
    ingressClassName: 'nginx',
    rules: [
      { ...(host === undefined ? {} : { host }), http: { paths: [{ path, pathType, backend: backend('other', 80) }] } },
    ],
  },
});

const NEXT = { kind: { by: 'path', path: '/next' } } as const;

describe('the split form', () => {
  test('an Ingress of its own sends /green, stripped, to the candidate', () => {
    const object = split(splitRoute());
    expect(object.metadata).toMatchObject({
      name: 'greenpath-web',
      namespace: 'shop',
      labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' },
    });
    expect(pathsOf(object)).toMatchObject([
      {
        host: 'example.com',
        path: GREEN,
        given: GREEN,
        pathType: 'ImplementationSpecific',
        service: 'web-v2',
        port: 80,
        at: { rule: 0, path: 0 },
      },
    ]);
    expect(object.metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
      'nginx.ingress.kubernetes.io/use-regex': 'true',
      'external-dns.alpha.kubernetes.io/controller': 'greenpath',
    });
  });

  test('each host of the app once, and no other host', () => {
    const route = splitRoute();
    const [rule] = route.spec.rules ?? [];
    route.spec.rules?.push(
      { ...present(rule), host: 'www.example.com' },
      { ...present(rule), host: 'www.example.com' },
    );
    route.spec.rules?.push(...(neighbour('/', 'api.example.com').spec.rules ?? []));
    expect(split(route).spec.rules?.map(({ host }) => host)).toEqual(['example.com', 'www.example.com']);
  });

  test('is beside a live route that strips a prefix itself, and does not exist yet', () => {
    const live = { ...liveOf(classicRoute()), exists: false };
    const { objects, patch } = previewOf(live);
    const object = only(objects) as Ingress;
    expect(patch).toEqual([]);
    expect(object.metadata.annotations).toMatchObject({ 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' });
    expect(pathsOf(object).map(({ text }) => text)).toEqual(['example.com/green(/|$)(.*)']);
  });

  test('must not make a regex of what is there before the live route is', () => {
    const live = { ...liveOf(classicRoute()), exists: false };
    const error = thrownBy(() => previewOf(live, [neighbour('/app', 'example.com')]));
    expect(error).toMatchObject({ code: 'preview-side-effect' });
  });

  test("does not take over the live route's labels", () => {
    const route = splitRoute();
    route.metadata.labels = { 'app.kubernetes.io/instance': 'shop' };
    expect(Object.keys(split(route).metadata.labels ?? {})).toEqual(['greenpath.dev/app', 'greenpath.dev/revision']);
  });

  test("the user's annotations are added, and cannot take the rewrite away", () => {
    const annotations = {
      'nginx.ingress.kubernetes.io/auth-url': 'theirs',
      'nginx.ingress.kubernetes.io/rewrite-target': '/',
      'nginx.ingress.kubernetes.io/use-regex': 'false',
    };
    const route = splitRoute({ annotations: 'nginx.ingress.kubernetes.io/auth-url: live' });
    expect(split(route, [], { annotations }).metadata.annotations).toMatchObject({
      'nginx.ingress.kubernetes.io/auth-url': 'theirs',
      'nginx.ingress.kubernetes.io/rewrite-target': '/$2',
      'nginx.ingress.kubernetes.io/use-regex': 'true',
    });
  });

  test('says the class as the live route says it', () => {
    expect(split(splitRoute()).spec.ingressClassName).toBe('nginx');
    const old = split(splitRoute({ annotations: 'kubernetes.io/ingress.class: nginx', spec: 'tls: []' }));
    expect(old.spec).not.toHaveProperty('ingressClassName');
    expect(old.metadata.annotations).toHaveProperty(['kubernetes.io/ingress.class'], 'nginx');
    expect(classLike(splitRoute({ spec: 'tls: []' }))).toEqual({ spec: {}, annotations: {} });
  });

  test("takes over tls for the app's hosts, and no other", () => {
    const mine = { hosts: ['example.com', 'www.example.com'], secretName: 'mine' };
    const theirs = { hosts: ['api.example.com'], secretName: 'theirs' };
    const all = { secretName: 'all' };
    const route = splitRoute();
    route.spec.tls = [theirs, mine, all];
    expect(split(route).spec.tls).toEqual([mine, all]);
    route.spec.tls = [theirs];
    expect(split(route).spec).not.toHaveProperty('tls');
  });

  test('another prefix', () => {
    expect(pathsOf(split(splitRoute(), [], NEXT)).map(({ path }) => path)).toEqual(['/next(/|$)(.*)']);
  });

  test('a second run plans the same beside what the first one made', () => {
    const first = split(splitRoute());
    expect(split(splitRoute(), [first])).toEqual(first);
  });

  test('an Ingress of that name that somebody else made is not touched', () => {
    const foreign = neighbour('/', 'elsewhere.example.com');
    foreign.metadata.name = previewName('web', 'shop', [1]);
    expect(codeOf(() => plan(splitRoute(), [foreign]))).toBe('preview-taken');
    foreign.metadata.labels = { 'greenpath.dev/app': 'api' };
    expect(codeOf(() => plan(splitRoute(), [foreign]))).toBe('preview-taken');
  });
});

describe('of the annotations of the live Ingress, the preview', () => {
  test.each([
    'auth-url',
    'auth-secret',
    'whitelist-source-range',
    'ssl-redirect',
    'force-ssl-redirect',
    'proxy-body-size',
  ])('inherits %s, so that what protects the live path protects it too', (name) => {
    const key = `nginx.ingress.kubernetes.io/${name}`;
    expect(split(splitRoute({ annotations: `${key}: value` })).metadata.annotations).toHaveProperty([key], 'value');
  });

  test.each([
    'nginx.ingress.kubernetes.io/canary',
    'nginx.ingress.kubernetes.io/canary-weight',
    'nginx.ingress.kubernetes.io/configuration-snippet',
    'nginx.ingress.kubernetes.io/server-snippet',
    'nginx.ingress.kubernetes.io/app-root',
    'nginx.ingress.kubernetes.io/from-to-www-redirect',
    'nginx.ingress.kubernetes.io/permanent-redirect',
    'nginx.ingress.kubernetes.io/permanent-redirect-code',
    'nginx.ingress.kubernetes.io/temporal-redirect',
    'nginx.ingress.kubernetes.io/temporal-redirect-code',
    'nginx.ingress.kubernetes.io/mirror-target',
    'nginx.ingress.kubernetes.io/mirror-request-body',
    'nginx.ingress.kubernetes.io/mirror-host',
    'nginx.ingress.kubernetes.io/affinity',
    'nginx.ingress.kubernetes.io/affinity-mode',
    'nginx.ingress.kubernetes.io/affinity-canary-behavior',
    'nginx.ingress.kubernetes.io/session-cookie-name',
    'nginx.ingress.kubernetes.io/session-cookie-path',
    'nginx.ingress.kubernetes.io/server-alias',
    'cert-manager.io/cluster-issuer',
    'external-dns.alpha.kubernetes.io/hostname',
    'kubectl.kubernetes.io/last-applied-configuration',
    'meta.helm.sh/release-name',
    'argocd.argoproj.io/tracking-id',
    'kustomize.toolkit.fluxcd.io/name',
    'greenpath.dev/web',
  ])('does not inherit %s', (key) => {
    const object = split(splitRoute({ annotations: `${key}: value` }), [], { unprotected: 'accept' });
    expect(object.metadata.annotations).not.toHaveProperty([key]);
  });
});

describe('the classic form', () => {
  test('is known by the rewrite', () => {
    expect(isClassic(classicRoute())).toBe(true);
    expect(isClassic(splitRoute())).toBe(false);
    expect(isClassic(splitRoute({ annotations: 'nginx.ingress.kubernetes.io/rewrite-target: /' }))).toBe(false);
  });

  test('a route without a green path gets one, at the end', () => {
    const route = classicRoute();
    const after = pathsOf(applyPatch(route, classic(route)));
    expect(after.map(({ path, pathType, service, port }) => [path, pathType, service, port])).toEqual([
      ['/()(.*)', 'ImplementationSpecific', 'web-v1', 80],
      [GREEN, 'ImplementationSpecific', 'web-v2', 80],
    ]);
  });

  test.each(['web-v0', 'web-v1'])('a green path that names %s is set to the candidate; nothing else changes', (old) => {
    const route = classicRoute(old);
    expect(applyPatch(route, classic(route))).toEqual(classicRoute('web-v2'));
  });

  test('a green path that names the candidate already: nothing to do', () => {
    expect(classic(classicRoute('web-v2'))).toEqual([]);
  });

  test.each<[string, (route: Ingress) => void]>([
    [
      'host',
      (route) => {
        present(route.spec.rules?.[0]).host = 'other';
      },
    ],
    [
      'order of paths',
      (route) => {
        route.spec.rules?.[0]?.http?.paths.reverse();
      },
    ],
    [
      'backend of the green path',
      (route) => {
        present(route.spec.rules?.[0]?.http?.paths[1]).backend = backend('x', 80);
      },
    ],
  ])('is refused if the %s changed since it was read', (_, change) => {
    const read = classicRoute('web-v0');
    const now = structuredClone(read);
    change(now);
    expect(() => applyPatch(now, classic(read))).toThrow(/test failed/);
  });

  test('several hosts get one green path each', () => {
    const route = classicRoute();
    const [rule] = route.spec.rules ?? [];
    route.spec.rules?.push({ ...structuredClone(present(rule)), host: 'www.example.com' });
    const after = pathsOf(applyPatch(route, classic(route)));
    expect(after.map(({ host, path }) => `${host}${path}`)).toEqual([
      'example.com/()(.*)',
      `example.com${GREEN}`,
      'www.example.com/()(.*)',
      `www.example.com${GREEN}`,
    ]);
  });

  test('never moves the live path', () => {
    for (const route of [classicRoute(), classicRoute('web-v0')]) {
      const [live] = pathsOf(applyPatch(route, classic(route)));
      expect(live?.service).toBe('web-v1');
    }
  });
});

describe('refuses a path that is taken', () => {
  test.each<[string, string | undefined]>([
    ['/green', 'example.com'],
    ['/green/', 'example.com'],
    ['/green/house', 'example.com'],
    ['/GREEN', 'example.com'],
    ['/green(/|$)(.*)', 'example.com'],
    ['/green', undefined],
    ['/green', '*.com'],
  ])('%s on host %s', (path, host) => {
    expect(codeOf(() => plan(splitRoute(), [neighbour(path, host)]))).toBe('preview-taken');
    expect(codeOf(() => plan(classicRoute(), [neighbour(path, host)]))).toBe('preview-taken');
  });

  test.each<[string, string]>([
    ['/greenhouse', 'example.com'],
    ['/green', 'other.example.com'],
    ['/evergreen', 'example.com'],
    ['/', 'example.com'],
  ])('but not %s on %s', (path, host) => {
    expect(classic(classicRoute(), [neighbour(path, host)])).not.toEqual([]);
  });

  test("what somebody has at a host below the app's wider one is on a host of its own", () => {
    const anyHost = splitRoute();
    delete present(anyHost.spec.rules?.[0]).host;
    expect(split(anyHost, [neighbour('/green', 'shop.example.com')])).toBeDefined();
    expect(codeOf(() => plan(anyHost, [neighbour('/green', undefined)]))).toBe('preview-taken');
  });

  test('another prefix may be free', () => {
    expect(split(splitRoute(), [neighbour('/green', 'other.example.com')], NEXT)).toBeDefined();
  });
});

describe('refuses to change what an existing path matches', () => {
  test.each<[string, string, string]>([
    ['/', 'Exact', 'example.com'],
    ['/app', 'Prefix', 'example.com'],
    ['/app', 'ImplementationSpecific', 'example.com'],
  ])('%s of type %s on host %s', (path, type, host) => {
    const error = thrownBy(() => plan(splitRoute(), [neighbour(path, host, type)]));
    if (!(error instanceof GreenpathError)) throw error;
    expect(error.code).toBe('preview-side-effect');
    expect(error.message).toContain(`${host}${path} (${type}) of Ingress neighbour`);
  });

  test('the live path itself included', () => {
    const route = splitRoute();
    present(route.spec.rules?.[0]?.http?.paths[0]).pathType = 'Exact';
    expect(codeOf(() => plan(route))).toBe('preview-side-effect');
  });

  test.each<[string, Ingress]>([
    ['the Prefix /', neighbour('/', 'example.com')],
    ['another host', neighbour('/app', 'other.example.com')],
    ['a path without a host, which routers keep apart from those that have one', neighbour('/app', undefined)],
    [
      'what is a regex already',
      neighbour('/app', 'example.com', 'ImplementationSpecific', { 'nginx.ingress.kubernetes.io/use-regex': 'true' }),
    ],
  ])('but not for %s', (_, other) => {
    expect(split(splitRoute(), [other])).toBeDefined();
  });

  test('the answer does not depend on previews, which come and go', () => {
    const other = neighbour('/green(/)(api(/.*|$))', 'example.com', 'ImplementationSpecific', {
      'nginx.ingress.kubernetes.io/use-regex': 'true',
    });
    other.metadata = { ...other.metadata, name: 'greenpath-api', labels: { 'greenpath.dev/app': 'api' } };
    expect(split(splitRoute(), [other])).toBeDefined();
    const path = neighbour('/app', 'example.com');
    expect(codeOf(() => plan(splitRoute(), [other, path]))).toBe('preview-side-effect');
  });

  test('a canary has no path of its own', () => {
    const canary = neighbour('/app', 'example.com', 'Prefix', { 'nginx.ingress.kubernetes.io/canary': 'true' });
    expect(split(splitRoute(), [canary])).toBeDefined();
  });

  test('a classic route changes nothing for its neighbours: it is a regex already', () => {
    expect(classic(classicRoute(), [neighbour('/app', 'example.com')])).not.toEqual([]);
  });
});
