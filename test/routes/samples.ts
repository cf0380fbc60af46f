import type { Refusal } from '../../src/core/checks/refusal.ts';
import type { OfferedService } from '../../src/core/kube/counterpart.ts';
import type { KubeObject, Service } from '../../src/core/kube/objects.ts';
import { findLive } from '../../src/core/release/live.ts';
import type { RouteAdapter } from '../../src/routes/adapter.ts';
import { httpRoute } from '../../src/routes/httproute/adapter.ts';
import { gateway } from '../../src/routes/httproute/router.ts';
import { ingress } from '../../src/routes/ingress/adapter.ts';
import { nginx } from '../../src/routes/ingress/nginx/router.ts';
import { ADAPTERS } from '../../src/routes/registry.ts';
import { type PlannedFor, type Route, routeOf } from '../../src/routes/route-kind.ts';
import type { Router } from '../../src/routes/router.ts';
import { COUNTERPART, present, service } from '../core/support.ts';
import { stripper } from './stripper.ts';

export interface Sample {
  readonly name: string;
  readonly adapter: RouteAdapter;
  readonly router: Router;
  /** A live route `web` of the hosts a.test and b.test, with every path to Service web-v1. */
  readonly object: KubeObject;
  readonly protects?: Protection;
  /** The config that the router needs. */
  readonly config?: RouterConfig;
}

/** Settings of the config, as far as a router needs them. */
export interface RouterConfig {
  readonly router?: string;
  readonly preview?: { readonly annotations?: Readonly<Record<string, string>>; readonly host?: string };
  readonly parking?: { readonly annotations: Readonly<Record<string, string>> };
}

const OF_OTHER = 'router.example.com';
/** What the config says for a registered router, if it is more than its name. That of HTTPRoutes is no setting. */
const CONFIGS: Readonly<Record<string, RouterConfig>> = {
  contour: { router: 'contour', preview: { host: 'green.{host}' } },
  other: {
    router: 'other',
    preview: { annotations: { [`${OF_OTHER}/strip`]: '/green' } },
    parking: { annotations: { [`${OF_OTHER}/deny`]: 'all' } },
  },
  gateway: {},
};
const configOf = ({ name }: Router): RouterConfig => CONFIGS[name] ?? { router: name };

/** What a live Ingress must have for a router. */
const LIVE: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  f5: { 'nginx.org/mergeable-ingress-type': 'minion' },
};
/** Routers whose previews below a path mirror / only, or that have none below a path. */
const NOT_FULL = ['kong', 'f5', 'contour'];

/** Annotations with which a live route keeps visitors out. */
export interface Protection {
  readonly annotations: Readonly<Record<string, string>>;
  readonly refusal: Refusal;
  /** What the preview has instead; omitted if it has the same. */
  readonly previewed?: Readonly<Record<string, string>>;
}

/**
 * One for each registered router; undefined for one that reads no annotation of this sort, or whose preview mirrors / only,
 * so that no full route shows it: the tests of that router do.
 */
export const PROTECTIONS: Readonly<Record<string, Protection | undefined>> = {
  gateway: undefined,
  nginx: { annotations: { 'nginx.ingress.kubernetes.io/auth-url': 'http://auth/' }, refusal: 'login' },
  haproxy: { annotations: { 'haproxy.org/auth-type': 'basic-auth' }, refusal: 'login' },
  contour: undefined,
  kong: undefined,
  f5: undefined,
  other: undefined,
  traefik: {
    annotations: { 'traefik.ingress.kubernetes.io/router.middlewares': 'shop-login@kubernetescrd' },
    previewed: {
      'traefik.ingress.kubernetes.io/router.middlewares': 'shop-greenpath-web@kubernetescrd,shop-login@kubernetescrd',
    },
    refusal: 'login',
  },
};

function ingressOf(className: string, path: string, annotations = {}): KubeObject {
  const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
  const pathType = path === '/' ? 'Prefix' : 'ImplementationSpecific';
  const rules = ['a.test', 'b.test'].map((host) => ({
    host,
    http: { paths: [{ path, pathType, backend: backend('web-v1') }] },
  }));
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', annotations },
    spec: { ingressClassName: className, rules },
  };
}

/** The simplest route of each registered kind, served by this router. A router of such a kind stands in the table by itself. */
export const SIMPLEST: Readonly<Record<string, (router: Router) => KubeObject>> = {
  Ingress: ({ name }) => ingressOf(name, '/', LIVE[name]),
  HTTPRoute: () => httpRouteOf([{ matches: [prefix('/'), prefix('/api')], backendRefs: [backendRef('web-v1')] }]),
};

/**
 * Live routes with paths of every sort: a prefix and an exact path of one text, an exact path to a second Service
 * (api-v1), and a fallback, on the hosts a.test and b.test. Undefined for a router that refuses such a route.
 */
export const FULL: Readonly<Record<string, (router: Router) => KubeObject | undefined>> = {
  Ingress: ({ name }) => (NOT_FULL.includes(name) ? undefined : fullIngress(name)),
  HTTPRoute: () =>
    httpRouteOf([
      { matches: [prefix('/'), prefix('/app')], backendRefs: [backendRef('web-v1')] },
      { matches: [exact('/version'), exact('/')], backendRefs: [backendRef('api-v1')] },
    ]),
};

