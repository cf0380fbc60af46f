import { load } from 'js-yaml';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import type { RevisionServices } from '../../../src/core/kube/revision-services.ts';
import { httpRoute } from '../../../src/routes/httproute/adapter.ts';
import type { HttpRoute } from '../../../src/routes/httproute/object.ts';
import { gateway } from '../../../src/routes/httproute/router.ts';
import { previewName } from '../../../src/routes/own.ts';
import type { OwnRoutes, PreviewRequest } from '../../../src/routes/requests.ts';
import { type PlannedFor, routeOf } from '../../../src/routes/route-kind.ts';
import { present } from '../../core/support.ts';
import type { PreviewSettings } from '../ingresses.ts';
import { FULL_SAMPLES, liveIn } from '../samples.ts';

const GREEN: RevisionServices = { revision: 'v2', services: { web: 'web-v2', api: 'api-v2' } };

/** An HTTPRoute from YAML: its spec, and what else it has. */
export function httpRouteOf(spec: string, more: Partial<KubeObject> = {}): HttpRoute {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name: 'web', namespace: 'shop', uid: 'u', resourceVersion: '7', generation: 2 },
    spec: load(spec) as HttpRoute['spec'],
    ...more,
  };
}

const [sample] = FULL_SAMPLES.filter(({ adapter }) => adapter.resource.kind === 'HTTPRoute');

/** A live route: its paths of web and api are the app's. */
export function liveOf(object: HttpRoute): PlannedFor<HttpRoute> {
  return liveIn(present(sample), object) as PlannedFor<HttpRoute>;
}

/** The preview of these live routes, beside others. */
export function previewsOf(
  objects: readonly HttpRoute[],
  settings: Partial<PreviewSettings> = {},
  others: readonly HttpRoute[] = [],
  {
    isProven = true,
    parents = [],
    elsewhere = [],
  }: {
    readonly isProven?: boolean;
    readonly parents?: readonly KubeObject[];
    readonly elsewhere?: readonly HttpRoute[];
  } = {},
): OwnRoutes[] {
  const routes = objects.map((object) => ({ ...liveOf(object), parents }));
  const request: PreviewRequest<HttpRoute> = {
    app: 'web',
    namespace: 'shop',
    settings: {
      ...{
        kind: { by: 'path', path: '/green' },
        annotations: {},
        matching: 'keep',
        overlap: 'refuse',
        unprotected: 'refuse',
      },
      ...settings,
    },
    isProven,
    isKindOpen: false,
    candidate: GREEN,
    routes,
    elsewhere,
    all: [...routes, ...others.map((one) => routeOf(httpRoute, one))],
    named: ({ ref }) => previewName('web', ref.name, routes),
  };
  return gateway.previews(request);
}

/** The rules of the preview of one route. */
export function previewRules(spec: string): NonNullable<HttpRoute['spec']['rules']> {
  const [own] = previewsOf([httpRouteOf(spec)]);
  return (own?.objects ?? []).flatMap((object) => (object as HttpRoute).spec.rules ?? []);
}

/** A Gateway with these listeners and one address. */
export function gatewayOf(listeners: string, { name = 'public', namespace = 'infra' } = {}): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'Gateway',
    metadata: { name, namespace },
    spec: { listeners: load(`[${listeners}]`) },
    status: { addresses: [{ type: 'IPAddress', value: '192.0.2.7' }] },
  } as KubeObject;
}

/** Allows routes of every namespace. */
export const FROM_ALL = 'allowedRoutes: {namespaces: {from: All}}';
export const HTTP_LISTENER = `{name: http, port: 80, protocol: HTTP, ${FROM_ALL}}`;
export const HTTPS_LISTENER = `{name: https, port: 8443, protocol: HTTPS, hostname: '*.shop.test', ${FROM_ALL}}`;
export const PUBLIC_GATEWAY = '{name: public, namespace: infra}';
const BACKEND = 'rules: [{backendRefs: [{name: web-v1, port: 80}]}]';
/** A route at these hosts with these parentRefs. */
export const routeAt = (hostnames: string, parents = PUBLIC_GATEWAY) =>
  httpRouteOf(`{parentRefs: [${parents}], hostnames: [${hostnames}], ${BACKEND}}`);
