import type { Host } from '../../core/base/hosts.ts';
import type { Json, JsonObject } from '../../core/base/json.ts';
import type { KubeObject } from '../../core/kube/objects.ts';

/** The group of Gateways and routes. */
const GROUP = 'gateway.networking.k8s.io';

/** https://gateway-api.sigs.k8s.io/reference/spec/#httproute */
export interface HttpRoute extends KubeObject {
  spec: { parentRefs?: ParentRef[]; hostnames?: string[]; rules?: HttpRule[] };
  status?: { parents?: ParentStatus[] };
}

/** What a route is attached to. */
export interface ParentRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  sectionName?: string;
  port?: number;
}

export interface HttpRule {
  matches?: Match[];
  filters?: Filter[];
  backendRefs?: BackendRef[];
  timeouts?: JsonObject;
  retry?: JsonObject;
  sessionPersistence?: JsonObject;
}

/** All parts of a match must fit a request; of several matches one is enough. */
export interface Match {
  path?: { type?: string; value?: string };
  headers?: ValueMatch[];
  queryParams?: ValueMatch[];
  method?: string;
}

export interface ValueMatch {
  type?: string;
  name: string;
  value: string;
}

export interface Filter {
  type: string;
  urlRewrite?: { hostname?: string; path?: PathRewrite };
  extensionRef?: { group?: string; kind: string; name: string };
  responseHeaderModifier?: HeaderChanges;
  [field: string]: Json | undefined;
}

/** What a filter does with the headers of answers. */
export type HeaderChanges = {
  set?: { name: string; value: string }[];
  add?: { name: string; value: string }[];
  remove?: string[];
};

export type PathRewrite =
  | { type: 'ReplaceFullPath'; replaceFullPath: string }
  | { type: 'ReplacePrefixMatch'; replacePrefixMatch: string };

export interface BackendRef {
  group?: string;
  kind?: string;
  namespace?: string;
  name: string;
  port?: number;
  weight?: number;
  filters?: Filter[];
}

/** What one controller says about the route at one parent. */
export interface ParentStatus {
  parentRef: ParentRef;
  controllerName: string;
  conditions?: { type: string; status: string; reason?: string; message?: string; observedGeneration?: number }[];
}

/** The matches of a rule; one without any matches everything. */
export function matchesOf({ matches = [] }: HttpRule): readonly Match[] {
  return matches.length > 0 ? matches : [{}];
}

/** The hosts of a route, where no list and an empty one both stand for every host. */
export function hostsOfRoute({ spec: { hostnames = [] } }: HttpRoute): readonly Host[] {
  return hostnames.length > 0 ? hostnames : [undefined];
}

/** The path of a match, as the API server completes it. */
export function pathOf({ path = {} }: Match): { readonly type: string; readonly value: string } {
  return { type: path.type ?? 'PathPrefix', value: path.value ?? '/' };
}

/** Whether a reference is to a Service of the route's own namespace. */
export function isOwnService(ref: BackendRef, namespace: string | undefined): boolean {
  const isService = (ref.group ?? '') === '' && (ref.kind ?? 'Service') === 'Service';
  return isService && (ref.namespace === undefined || ref.namespace === namespace);
}

/** The parents through which visitors come; a Service is one for callers inside a mesh. */
export function gatewaysOf({ spec }: HttpRoute): readonly ParentRef[] {
  return (spec.parentRefs ?? []).filter(({ kind = 'Gateway' }) => kind !== 'Service');
}

/** Identifies what a reference of an object of `namespace` is to, listener included. */
export function parentKey(ref: ParentRef, namespace: string | undefined): string {
  const { group = GROUP, kind = 'Gateway', name, sectionName = '', port = '' } = ref;
  return [group, kind, ref.namespace ?? namespace ?? '', name, sectionName, port].join('/');
}

/** Identifies the set of Gateways that a route of `namespace` is attached to. */
export function gatewaysKey(route: HttpRoute, namespace: string | undefined): string {
  return gatewaysOf(route)
    .map((ref) => parentKey(ref, namespace))
    .toSorted()
    .join();
}

/** `Gateway infra/public`, for people. */
export function parentText({ kind = 'Gateway', namespace, name, sectionName }: ParentRef): string {
  const place = namespace === undefined ? name : `${namespace}/${name}`;
  return `${kind} ${place}${sectionName === undefined ? '' : ` (listener ${sectionName})`}`;
}

/** Whether every request for `narrow` is also one for `wide`. A wildcard stands for one label or more. */
export function hostnameCovers(wide: string | undefined, narrow: string | undefined): boolean {
  if (wide === undefined || wide === narrow) return true;
  return narrow !== undefined && wide.startsWith('*.') && narrow.endsWith(wide.slice(1));
}
