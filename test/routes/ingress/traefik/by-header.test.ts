import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../../../../src/core/kube/objects.ts';
import { classOf, type Ingress } from '../../../../src/routes/ingress/object.ts';
import { traefik } from '../../../../src/routes/ingress/traefik/router.ts';
import { present, thrownBy } from '../../../core/support.ts';
import { ingressOf, liveOf, request } from '../../ingresses.ts';

/** Previews by header through Traefik's Ingress provider: an IngressRoute, which alone can match a header. */

const PREFIX = 'traefik.ingress.kubernetes.io/';
const HEADER = { by: 'header', name: 'X-Preview', value: 'green' } as const;

interface IngressRoute extends KubeObject {
  readonly spec: {
    readonly entryPoints?: readonly string[];
    readonly tls?: object;
    readonly routes: readonly {
      readonly match: string;
      readonly priority: number;
      readonly services: readonly { readonly name: string; readonly port: number | string }[];
      readonly middlewares?: readonly { readonly name: string }[];
    }[];
  };
}

/** Paths as `/api Exact web-v1`. */
function route(paths: readonly string[], annotations = '', name = 'shop', host = 'example.com'): Ingress {
  const held = paths.map((text) => {
    const [path, pathType, service] = text.split(' ');
    return `{path: '${path}', pathType: ${pathType}, backend: {service: {name: ${service}, port: {number: 80}}}}`;
  });
  return ingressOf(`
metadata: {name: ${name}, namespace: shop, annotations: {${annotations}}}
spec: {ingressClassName: traefik, rules: [{host: ${host}, http: {paths: [${held.join(', ')}]}}]}
`);
}

function written(live: Ingress, others: readonly Ingress[] = [], annotations: Record<string, string> = {}) {
  const settings = { kind: HEADER, annotations };
  const [note, ingressRoute] = present(traefik.previews(request([liveOf(live)], others, settings))[0]).objects;
  return { note: note as Ingress, ingressRoute: ingressRoute as IngressRoute };
}

interface Asked {
  readonly path: string;
  readonly header?: boolean;
  readonly host?: string;
}

/** Whether a rule matches, as Traefik reads it: the rules are also expressions of JavaScript. */
function matches(rule: string, { path, header = false, host = 'example.com' }: Asked): boolean {
  const matchers = {
    Host: (name: string) => host === name,
    Path: (text: string) => path === text,
    PathPrefix: (text: string) => path.startsWith(text),
    PathRegexp: (text: string) => new RegExp(text).test(path),
    Header: (name: string, value: string) => header && name === 'X-Preview' && value === 'green',
  };
  return new Function(...Object.keys(matchers), `return ${rule};`)(...Object.values(matchers));
}

/** The routers that Traefik makes of an Ingress of its class: the length of a rule is its rank, unless one is given. */
function routersOf(ingress: Ingress) {
  if (classOf(ingress) !== 'traefik') return [];
  const { annotations = {} } = ingress.metadata;
  const given = Number(annotations[`${PREFIX}router.priority`] ?? 0);
  return (ingress.spec.rules ?? []).flatMap(({ host, http }) =>
    (http?.paths ?? []).map(({ path = '', pathType, backend }) => {
      const regex = pathType === 'ImplementationSpecific' ? annotations[`${PREFIX}router.pathmatcher`] : undefined;
      const match = `Host("${host}") && ${pathType === 'Exact' ? 'Path' : (regex ?? 'PathPrefix')}(${JSON.stringify(path)})`;
      return { match, priority: given || match.length, service: backend.service?.name };
    }),
  );
}

/** The Services that may get a request: all of the highest rank. */
function answering(ingresses: readonly Ingress[], own: IngressRoute, asked: Asked) {
  const routers = [
    ...ingresses.flatMap(routersOf),
    ...own.spec.routes.map(({ match, priority, services }) => ({ match, priority, service: services[0]?.name })),
  ].filter(({ match }) => matches(match, asked));
  const highest = Math.max(...routers.map(({ priority }) => priority));
  return routers.filter(({ priority }) => priority === highest).map(({ service }) => service);
}

