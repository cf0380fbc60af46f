import type { Refusal } from '../core/checks/refusal.ts';
import type { Kind } from '../core/kube/kind-row.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { RoutePath } from '../core/release/route.ts';
import type { Advice } from './advice.ts';
import type { Canary } from './canary.ts';
import type { CanaryRequest, OwnRoutes, ParkingRequest, PreviewRequest } from './requests.ts';
import type { PlannedFor, Route } from './route-kind.ts';

/**
 * A further kind of object of previews and parking. An object of it has the name of the route that needs it, without what
 * follows a further dot, and is removed with it.
 */
export interface Companion<T extends KubeObject = KubeObject> {
  readonly kind: Kind;
  /** Whether an own route needs the object of that name. */
  needs(own: T, name: string): boolean;
}

/** One way of serving routes of a kind; other routers of that kind may do it differently. */
export interface Router<T extends KubeObject = KubeObject> {
  /** Its name for `router` in the config. */
  readonly name: string;
  /** What it is, if its documentation is all that this file was written from: nobody tried a release through it. */
  readonly untried?: string;
  /** The same of what serves this route, if its status says what that is. */
  untriedOf?(route: T): string | undefined;
  /** What else its previews and parking consist of. */
  readonly companions?: readonly Companion<T>[];
  /** The settling time of the slowest known one, in milliseconds. */
  readonly settleTime: number;
  /** That of what serves this route, if its status says what that is. */
  settleTimeOf?(route: T): number;
  /** The same while everything else changes too, if that may take longer: it counts where answers do not show the change. */
  longestSettleTimeOf?(route: T): number;
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
  /**
   * The annotations in which these live routes differ and of which parking can have one value only, so that it has none.
   * Omitted for a router that takes nothing of a Service from parking.
   */
  differing?(routes: readonly Route<T>[]): string[];
  /** It cannot close parking, which then names only Services that visitors reach, or reached before. */
  readonly openParking?: true;
  /**
   * The Services of those of `previews` that the router joins to the live paths: they are known to it, and parking must
   * not name them. Another router would take these for live paths, so they are written once parking was seen closed.
   */
  joined?(previews: readonly T[]): string[];
  /**
   * Whether one of its previews takes only requests with this header, if the conditions of its paths do not say so.
   * Omitted for a router without such previews.
   */
  asksFor?(preview: T, header: { readonly name: string; readonly value: string }): boolean;
  /** Refuses a switch that would lose visitors while these previews of the app exist. */
  refuseSwitch?(routes: readonly PlannedFor<T>[], previews: readonly Route<T>[]): void;
  /** Routes that take a share of the visitors of `paths` elsewhere, once those paths name `to`. */
  canaries(request: CanaryRequest<T>): Canary[];
  /** What in a route most likely makes the router refuse requests; `annotations` are added to it. */
  cause(route: T, refusal: Refusal, annotations: Readonly<Record<string, string>>): string | undefined;
  readonly advice: Advice;
}

/** What serves a route, if nobody tried a release through it. */
export function untriedName<T extends KubeObject>({ untried, untriedOf }: Router<T>, route: T): string | undefined {
  return untried ?? untriedOf?.(route);
}
