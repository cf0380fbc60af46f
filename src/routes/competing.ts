import type { Host } from '../core/base/hosts.ts';
import { type RoutePath, sameAmong } from '../core/release/route.ts';
import { isOwnOfAny } from './own.ts';
import type { PlannedFor, Route } from './route-kind.ts';

/** The routes of the namespace as they were read. */
export interface ReadRoutes {
  /** The live routes of the app. */
  readonly routes: readonly PlannedFor[];
  /** Those of others and Greenpath's own too. */
  readonly allRoutes: readonly Route[];
}

/**
 * The paths at a host of `route` between which its router chooses: those of the app's routes, each in its own order, then
 * those of the routes beside them. Routes of another kind are taken to be at another router, and to take no requests
 * from this one's; what Greenpath created takes none from the live paths either.
 */
export function competingAt(route: PlannedFor, host: Host, { routes, allRoutes }: ReadRoutes): RoutePath[] {
  const isBeside = ({ adapter, object }: Route) => {
    const namespace = object.metadata.namespace ?? route.object.metadata.namespace ?? '';
    return adapter === route.adapter && (object === route.object || adapter.isNear(object, route, { namespace, host }));
  };
  const own = routes.filter(isBeside);
  const others = allRoutes.filter(
    (one) => sameAmong(routes, one) === undefined && !isOwnOfAny(one.object) && isBeside(one),
  );
  return [...own.flatMap(inOrder), ...others.flatMap(({ paths }) => paths)].filter(isOn(host));
}

/** The paths of a live route but its preview: of two that match the same, the first gets the requests. */
function inOrder({ paths, rules, preview }: PlannedFor): RoutePath[] {
  const known = new Set([...rules, ...preview].map(({ key }) => key));
  const places = new Map(paths.map(({ key }, index) => [key, index]));
  const placeOf = ({ key }: RoutePath) => places.get(key) ?? 0;
  return [...rules, ...paths.filter(({ key }) => !known.has(key))].toSorted((a, b) => placeOf(a) - placeOf(b));
}

/** Whether a path is on a host: a fallback is on all of its route. */
export function isOn(host: Host): (path: RoutePath) => boolean {
  return (path) => path.isFallback || path.host === host;
}
