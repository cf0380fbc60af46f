import type { Host } from '../core/base/hosts.ts';
import type { PreviewSettings } from '../core/base/preview-kind.ts';
import type { Refusal } from '../core/checks/refusal.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import type { Live } from '../core/release/live.ts';
import type { Parked } from '../core/release/parked-services.ts';
import { type PatchOperation, type PathMove, type RoutePath, type RouteRef, refOf } from '../core/release/route.ts';
import type { Advice } from './advice.ts';
import type { Canary } from './canary.ts';
import type { Reports } from './reports.ts';
import type { Chosen, RouterHints, Undecided } from './router-hints.ts';

/**
 * The port behind which kinds of routes and routers stand. docs/extending.md, "A router", says how one is added;
 * test/routes/port.test.ts says what each must keep.
 */

/** What Greenpath can do with routes of one kind of object. Pure: nothing is read or written here. */
export interface RouteAdapter<T extends KubeObject = KubeObject> {
  readonly resource: Kind;
  /** The field of `spec` that holds its paths, which a switch changes and others may write to. */
  readonly field: string;
  readonly routers: readonly Router<T>[];
  /** What to do if a cluster lacks its API, or an account a right on it, as sentences. Omitted if all have both. */
  readonly ifMissing?: { readonly api: string; readonly right: string };
  /** Where an object does not match the API reference. The other methods get only objects without faults. */
  faults(object: KubeObject): string[];
  /** What the API server fills into a route when it creates it, if that decides which router serves it. */
  readonly defaults?: Defaults<T>;
  /** Objects of the whole cluster that say which controller serves a route. They are read where the account may. */
  readonly classes?: Kind;
  /** What only the cluster can say about the router of a route; undefined if the route or the config says it. */
  undecided?(route: T, configured: string | undefined): Undecided | undefined;
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
  /** A patch that moves paths without a guard: for a command that a person runs. */
  repair(route: T, moves: readonly PathMove[]): PatchOperation[];
  /** Whether requests for `host` use TLS. */
  hasTls(route: T, host: Host): boolean;
  /**
   * IP addresses and names at which it is served. If it is served nowhere yet, those of `others` that its router
   * serves.
   */
  addresses(route: T, others: readonly T[]): string[];
  /** The objects that say where a route is served, if it does not do so itself. They are read where the Role allows it. */
  parents?(route: T): ParentObject[];
  /**
   * Where those of `parents` serve a host of the route: nowhere, if none of them admits it. Undefined if they could not
   * all be read: then `hasTls` and `addresses` count.
   */
  entrances?(route: T, host: Host, parents: readonly KubeObject[]): Entrance[] | undefined;
  /**
   * The router that serves all of these routes, and what shows it. Throws `route` if none is known: then nothing may be
   * written.
   */
  routerOf(routes: readonly T[], hints: RouterHints): Chosen<Router<T>>;
  /**
   * What the controllers that serve `live` say in the status of `route`. It is evidence beside answers, never instead of
   * them. Omitted for a kind whose status says nothing of the sort.
   */
  reports?(route: T, live: T): Reports;
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

/** A route as it was read, with the adapter of its kind. */
export interface Route<T extends KubeObject = KubeObject> {
  readonly adapter: RouteAdapter<T>;
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

/** One way of serving routes of a kind; other routers of that kind may do it differently. */
export interface Router<T extends KubeObject = KubeObject> {
  /** Its name for `router` in the config. */
  readonly name: string;
  /** What it is, if its documentation is all that this file was written from: nobody tried a release through it. */
  readonly untried?: string;
  /**
   * Further kinds of which its previews and parking consist. An object of them has the name of the route that needs it,
   * without what follows a further dot, and is removed with it.
   */
  readonly companions?: readonly Kind[];
  /** Whether it takes all routes of a host together, whatever their namespace: a preview may then change any of them. */
  readonly sharesHosts?: boolean;
  /** The settling time of the slowest known one, in milliseconds. */
  readonly settleTime: number;
  /** That of what serves this route, if its status says what that is. */
  settleTimeOf?(route: T): number;
  /** Whether `path` of a live route is the preview, below `prefix`, of one of the route's other paths. */
  isPreview(route: T, prefix: string, path: RoutePath): boolean;
  /**
   * The preview of each of the app's live routes, in their order. Throws before anything is written if that would
   * change what visitors of any path reach (`preview-side-effect`), if its place belongs to somebody else
   * (`preview-taken`), if it would lack what protects the live route (`preview-unprotected`), or if the router or a live
   * route cannot have one of that kind (`route`).
   */
  previews(request: PreviewRequest<T>): OwnRoutes[];
  /**
   * Objects that name every Service of `parked` at a place that no visitor uses, closed to everybody: the router answers
   * every request there with 403; or only a request with the headers of the path's `condition` gets there, and the
   * answer then has the same headers.
   */
  parking(request: ParkingRequest<T>): KubeObject[];
  /** It cannot close parking, which then names only Services that visitors reach, or reached before. */
  readonly openParking?: true;
  /**
   * The Services of those of `previews` that the router joins to the live paths: they are known to it, and parking must
   * not name them. Another router would take these for live paths, so they are written once parking was seen closed.
   */
  joined?(previews: readonly T[]): string[];
  /** Refuses a switch that would lose visitors while these previews of the app exist. */
  refuseSwitch?(routes: readonly PlannedFor<T>[], previews: readonly Route<T>[]): void;
  /** Routes that take a share of the visitors of `paths` elsewhere, once those paths name `to`. */
  canaries(request: CanaryRequest<T>): Canary[];
  /** What in a route most likely makes the router refuse requests; `annotations` are added to it. */
  cause(route: T, refusal: Refusal, annotations: Readonly<Record<string, string>>): string | undefined;
  readonly advice: Advice;
}

/**
 * What is written for a preview: objects of Greenpath's own, and a guarded patch of the live route. Either may be
 * empty.
 */
export interface OwnRoutes {
  readonly objects: readonly KubeObject[];
  readonly patch: readonly PatchOperation[];
}

/** What the previews of an app depend on. */
export interface PreviewRequest<T extends KubeObject = KubeObject> {
  readonly app: string;
  readonly namespace: string;
  readonly settings: PreviewSettings;
  /** Whether the next release may have another kind of preview, since the config leaves that to Greenpath. */
  readonly isKindOpen: boolean;
  /** Whether a proof will request the live paths and their previews. */
  readonly isProven: boolean;
  readonly candidate: RevisionServices;
  readonly routes: readonly PlannedFor<T>[];
  /** All routes of the namespace that are of this kind, and the live routes that do not exist yet. */
  readonly all: readonly Route<T>[];
  /** Those of other namespaces, as far as the account may read them. */
  readonly elsewhere?: readonly T[] | undefined;
  /** The name of the object for the preview of a live route, if it is beside that route. */
  named(route: Pick<Route<T>, 'ref'>): string;
}

/** What parking depends on. */
export interface ParkingRequest<T extends KubeObject = KubeObject> {
  readonly app: string;
  readonly namespace: string;
  readonly parked: readonly Parked[];
  readonly annotations: Readonly<Record<string, string>>;
  /** The live routes whose router must know the Services. */
  readonly routes: readonly Route<T>[];
  /** The present parking: a Service keeps its unguessable path. */
  readonly present: readonly Route<T>[];
}

/** How canaries are found. */
export interface CanaryRequest<T extends KubeObject = KubeObject> {
  readonly routes: readonly PlannedFor<T>[];
  readonly to: RevisionServices;
  readonly all: readonly Route<T>[];
}

/** A route, as it was read, of an object without faults. */
export function routeOf<T extends KubeObject>(adapter: RouteAdapter<T>, object: T): Route<T> {
  return { adapter, object, ref: refOf(object), paths: adapter.paths(object) };
}
