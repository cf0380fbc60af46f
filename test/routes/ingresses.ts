import { load } from 'js-yaml';
import { isObject, type Json } from '../../src/core/base/json.ts';
import type { PreviewSettings } from '../../src/core/base/preview-kind.ts';
import { revisionOf } from '../../src/core/kube/revision-services.ts';
import type { PatchOperation } from '../../src/core/release/route.ts';
import type { AdaptedRoute } from '../../src/routes/adapter.ts';
import { ingress } from '../../src/routes/ingress/adapter.ts';
import { nginx } from '../../src/routes/ingress/nginx/router.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import type { MatchedPath } from '../../src/routes/meeting.ts';
import { previewName } from '../../src/routes/own.ts';
import type { OwnRoutes, PreviewRequest } from '../../src/routes/requests.ts';
import { type PlannedFor, routeOf } from '../../src/routes/route-kind.ts';
import { present, service, side } from '../core/support.ts';

/** An Ingress from YAML. */
export function ingressOf(text: string): Ingress {
  return {
    ...{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' },
    ...(load(text) as Pick<Ingress, 'metadata' | 'spec'>),
  };
}

/** An Ingress as it was read. */
export function read(object: Ingress): AdaptedRoute<Ingress> {
  return routeOf(ingress, object);
}

/** A live route. Live paths: those of Service `live`; preview: those that stand at `previewPath`. */
export function liveOf(
  object: Ingress,
  live = service('web-v1', 'v1'),
  previewPath = '/green(/|$)(.*)',
): PlannedFor<Ingress> {
  const route = read(object);
  const [first, ...rest] = route.paths
    .filter((path) => path.service === live.metadata.name && path.path !== previewPath)
    .map((path) => ({ ...path, service: present(path.service), port: present(path.port), baseName: 'web' }));
  return {
    ...route,
    rules: [present(first), ...rest],
    preview: route.paths.filter(({ path }) => path === previewPath),
    revision: revisionOf(live, 'revision'),
    exists: true,
  };
}

export type { PreviewSettings };

/** What the preview of web-v2 at /green is planned from, beside these other Ingresses. */
export function request(
  routes: readonly PlannedFor<Ingress>[],
  others: readonly Ingress[] = [],
  settings: Partial<PreviewSettings> = {},
): PreviewRequest<Ingress> {
  return {
    app: 'web',
    namespace: 'shop',
    settings: {
      ...{
        kind: { by: 'path', path: '/green' },
        annotations: {},
        matching: 'keep',
        overlap: 'accept',
        unprotected: 'refuse',
      },
      ...settings,
    },
    isProven: true,
    isKindOpen: false,
    candidate: side('web-v2'),
    routes,
    all: [...routes, ...others.map(read)],
    named: ({ ref }) => previewName('web', ref.name, routes),
  };
}

/** The preview of one route by the router of class nginx. */
export function previewOf(
  route: PlannedFor<Ingress>,
  others: readonly Ingress[] = [],
  settings: Partial<PreviewSettings> = {},
): OwnRoutes {
  const [own] = nginx.previews(request([route], others, settings));
  return present(own);
}

/** The live route in the split form: host example.com, Prefix /, to web-v1. */
export function splitRoute(more: { annotations?: string; spec?: string } = {}): Ingress {
  return ingressOf(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {name: shop, namespace: shop, resourceVersion: "7", annotations: {${more.annotations ?? ''}}}
spec:
  ${more.spec ?? 'ingressClassName: nginx'}
  rules:
  - host: example.com
    http: {paths: [{path: /, pathType: Prefix, backend: {service: {name: web-v1, port: {number: 80}}}}]}
`);
}

/** The live route in the classic form; `green`: the Service of its green path, if it has one. */
export function classicRoute(green?: string): Ingress {
  const path = (text: string, name: string) =>
    `      - {path: "${text}", pathType: ImplementationSpecific, backend: {service: {name: ${name}, port: {number: 80}}}}\n`;
  return ingressOf(`
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: shop
  resourceVersion: "7"
  annotations: {nginx.ingress.kubernetes.io/rewrite-target: /$2, nginx.ingress.kubernetes.io/use-regex: "true"}
spec:
  ingressClassName: nginx
  rules:
  - host: example.com
    http:
      paths:
${path('/()(.*)', 'web-v1')}${green === undefined ? '' : path('/green(/|$)(.*)', green)}`);
}

/** Whether a router finds that `asked` matches. */
export function matches({ form, path }: MatchedPath, asked: string): boolean {
  if (form === 'regex') return new RegExp(`^${path}`, 'i').test(asked);
  if (form === 'Exact') return asked === path;
  const plain = path.replace(/\/$/, '');
  return asked === plain || asked.startsWith(`${plain}/`);
}

/**
 * Applies a JSON patch (RFC 6902): all of it, or nothing and an error. As in evanphx/json-patch, which the API server
 * uses, `test` with null also accepts a member that is not there.
 */
export function applyPatch<T>(document: T, patch: readonly PatchOperation[]): T {
  const result = structuredClone(document);
  for (const operation of patch) {
    const keys = operation.path
      .split('/')
      .slice(1)
      .map((key) => key.replaceAll('~1', '/').replaceAll('~0', '~'));
    const last = keys.pop() ?? '';
    const holder = keys.reduce<unknown>((value, key) => step(value, key, operation.path), result);
    if (Array.isArray(holder)) changeList(holder, last, operation);
    else if (isObject(holder)) changeMap(holder, last, operation);
    else throw new Error(`nothing holds ${operation.path}`);
  }
  return result;
}

function step(value: unknown, key: string, path: string): unknown {
  const next = Array.isArray(value) ? value[indexIn(value, key)] : isObject(value) ? value[key] : undefined;
  if (next === undefined) throw new Error(`there is no ${path}`);
  return next;
}

function changeList(list: unknown[], key: string, operation: PatchOperation): void {
  if (operation.op === 'add') {
    const index = key === '-' ? list.length : Number(key);
    if (!/^(-|0|[1-9]\d*)$/.test(key) || index > list.length) throw new Error(`no place ${operation.path}`);
    list.splice(index, 0, operation.value);
    return;
  }
  const index = indexIn(list, key);
  if (operation.op === 'remove') list.splice(index, 1);
  else if (operation.op === 'replace') list[index] = operation.value;
  else compare(list[index], operation);
}

function changeMap(map: Record<string, unknown>, key: string, operation: PatchOperation): void {
  const absent = operation.op !== 'add' && operation.op !== 'test' && !Object.hasOwn(map, key);
  if (absent) throw new Error(`there is no ${operation.path}`);
  if (operation.op === 'test') compare(map[key], operation);
  else if (operation.op === 'remove') delete map[key];
  else map[key] = operation.value;
}

function compare(found: unknown, operation: { path: string; value: unknown }): void {
  if (!equal(found ?? null, operation.value)) throw new Error(`test failed: ${operation.path}`);
}

function indexIn(list: readonly unknown[], key: string): number {
  const index = Number(key);
  if (!/^(0|[1-9]\d*)$/.test(key) || index >= list.length) throw new Error(`there is no item ${key}`);
  return index;
}

function equal(a: unknown, b: unknown): boolean {
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, at) => equal(item, b[at]));
  if (isObject(a) && isObject(b)) {
    const [one, other]: Record<string, Json>[] = [a, b];
    const keys = Object.keys(one ?? {});
    return keys.length === Object.keys(other ?? {}).length && keys.every((key) => equal(one?.[key], other?.[key]));
  }
  return a === b;
}