const prefix = (value: string) => ({ path: { type: 'PathPrefix', value } });
const exact = (value: string) => ({ path: { type: 'Exact', value } });
const backendRef = (name: string) => ({ name, port: 80 });

function httpRouteOf(rules: object[]): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', annotations: {} },
    spec: { parentRefs: [{ name: 'gateway' }], hostnames: ['a.test', 'b.test'], rules },
  };
}

function fullIngress(className: string): KubeObject {
  const route = ingressOf(className, '/');
  const to = (service: string) => ({ service: { name: service, port: { number: 80 } } });
  const paths = [
    { path: '/', pathType: 'Prefix', backend: to('web-v1') },
    { path: '/version', pathType: 'Exact', backend: to('api-v1') },
    { path: '/', pathType: 'Exact', backend: to('api-v1') },
  ];
  const app = { path: '/app', pathType: 'Prefix', backend: to('web-v1') };
  const rules = [
    { host: 'a.test', http: { paths } },
    { host: 'b.test', http: { paths: [app] } },
  ];
  return { ...route, spec: { ingressClassName: className, rules, defaultBackend: to('api-v1') } };
}

export const SAMPLES: readonly Sample[] = [
  ...ADAPTERS.flatMap((adapter) =>
    adapter.routers.map((router) => ({
      name: `${adapter.resource.kind} by ${router.name}`,
      adapter,
      router,
      object: present(SIMPLEST[adapter.resource.kind])(router),
      config: configOf(router),
    })),
  ),
  {
    name: 'Ingress by nginx, in the classic form',
    adapter: ingress,
    router: nginx,
    object: ingressOf('nginx', '/()(.*)', { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' }),
  },
  {
    name: 'Ingress by nginx, with settings of its upstreams',
    adapter: ingress,
    router: nginx,
    object: ingressOf('nginx', '/', {
      'nginx.ingress.kubernetes.io/upstream-hash-by': '$cookie_sid',
      'nginx.ingress.kubernetes.io/upstream-hash-by-subset': 'true',
      'nginx.ingress.kubernetes.io/upstream-hash-by-subset-size': '2',
      'nginx.ingress.kubernetes.io/load-balance': 'ewma',
      'nginx.ingress.kubernetes.io/service-upstream': 'true',
      'nginx.ingress.kubernetes.io/proxy-body-size': '8m',
    }),
  },
  {
    name: 'Ingress by a router with an annotation of its own (for this test)',
    adapter: { ...ingress, routerOf: () => ({ router: stripper, by: 'controller' as const }) },
    router: stripper,
    object: ingressOf('stripper', '/'),
  },
  {
    name: 'HTTPRoute of two references that stay',
    adapter: httpRoute as RouteAdapter,
    router: gateway as Router,
    object: httpRouteOf([
      {
        matches: [prefix('/'), prefix('/api')],
        backendRefs: [
          { ...backendRef('web-v1'), weight: 1 },
          { ...backendRef('web-v2'), weight: 0 },
        ],
      },
    ]),
  },
];

const STRIPPER_PROTECTION: Protection = {
  annotations: { 'stripper.example.com/basic-auth': 'users' },
  refusal: 'login',
};

/** Full routes, by every registered router and the one for this test. */
export const FULL_SAMPLES: readonly Sample[] = [
  ...ADAPTERS.flatMap((adapter) =>
    adapter.routers.flatMap((router): Sample[] => {
      const object = FULL[adapter.resource.kind]?.(router);
      const protects = PROTECTIONS[router.name];
      const name = `${adapter.resource.kind} by ${router.name}`;
      return object === undefined
        ? []
        : [{ name, adapter, router, object, config: configOf(router), ...(protects && { protects }) }];
    }),
  ),
  {
    name: 'Ingress by a router with an annotation of its own (for this test)',
    adapter: { ...ingress, routerOf: () => ({ router: stripper, by: 'controller' as const }) },
    router: stripper,
    object: fullIngress('stripper'),
    protects: STRIPPER_PROTECTION,
  },
];

const SERVICES: readonly Service[] = ['web', 'api'].flatMap((name) =>
  ['v1', 'v2'].map((revision) => service(`${name}-${revision}`, revision)),
);
const COUNTERPARTS: readonly OfferedService[] = [COUNTERPART, { ...COUNTERPART, service: 'api-v2', baseName: 'api' }];

/** What one route says of the app web. */
export function liveIn({ adapter, router }: Sample, object: KubeObject): PlannedFor {
  const route = routeOf(adapter, object);
  const isPreview = (path: Route['paths'][number]) => router.isPreview(object, '/green', path);
  const options = { app: 'web', revisionLabel: 'revision', isPreview };
  const seen = { ...route, namespace: 'shop', repair: () => [] };
  return { ...route, ...findLive(seen, SERVICES, COUNTERPARTS, options), exists: true };
}