describe('who answers', () => {
  const live = route(['/ Prefix web-v1', '/version Exact web-v1', '/long/path Prefix web-v1', '/own Prefix api']);
  const others = [route(['/a Prefix theirs', '/theirs Prefix theirs'], '', 'theirs')];
  const { note, ingressRoute } = written(live, others);
  const all = [live, note, ...others];

  test.each<[string, string, string]>([
    ['/', 'web-v1', 'web-v2'],
    ['/some/page', 'web-v1', 'web-v2'],
    ['/version', 'web-v1', 'web-v2'],
    ['/long/path/x', 'web-v1', 'web-v2'],
    ['/own/x', 'api', 'api'],
    ['/theirs/x', 'theirs', 'theirs'],
    // One character longer than the live path: as long as the rank of its preview.
    ['/a/x', 'theirs', 'theirs'],
  ])('%s: without the header %s, with it %s', (path, without, withHeader) => {
    expect(answering(all, ingressRoute, { path })).toEqual([without]);
    expect(answering(all, ingressRoute, { path, header: true })).toEqual([withHeader]);
  });

  test('with a priority of the live Ingress, and with its regular expressions', () => {
    const annotations = `${PREFIX}router.priority: "5000", ${PREFIX}router.pathmatcher: PathRegexp`;
    const regex = route(['^/[a-z]+$ ImplementationSpecific web-v1'], annotations);
    const own = written(regex);
    expect(answering([regex, own.note], own.ingressRoute, { path: '/abc' })).toEqual(['web-v1']);
    expect(answering([regex, own.note], own.ingressRoute, { path: '/abc', header: true })).toEqual(['web-v2']);
    expect(answering([regex, own.note], own.ingressRoute, { path: '/1', header: true })).toEqual([]);
  });
});

describe('what is written', () => {
  test('has the Middlewares, entry points and TLS of the live Ingress', () => {
    const live = route(
      ['/ Prefix web-v1'],
      [
        `${PREFIX}router.middlewares: "shop-login@kubernetescrd, auth@file,other-x@kubernetescrd"`,
        `${PREFIX}router.entrypoints: "web, websecure"`,
        `${PREFIX}router.tls.certresolver: le`,
      ].join(', '),
    );
    expect(written(live).ingressRoute).toEqual({
      apiVersion: 'traefik.io/v1alpha1',
      kind: 'IngressRoute',
      metadata: {
        name: 'greenpath-web',
        namespace: 'shop',
        labels: { 'greenpath.dev/app': 'web', 'greenpath.dev/revision': 'v2' },
        annotations: { 'kubernetes.io/ingress.class': 'traefik' },
      },
      spec: {
        entryPoints: ['web', 'websecure'],
        routes: [
          {
            kind: 'Rule',
            match: 'Host("example.com") && PathPrefix("/") && Header("X-Preview", "green")',
            priority: 'Host("example.com") && PathPrefix("/")'.length + 1,
            middlewares: [{ name: 'login' }, { name: 'auth@file' }, { name: 'other-x@kubernetescrd' }],
            services: [{ name: 'web-v2', port: 80 }],
          },
        ],
        tls: {},
      },
    });
  });

  test('has a note beside it that no router serves, whatever the config adds', () => {
    const { note, ingressRoute } = written(route(['/ Prefix web-v1']), [], { 'kubernetes.io/ingress.class': 'inside' });
    expect(note.spec.ingressClassName).toBe('unserved.greenpath.dev');
    expect(note.metadata.annotations).not.toHaveProperty(['kubernetes.io/ingress.class']);
    expect(ingressRoute.metadata.annotations).toEqual({ 'kubernetes.io/ingress.class': 'inside' });
  });

  test('is known by its note', () => {
    const { note } = written(route(['/ Prefix web-v1']));
    const [, needs] = present(traefik.companions);
    expect([traefik.asksFor?.(note, HEADER), traefik.asksFor?.(note, { ...HEADER, value: 'blue' })]).toEqual([
      true,
      false,
    ]);
    const { needs: isNeeded } = present(needs);
    expect([isNeeded(note, 'greenpath-web'), isNeeded(note, 'greenpath-web-parking')]).toEqual([true, false]);
    expect(isNeeded({ ...note, spec: { ...note.spec, ingressClassName: 'traefik' } }, 'greenpath-web')).toBe(false);
  });
});

describe('what is refused', () => {
  test.each([
    [`${PREFIX}router.tls.options: shop-strict@kubernetescrd`, 'route'],
    ['nginx.ingress.kubernetes.io/auth-url: http://auth/', 'preview-unprotected'],
  ])('a live Ingress with %s', (annotations, code) => {
    expect(thrownBy(() => written(route(['/ Prefix web-v1'], annotations)))).toMatchObject({ code });
  });
});
