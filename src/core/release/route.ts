import type { Host } from '../base/hosts.ts';
import { KINDS } from '../kube/kinds.ts';

/** Which route of the namespace is meant: `ingress/web` in inputs. */
export interface RouteRef {
  /** The Kubernetes kind in lower case. */
  readonly kind: string;
  readonly name: string;
}

/** One path of a route, in a form that does not depend on the kind of route. */
export interface RoutePath {
  /** Undefined: every host. */
  readonly host: Host;
  readonly path: string;
  /** How it is compared with a request; a `regex` may stand for the plain text that it is, too. */
  readonly match: 'exact' | 'prefix' | 'regex';
  /** Whether it gets what no other path of its route matches, on each host of the route. */
  readonly isFallback: boolean;
  /** The Service behind it; undefined if the backend is another resource. */
  readonly service: string | undefined;
  /** Number or name of that Service's port. */
  readonly port: number | string | undefined;
  /** `example.com/foo`, as it stands in messages. */
  readonly text: string;
  /**
   * Where it stands in its route, for the adapter that made it and for comparisons: paths of one key share their
   * backends and move together.
   */
  readonly key: string;
}

/** A path that is to lead to another Service, at the same port. */
export interface PathMove {
  readonly path: RoutePath;
  readonly service: string;
}

/** One operation of a JSON patch (RFC 6902). */
export type PatchOperation =
  | { readonly op: 'test' | 'add' | 'replace'; readonly path: string; readonly value: unknown }
  | { readonly op: 'remove'; readonly path: string };

/** Which route an object is. */
export function refOf({ kind, metadata }: { kind: string; metadata: { name: string } }): RouteRef {
  return { kind: kind.toLowerCase(), name: metadata.name };
}

/** Whether two are one route. */
export function isSameRoute(one: RouteRef, other: RouteRef): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** A route as messages name it, by the Kubernetes name of its kind. */
export function routeText({ kind, name }: RouteRef): string {
  const row = KINDS.find((one) => one.kind.toLowerCase() === kind);
  return `${row?.kind ?? kind} ${name}`;
}

/** A route as the input `route` names it. */
export function routeInput({ kind, name }: RouteRef): string {
  return `${kind}/${name}`;
}

/** Names of the Services that `paths` lead to, without repetition. */
export function servicesOf(paths: readonly RoutePath[]): string[] {
  return [...new Set(paths.flatMap((path) => path.service ?? []))];
}

/** The hosts that `paths` stand for, without repetition; a fallback serves the hosts of the others, if there are any. */
export function hostsOf(paths: readonly RoutePath[]): Host[] {
  const own = paths.filter((path) => !path.isFallback);
  return [...new Set((own.length > 0 ? own : paths).map((path) => path.host))];
}

/** Whether a path leads to one of `services`. */
export function leadsToOne(services: readonly string[]): (path: Pick<RoutePath, 'service'>) => boolean {
  return ({ service }) => service !== undefined && services.includes(service);
}
