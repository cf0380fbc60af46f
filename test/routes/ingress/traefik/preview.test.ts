import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/core/kube/objects.ts';
import type { Ingress } from '../../../../src/routes/ingress/object.ts';
import { referenceTo } from '../../../../src/routes/ingress/traefik/middlewares.ts';
import { traefik } from '../../../../src/routes/ingress/traefik/router.ts';
import { present, thrownBy } from '../../../core/support.ts';
import { ingressOf, liveOf, read, request } from '../../ingresses.ts';

const PREFIX = 'traefik.ingress.kubernetes.io/';
const to = (name: string) => `backend: {service: {name: ${name}, port: {number: 80}}}`;

function route(paths: string, annotations = '', host = 'host: example.com, '): Ingress {
  return ingressOf(`
metadata: {name: shop, namespace: shop, annotations: {${annotations}}}
spec: {ingressClassName: traefik, rules: [{${host}http: {paths: [${paths}]}}]}
`);
}

const ROOT = `{path: /, pathType: Prefix, ${to('web-v1')}}`;

function objectsFor(live: Ingress, others: readonly Ingress[] = []): readonly KubeObject[] {
  return present(traefik.previews(request([liveOf(live)], others, { overlap: 'refuse' }))[0]).objects;
}

/** The routers that Traefik makes of Ingresses, by its rules: the length of a rule is its rank, unless one is given. */
function routersOf(objects: readonly KubeObject[]) {
  return objects
    .filter((object): object is Ingress => object.kind === 'Ingress')
    .flatMap((ingress) => {
      const given = Number(ingress.metadata.annotations?.[`${PREFIX}router.priority`] ?? 0);
      return read(ingress).paths.map(({ host, path, match, service }) => {
        const rule = `${host === undefined ? '' : `Host("${host}") && `}${match === 'exact' ? 'Path' : 'PathPrefix'}("${path}")`;
        const takes = (asked: string) => (match === 'exact' ? asked === path : asked.startsWith(path));
        return { takes, rank: given || rule.length, service, of: ingress.metadata.name };
      });
    });
}

/** The router that gets a request at the host. */
function firstAt(objects: readonly KubeObject[], asked: string) {
  const found = routersOf(objects).filter(({ takes }) => takes(asked));
  return found.toSorted((one, other) => other.rank - one.rank)[0];
}

function answeredBy(objects: readonly KubeObject[], asked: string): string | undefined {
  return firstAt(objects, asked)?.service;
}

describe('the preview', () => {
  const live = route(ROOT);
  const all = [live, ...objectsFor(live)];

  test.each([
    ['/green', 'web-v2'],
    ['/green/', 'web-v2'],
    ['/green/a/b', 'web-v2'],
    ['/greenish', 'web-v1'],
    ['/GREEN/a', 'web-v1'],
    ['/', 'web-v1'],
  ])('%s goes to %s', (asked, service) => {
    expect(answeredBy(all, asked)).toBe(service);
  });

  test('without a priority, the short exact path would lose against the live one', () => {
    const bare = structuredClone(all);
    for (const object of bare) delete object.metadata.annotations?.[`${PREFIX}router.priority`];
    expect(answeredBy(bare, '/green')).toBe('web-v1');
  });

  test('has the Middleware that strips the prefix in front of those of the live Ingress', () => {
    const [strip, ingress] = objectsFor(route(ROOT, `${PREFIX}router.middlewares: shop-login@kubernetescrd`));
    expect(strip).toMatchObject({
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'Middleware',
      metadata: { name: 'greenpath-web', namespace: 'shop', labels: { 'greenpath.dev/app': 'web' } },
      spec: { stripPrefix: { prefixes: ['/green'] } },
    });
    expect(ingress?.metadata.annotations?.[`${PREFIX}router.middlewares`]).toBe(
      'shop-greenpath-web@kubernetescrd,shop-login@kubernetescrd',
    );
  });

  test('sends each path where the live one of it goes, also where a short exact path loses', () => {
    const paths = [
      ROOT,
      `{path: /api, pathType: Exact, ${to('web-v1')}}`,
      `{path: /app/long, pathType: Prefix, ${to('web-v1')}}`,
    ];
    const several = route(paths.join(', '));
    const [, ...own] = objectsFor(several);
    expect(own.map(({ metadata }) => metadata.name)).toEqual(['greenpath-web', 'greenpath-web.2', 'greenpath-web.3']);
    const ofWhich = (path: string) => firstAt(own, path)?.of;
    // Exact /api has a shorter rule than Prefix /, so / takes its requests, live as in the preview.
    expect(ofWhich('/green/api')).toBe(ofWhich('/green/'));
    expect(ofWhich('/green/app/long')).not.toBe(ofWhich('/green/'));
  });

  test('sends to the defaultBackend only what no path takes', () => {
    const { spec, ...kinds } = route(`{path: /a, pathType: Exact, ${to('web-v1')}}`, '', '');
    const rest = { service: { name: 'web-v1', port: { number: 80 } } };
    const [, ...own] = objectsFor({ ...kinds, spec: { ...spec, defaultBackend: rest } });
    expect(firstAt(own, '/green/a')?.of).toBe('greenpath-web');
    expect(firstAt(own, '/green/b')?.of).toBe('greenpath-web.2');
  });

  test('ranks paths by the rules that Traefik makes of them, with the matcher of the Ingress', () => {
    const paths = [`{path: /abcd, ${to('web-v1')}}`, `{path: /a, pathType: Prefix, ${to('web-v1')}}`];
    const [, ...own] = objectsFor(route(paths.join(', '), `${PREFIX}router.pathmatcher: Path`));
    // Path("/abcd") is shorter than PathPrefix("/a"), which takes its requests.
    expect(firstAt(own, '/green/abcd')?.of).toBe(firstAt(own, '/green/a')?.of);
  });

  test('stands above a live route to which somebody gave a priority', () => {
    const ranked = route(ROOT, `${PREFIX}router.priority: "5000000"`);
    expect(answeredBy([ranked, ...objectsFor(ranked)], '/green/x')).toBe('web-v2');
  });

  test('of a live path that is a regular expression is refused', () => {
    const regex = route(
      `{path: "^/[a-z]+", pathType: ImplementationSpecific, ${to('web-v1')}}`,
      `${PREFIX}router.pathmatcher: PathRegexp`,
    );
    expect(thrownBy(() => objectsFor(regex))).toMatchObject({
      code: 'route',
      message: expect.stringContaining('as a regular expression'),
    });
  });

  test('on a wide host is refused beside a narrower one, whose visitors it would take', () => {
    const wide = route(ROOT, '', '');
    const narrow = { ...route(ROOT, '', 'host: a.example.com, '), metadata: { name: 'other', namespace: 'shop' } };
    expect(thrownBy(() => objectsFor(wide, [narrow]))).toMatchObject({ code: 'preview-side-effect' });
  });
});

