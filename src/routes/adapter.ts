import type { KubeObject } from '../core/kube/objects.ts';
import type { Route, RouteKind } from './route-kind.ts';
import type { Router } from './router.ts';
import type { Chosen, RouterHints, Undecided } from './router-hints.ts';

/**
 * The port behind which kinds of routes and routers stand: what an object says is in route-kind.ts, what a router does
 * with it in router.ts, from what is in requests.ts. docs/extending.md, "A router", says how one is added;
 * test/routes/port.test.ts says what each must keep.
 */

/** A kind of route with the routers that may serve it. */
export interface RouteAdapter<T extends KubeObject = KubeObject> extends RouteKind<T> {
  readonly routers: readonly Router<T>[];
  /** What only the cluster can say about the router of a route; undefined if the route or the config says it. */
  undecided?(route: T, configured: string | undefined): Undecided | undefined;
  /**
   * The router that serves all of these routes, and what shows it. Throws `route` if none is known: then nothing may be
   * written.
   */
  routerOf(routes: readonly T[], hints: RouterHints): Chosen<Router<T>>;
}

/** Whether the config can choose a router for routes of a kind. */
export function hasChoice({ routers }: Pick<RouteAdapter, 'routers'>): boolean {
  return routers.length > 1;
}

/** A route of which nobody knows yet which router serves it. */
export interface AdaptedRoute<T extends KubeObject = KubeObject> extends Route<T> {
  readonly adapter: RouteAdapter<T>;
}
