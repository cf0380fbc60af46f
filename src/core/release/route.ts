import type { Host } from '../base/hosts.ts';
import { KINDS } from '../kube/kinds.ts';

/** Identifies a route in the namespace: `ingress/web` in inputs. */
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
  /** How it is compared with a request; a `regex` may also stand for its own plain text. */
  readonly match: 'exact' | 'prefix' | 'regex';
  /** Whether it gets what no other path of its route matches, on each host of the route. */
  readonly isFallback: boolean;
  /** The Service behind it; undefined if the backend is another resource, or a Service of another namespace. */
  readonly service: string | undefined;
  /** What is behind it instead, for messages; omitted if it is a resource of another kind. */
  readonly instead?: string;
  /** The Services that stand beside it for this path and get none of its visitors; omitted if there are none. */
  readonly standby?: readonly string[];
  /** Number or name of that Service's port. */
  readonly port: number | string | undefined;
  /** What a request needs besides host and path; omitted if nothing. */
  readonly condition?: PathCondition;
  /** `example.com/foo`, for messages. */
  readonly text: string;
  /**
   * Its position in its route, for the adapter that created it and for comparisons: paths with one key share their
   * backends and move together.
   */
  readonly key: string;
}

/** What else a path asks of a request: headers, parameters, a method. */
export interface PathCondition {
  /** For messages; it shows no value. */
  readonly text: string;
  /** The headers that must have exactly these values. */
  readonly headers: Readonly<Record<string, string>>;
  readonly hasMethod: boolean;
  /** Whether every GET with these headers meets it. */
  readonly isComplete: boolean;
}

/** The headers with which a GET gets to a path; undefined if no headers suffice. */
export function headersFor({ condition }: Pick<RoutePath, 'condition'>): PathCondition['headers'] | undefined {
  if (condition === undefined) return {};
  return condition.isComplete ? condition.headers : undefined;
}

/** A path to be moved to another Service, at the same port. */
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

/** Whether two refer to one route. */
export function isSameRoute(one: RouteRef, other: RouteRef): boolean {
  return one.kind === other.kind && one.name === other.name;
}

/** The one of `routes` that is the same as `route`, read at another time. */
export function sameAmong<T extends { readonly ref: RouteRef }>(
  routes: readonly T[],
  { ref }: { readonly ref: RouteRef },
): T | undefined {
  return routes.find((one) => isSameRoute(one.ref, ref));
}

/** A route in messages, with the Kubernetes name of its kind. */
export function routeText({ kind, name }: RouteRef): string {
  const row = KINDS.find((one) => one.kind.toLowerCase() === kind);
  return `${row?.kind ?? kind} ${name}`;
}

/** A route in the form of the input `route`. */
export function routeInput({ kind, name }: RouteRef): string {
  return `${kind}/${name}`;
}

/** Names of the Services that `paths` go to, without repetition. */
export function servicesOf(paths: readonly RoutePath[]): string[] {
  return [...new Set(paths.flatMap((path) => path.service ?? []))];
}

/** The hosts of `paths`, without repetition; a fallback serves the hosts of the others, if there are any. */
export function hostsOf(paths: readonly RoutePath[]): Host[] {
  const own = paths.filter((path) => !path.isFallback);
  return [...new Set((own.length > 0 ? own : paths).map((path) => path.host))];
}

/** Whether a path goes to one of `services`. */
export function leadsToOne(services: readonly string[]): (path: Pick<RoutePath, 'service'>) => boolean {
  return ({ service }) => service !== undefined && services.includes(service);
}
