import type { Config } from '../core/base/config.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import type { PlannedFor, Route, RouteKind } from '../routes/route-kind.ts';
import type { Router } from '../routes/router.ts';

/** The routes of other namespaces, by kind; without the kinds that the account may not read there. */
export type Elsewhere = ReadonlyMap<RouteKind, readonly KubeObject[]>;

/** A live route and the router that serves it. */
interface Served extends PlannedFor {
  readonly router: Router;
}

/** Live routes that one router serves, and the routes of the namespace of the same kind. */
export interface Group {
  readonly adapter: RouteKind;
  readonly router: Router;
  readonly routes: readonly PlannedFor[];
  readonly all: readonly Route[];
  /** The objects of that kind in other namespaces; undefined if they were not read. */
  readonly elsewhere: readonly KubeObject[] | undefined;
}

/** The settling time of the routers, in milliseconds: as the config says, else as known for each. */
export function settleTimeOf({ proof }: Config, read: { readonly routes: readonly Served[] }): number {
  return proof === 'off' ? 0 : (proof.settle ?? knownSettleTime(read));
}

/**
 * The same where answers do not show which version gave them: they do not show either that a router is slower than usual,
 * so it counts as slow as it can be.
 */
export function longestSettleTimeOf({ proof }: Config, { routes }: { readonly routes: readonly Served[] }): number {
  return proof === 'off' ? 0 : (proof.settle ?? Math.max(...routes.map(longestOf)));
}

/** What the config says, but no less than what is known: even `proof: off` does not make a router faster. */
export function leastSettleTimeOf(config: Config, read: { readonly routes: readonly Served[] }): number {
  return Math.max(settleTimeOf(config, read), knownSettleTime(read));
}

/** The settling time that is known of the routers, regardless of the config. */
function knownSettleTime({ routes }: { readonly routes: readonly Served[] }): number {
  return Math.max(...routes.map(usualOf));
}

function usualOf({ router, object }: Served): number {
  return router.settleTimeOf?.(object) ?? router.settleTime;
}

function longestOf(served: Served): number {
  return served.router.longestSettleTimeOf?.(served.object) ?? usualOf(served);
}

/** The live routes by router. A router gets the routes of the namespace and the live ones that do not exist yet. */
export function groupsOf(read: {
  readonly routes: readonly Served[];
  readonly allRoutes: readonly Route[];
  readonly elsewhere?: Elsewhere;
}): Group[] {
  const every = everyRoute(read);
  return [...new Map(read.routes.map(({ router, adapter }) => [router, adapter]))].map(([router, adapter]) => ({
    adapter,
    router,
    routes: read.routes.filter((route) => route.router === router),
    all: every.filter((route) => route.adapter === adapter),
    elsewhere: read.elsewhere?.get(adapter),
  }));
}

/** The routes of the namespace that were read, of every kind, and the live ones that do not exist yet. */
export function everyRoute(read: Parameters<typeof groupsOf>[0]): Route[] {
  return [...read.allRoutes, ...read.routes.filter(({ exists }) => !exists)];
}

/** Where a route is served: IP addresses and names. If it does not exist yet, where others of its class are. */
export function addressesOf({ adapter, object, exists }: PlannedFor, allRoutes: readonly Route[]): string[] {
  const like = exists ? [] : allRoutes.filter((one) => one.adapter === adapter);
  return adapter.addresses(
    object,
    like.map((one) => one.object),
  );
}
