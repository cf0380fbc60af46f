import type { KubeObject } from '../core/kube/objects.ts';
import { shapeFaults } from '../core/kube/shape.ts';
import { hasChoice, type RouteAdapter } from './adapter.ts';
import { httpRoute } from './httproute/adapter.ts';
import { ingress } from './ingress/adapter.ts';

/** The kinds of routes that can be released behind: one line each. Every run reads the first, also if `route` names none; one that deletes Services reads all. */
export const ADAPTERS: readonly RouteAdapter[] = [ingress, httpRoute];

/** The kinds as the input `route` names them. */
export const ROUTE_KINDS: readonly string[] = ADAPTERS.map(({ resource }) => resource.kind.toLowerCase());

/** The routers that the setting `router` of the config may name. */
export const ROUTER_NAMES: readonly string[] = ADAPTERS.filter(hasChoice).flatMap(({ routers }) =>
  routers.map(({ name }) => name),
);

/** The adapter of an object; undefined if it is no route. */
export function adapterOf({ apiVersion, kind }: KubeObject): RouteAdapter | undefined {
  return ADAPTERS.find(({ resource }) => resource.apiVersion === apiVersion && resource.kind === kind);
}

/** What of an object of the manifests is not what the API reference says it is. */
export function faultsIn(object: KubeObject): string[] {
  return adapterOf(object)?.faults(object) ?? shapeFaults(object);
}

/** The keys of the Secrets and ConfigMaps of `namespace` that an object names, if it is a route. */
export function namedByRoute(object: KubeObject, namespace: string): string[] {
  return adapterOf(object)?.references(object, namespace) ?? [];
}
