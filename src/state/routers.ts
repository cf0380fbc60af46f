import type { Config } from '../core/base/config.ts';
import { isSameRoute } from '../core/release/route.ts';
import type { PlannedFor, Route, RouteAdapter, Router } from '../routes/adapter.ts';

/** A live route and the router that serves it. */
interface Served extends PlannedFor {
  readonly router: Router;
}

/** Live routes that one router serves, and the routes of the namespace that are of their kind. */
export interface Group {
  readonly adapter: RouteAdapter;
  readonly router: Router;
  readonly routes: readonly PlannedFor[];
  readonly all: readonly Route[];
}

/** How long the routers may go on with what they had, in milliseconds: as the config says, else by what is known of them. */
export function settleTimeOf({ proof }: Config, read: { readonly routes: readonly Served[] }): number {
  return proof === 'off' ? 0 : (proof.settle ?? knownSettleTime(read));
}

/** The same, whatever the config says. */
export function knownSettleTime({ routes }: { readonly routes: readonly Served[] }): number {
  return Math.max(...routes.map(({ router }) => router.settleTime));
}

/**
 * The live routes by who serves them; a router is told of the routes of the namespace and of the live ones that do not
 * exist yet.
 */
export function groupsOf(read: { readonly routes: readonly Served[]; readonly allRoutes: readonly Route[] }): Group[] {
  const planned = read.routes.filter(({ exists }) => !exists);
  return [...new Map(read.routes.map(({ router, adapter }) => [router, adapter]))].map(([router, adapter]) => ({
    adapter,
    router,
    routes: read.routes.filter((route) => route.router === router),
    all: [...read.allRoutes, ...planned].filter((route) => route.adapter === adapter),
  }));
}

/** Where a route is served: IP addresses and names; one that is yet to be created is served where its like are. */
export function addressesOf({ adapter, object, exists }: PlannedFor, allRoutes: readonly Route[]): string[] {
  const like = exists ? [] : allRoutes.filter((one) => one.adapter === adapter);
  return adapter.addresses(
    object,
    like.map((one) => one.object),
  );
}

/** The one of `routes` that is the same as `route`, as it was read at another time. */
export function sameAmong<T extends Route>(routes: readonly T[], { ref }: Pick<Route, 'ref'>): T | undefined {
  return routes.find((one) => isSameRoute(one.ref, ref));
}
