import type { Host } from '../core/base/hosts.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { Live } from '../core/release/live.ts';
import { type PatchOperation, type PathMove, type RoutePath, type RouteRef, refOf } from '../core/release/route.ts';
import type { RouterMark } from '../core/release/router-mark.ts';
import type { Reports } from './reports.ts';

/** What routes of one kind of object say, and how they are changed. Pure: nothing is read or written here. */
export interface RouteKind<T extends KubeObject = KubeObject> {
  readonly resource: Kind;
  /** The field of `spec` that holds its paths, which a switch changes and others may write to. */
  readonly field: string;
  /** What to do if a cluster lacks its API, or an account a right on it, as sentences. Omitted if all have both. */
  readonly ifMissing?: { readonly api: string; readonly right: string };
  /** What helps where a policy allows one route for each host, as a sentence. */
  readonly ifOneForEachHost: string;
  /** Where an object does not match the API reference. The other methods get only objects without faults. */
  faults(object: KubeObject): string[];
  /** What the API server fills into a route when it creates it, if that decides which router serves it. */
  readonly defaults?: Defaults<T>;
  /** Objects of the whole cluster that say which controller serves a route. They are read where the account may. */
  readonly classes?: Kind;
  /** Every path, in order, a fallback last. */
  paths(route: T): RoutePath[];
  /** What no router could serve as intended, each with the corrected lines. */
  mistakes(route: T): string[];
  /** The keys (`keyOf`) of the Secrets and ConfigMaps of `namespace` that it names. */
  references(route: T, namespace: string): string[];
  /** The fields in which a route differs from `wanted`, apart from the Services they name. */
  differences(route: T, wanted: T): string[];
  /** The Services that the last `kubectl apply` of it named: the next apply names them again. */
  lastApplied(route: T): string[];
  /** The same route with other Services, at the same ports. */
  renamed(route: T, rename: (service: string) => string): T;
  /**
   * Moves paths: one patch that the server refuses if anybody changed any of them since they were read. Throws
   * `route-changed` for a path whose key the route lacks: nothing may note a switch that moves nobody.
   */
  move(route: T, moves: readonly PathMove[]): PatchOperation[];
  /** Removes paths, each of them guarded in the same way. */
  drop(route: T, paths: readonly RoutePath[]): PatchOperation[];
  /**
   * Stops naming Services that get no visitors there and are about to be removed, guarded in the same way. Omitted for a
   * kind whose paths name one Service each.
   */
  forget?(route: T, services: readonly string[]): PatchOperation[];
  /**
   * The operations, beside those of `move` in one patch, by which the router names in each answer of these paths where
   * they lead; guarded in the same way. Omitted for a kind whose routers cannot do so in the write that moves visitors.
   */
  mark?(route: T, paths: readonly RoutePath[], by: RouterMark): PatchOperation[];
  /** What the rules of these paths say by the header `name` now, each once; undefined for one without it. */
  marksOf?(route: T, paths: readonly RoutePath[], name: string): (string | undefined)[];
  /** Why `mark` is omitted, for people. */
  readonly unmarkable?: string;
  /** A route to be created, with the same mark. */
  marked?(route: T, paths: readonly RoutePath[], by: RouterMark): T;
  /** A patch that moves paths without a guard: for a command that a person runs. */
  repair(route: T, moves: readonly PathMove[]): PatchOperation[];
  /** Whether every request for `narrow` is also one for `wide`: what a wildcard stands for. */
  covers(wide: Host, narrow: Host): boolean;
  /**
   * Whether the router of `route` may serve `other` at the same place, to requests for a host. A route that does not say
   * its namespace is of that one.
   */
  isNear(other: T, route: Pick<Route<T>, 'object' | 'parents'>, at: HostPlace): boolean;
  /** Whether requests for `host` use TLS. */
  hasTls(route: T, host: Host): boolean;
  /**
   * IP addresses and names at which it is served. If it has none, those of one of `others` that its router serves;
   * there are no others for a route that exists.
   */
  addresses(route: T, others: readonly T[]): string[];
  /** The objects that say where a route is served, if it does not do so itself. They are read where the Role allows it. */
  parents?(route: T): ParentObject[];
  /** Whether what serves `live` serves a route of Greenpath's own too, by what the two are attached to. */
  isBeside(own: T, live: T): boolean;
  /**
   * Where those of `parents` serve a host of the route: nowhere, if none of them admits it. Undefined if they could not
   * all be read: then `hasTls` and `addresses` count.
   */
  entrances?(route: T, host: Host, parents: readonly KubeObject[]): Entrance[] | undefined;
  /**
   * What the controllers that serve `live` say in the status of `route`. It is evidence beside answers, never instead of
   * them. Omitted for a kind whose status says nothing of the sort.
   */
  reports?(route: T, live: T): Reports;
}

/** A host, as far as a namespace sees it. */
export interface HostPlace {
  readonly namespace: string;
  readonly host: Host;
}

/** An object that a route is attached to; it may be in another namespace. */
export interface ParentObject {
  readonly kind: Kind;
  readonly name: string;
  readonly namespace: string | undefined;
}

/** Where visitors of a host come in. */
export interface Entrance {
  /** The host, or what of it is served there. */
  readonly host: Host;
  readonly tls: boolean;
  /** Undefined: the default port of the protocol. */
  readonly port: number | undefined;
  /** IP addresses and names; empty if it is not known. */
  readonly addresses: readonly string[];
}

/** What a route may leave to the API server. */
export interface Defaults<T extends KubeObject = KubeObject> {
  /** What it is, to follow "names no". */
  readonly noun: string;
  /** What a route says, or undefined if it leaves that to the server. */
  of(route: T): string | undefined;
  /** A route that says what `created` says. */
  from(route: T, created: T): T;
}

/** A route as it was read, with what knows its kind. */
export interface Route<T extends KubeObject = KubeObject> {
  readonly adapter: RouteKind<T>;
  readonly object: T;
  readonly ref: RouteRef;
  readonly paths: readonly RoutePath[];
  /** What was read of the objects that it is attached to. */
  readonly parents?: readonly KubeObject[];
}

/** A live route, as far as own routes depend on it. */
export interface PlannedFor<T extends KubeObject = KubeObject> extends Route<T>, Live {
  /** One that does not exist has the content of the manifests. */
  readonly exists: boolean;
}

/** Whether an object of Greenpath's own is of the kind of a live route, and served where that is. */
export function standsBeside(own: KubeObject, { adapter, object }: Pick<Route, 'adapter' | 'object'>): boolean {
  return own.kind === adapter.resource.kind && adapter.isBeside(own, object);
}

/** A route, as it was read, of an object without faults. */
export function routeOf<T extends KubeObject, A extends RouteKind<T>>(
  adapter: A & RouteKind<T>,
  object: T,
): Route<T> & { readonly adapter: A } {
  return { adapter, object, ref: refOf(object), paths: adapter.paths(object) };
}