describe('parking', () => {
  const parkedBeside = (lives: readonly Ingress[], annotations = {}) =>
    traefik.parking({
      ...{ app: 'web', namespace: 'shop', annotations, parked: [{ service: 'web-v1', port: 80 }], present: [] },
      routes: lives.map((live) => read(live)),
    });
  const annotationsOf = (...given: Parameters<typeof parkedBeside>) => parkedBeside(...given)[1]?.metadata.annotations;
  const closing = { [`${PREFIX}router.middlewares`]: 'shop-greenpath-web-parking@kubernetescrd' };
  const noRecords = { 'external-dns.alpha.kubernetes.io/controller': 'greenpath' };

  test('lets nobody in, by a Middleware of its own', () => {
    const [closed, ingress] = parkedBeside([route(ROOT)]);
    expect(closed).toMatchObject({
      kind: 'Middleware',
      metadata: { name: 'greenpath-web-parking' },
      spec: { ipAllowList: { sourceRange: ['192.0.2.1/32'] } },
    });
    expect(ingress?.metadata.annotations).toEqual({ ...noRecords, ...closing });
  });

  const secure = route(
    ROOT,
    [
      `${PREFIX}router.entrypoints: websecure`,
      `${PREFIX}router.tls: "true"`,
      `${PREFIX}router.tls.certresolver: le`,
      `${PREFIX}router.middlewares: shop-login@kubernetescrd`,
    ].join(', '),
  );
  const entrance = { [`${PREFIX}router.entrypoints`]: 'websecure', [`${PREFIX}router.tls`]: 'true' };

  test('is at the entry points of the live Ingresses and by TLS as they are, without asking for a certificate', () => {
    expect(annotationsOf([secure, secure])).toEqual({ ...entrance, ...noRecords, ...closing });
  });

  test('is at every entry point where the live Ingresses differ, or where the config says', () => {
    expect(annotationsOf([secure, route(ROOT)])).toEqual({ ...noRecords, ...closing });
    const elsewhere = { [`${PREFIX}router.entrypoints`]: 'internal' };
    expect(annotationsOf([secure], elsewhere)).toMatchObject(elsewhere);
  });
});

test.each([
  ['shop', 'greenpath-web', 'shop-greenpath-web@kubernetescrd'],
  ['shop', 'greenpath-web.a.b', 'shop-greenpath-web-a-b@kubernetescrd'],
])('Traefik calls the Middleware %s/%s %s', (namespace, name, reference) => {
  expect(referenceTo(namespace, name)).toBe(reference);
});
