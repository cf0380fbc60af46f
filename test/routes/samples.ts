import type { KubeObject, Service } from '../../src/core/kube/objects.ts';
import { findLive } from '../../src/core/release/live.ts';
import { type PlannedFor, type Route, type RouteAdapter, type Router, routeOf } from '../../src/routes/adapter.ts';
import { ingress } from '../../src/routes/ingress/adapter.ts';
import { nginx } from '../../src/routes/ingress/nginx/router.ts';
import { ADAPTERS } from '../../src/routes/registry.ts';
import { COUNTERPART, present, service } from '../core/support.ts';
import { httpRoute } from './http-route.ts';
import { stripper } from './stripper.ts';

export interface Sample {
  readonly name: string;
  readonly adapter: RouteAdapter;
  readonly router: Router;
  /** A live route `web` of the hosts a.test and b.test, with every path to Service web-v1. */
  readonly object: KubeObject;
}

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
  Ingress: ({ name }) => ingressOf(name, '/'),
};

export const SAMPLES: readonly Sample[] = [
  ...ADAPTERS.flatMap((adapter) =>
    adapter.routers.map((router) => ({
      name: `${adapter.resource.kind} by ${router.name}`,
      adapter,
      router,
      object: present(SIMPLEST[adapter.resource.kind])(router),
    })),
  ),
  {
    name: 'Ingress by nginx, in the classic form',
    adapter: ingress,
    router: nginx,
    object: ingressOf('nginx', '/()(.*)', { 'nginx.ingress.kubernetes.io/rewrite-target': '/$2' }),
  },
  {
    name: 'Ingress by a router with an annotation of its own (for this test)',
    adapter: { ...ingress, routerOf: () => stripper },
    router: stripper,
    object: ingressOf('stripper', '/'),
  },
  {
    name: 'HTTPRoute of one rule (a second kind, for this test)',
    adapter: httpRoute,
    router: present(httpRoute.routers[0]),
    object: {
      apiVersion: 'gateway.networking.k8s.io/v1',
      kind: 'HTTPRoute',
      metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', annotations: {} },
      spec: {
        parentRefs: [{ name: 'gateway' }],
        hostnames: ['a.test', 'b.test'],
        rules: [
          {
            matches: ['/', '/api'].map((value) => ({ path: { type: 'PathPrefix', value } })),
            backendRefs: [{ name: 'web-v1', port: 80 }],
          },
        ],
      },
    },
  },
];

const SERVICES: readonly Service[] = [service('web-v1', 'v1'), service('web-v2', 'v2')];

/** What one route says of the app web. */
export function liveIn({ adapter, router }: Sample, object: KubeObject): PlannedFor {
  const route = routeOf(adapter, object);
  const isPreview = (path: Route['paths'][number]) => router.isPreview(object, '/green', path);
  const options = { app: 'web', revisionLabel: 'revision', isPreview };
  const seen = { ...route, namespace: 'shop', repair: () => [] };
  return { ...route, ...findLive(seen, SERVICES, [COUNTERPART], options), exists: true };
}
