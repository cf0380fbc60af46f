import { isForbiddenOrAbsent, undefinedIf } from '../cluster/unreadable.ts';
import { GreenpathError } from '../core/base/error.ts';
import { nearest } from '../core/base/nearest.ts';
import { there } from '../core/base/plural.ts';
import { KIND } from '../core/kube/kinds.ts';
import type { EndpointSlice, KubeObject, Service } from '../core/kube/objects.ts';
import { isSameRoute, type RouteRef, refOf, routeInput, routeText, sameAmong } from '../core/release/route.ts';
import type { AdaptedRoute } from '../routes/adapter.ts';
import { isOwnOfAny, isUnlabelledParking } from '../routes/own.ts';
import { ADAPTERS, adapterOf } from '../routes/registry.ts';
import { type Route, routeOf } from '../routes/route-kind.ts';
import { isNamedBy, readable, readOtherRoutes, readRoutes } from './read-routes.ts';
import { type Classes, readClasses } from './route-classes.ts';
import type { Run } from './run.ts';

/** What was read of the namespace. */
export interface Namespace {
  /** Live routes, Greenpath's own, and those of others. */
  readonly allRoutes: readonly AdaptedRoute[];
  /** Those of the kinds that this run does not read anyway; undefined if they were not read: it deletes no Services. */
  readonly otherRoutes?: readonly AdaptedRoute[] | undefined;
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
  /** What the live routes are attached to, as far as the account may read it. */
  readonly parents?: readonly KubeObject[];
  /** Undefined if nothing was read of the cluster. */
  readonly classes?: Classes;
}

/** A live route; one that does not exist has the content of the manifests. */
export interface FoundRoute extends AdaptedRoute {
  readonly exists: boolean;
}

/** The live routes in the order of the input. */
export interface Routes {
  readonly found: readonly FoundRoute[];
}

/** What a run reads of the namespace. */
export interface NamespaceReading {
  /** Whether it deletes Services, which routes of any kind may name. */
  readonly removes?: boolean | undefined;
}

/**
 * Reads the routes, Services and EndpointSlices of the namespace, one request for each kind of object, what the live
 * routes are attached to, and what the cluster says of the routers.
 */
export async function readNamespace(run: Run, { removes = false }: NamespaceReading = {}): Promise<Namespace> {
  const [{ allRoutes, parents }, otherRoutes, classes, services, slices] = await Promise.all([
    readRoutes(run).then(async (routes) => ({
      allRoutes: routes,
      parents: await readParents(run, liveAmong(run, routes)),
    })),
    removes ? readOtherRoutes(run) : undefined,
    readClasses(run, ADAPTERS.filter(isNamedBy(run))),
    run.api.list<Service>(KIND.Service),
    run.api.list<EndpointSlice>(KIND.EndpointSlice),
  ]);
  return { allRoutes, otherRoutes, services, slices, parents, classes };
}

function liveAmong(run: Run, routes: readonly AdaptedRoute[]): AdaptedRoute[] {
  return run.inputs.routes.flatMap((ref) => sameAmong(routes, { ref }) ?? []);
}

/** The objects that routes are attached to. One that the Role does not let be read, or that is not there, is left out. */
async function readParents(run: Run, routes: readonly Route[]): Promise<KubeObject[]> {
  const named = routes.flatMap(({ adapter, object }) => adapter.parents?.(object) ?? []);
  const all = new Map(named.map((one) => [`${one.kind.kind} ${one.namespace}/${one.name}`, one]));
  const unlessUnread = undefinedIf(isForbiddenOrAbsent);
  const read = await Promise.all([...all.values()].map((one) => run.api.get(one).catch(unlessUnread)));
  return read.flatMap((one) => one ?? []);
}

/** The same with what `planned` routes are attached to, which do not exist yet. */
export async function withParentsOf(
  run: Run,
  namespace: Namespace,
  planned: readonly KubeObject[] = [],
): Promise<Namespace> {
  const routes = planned.flatMap((object) => {
    const adapter =
      sameAmong(namespace.allRoutes, { ref: refOf(object) }) === undefined ? adapterOf(object) : undefined;
    return adapter === undefined || adapter.faults(object).length > 0 ? [] : [routeOf(adapter, object)];
  });
  if (routes.length === 0) return namespace;
  return { ...namespace, parents: [...(namespace.parents ?? []), ...(await readParents(run, routes))] };
}

/** The same with the live routes; throws `route` if one neither exists nor is among `planned`, those of the manifests. */
export function requireRoutes(run: Run, namespace: Namespace, planned: readonly KubeObject[] = []): Namespace & Routes {
  const found = run.inputs.routes.map((ref) => {
    const present = sameAmong(namespace.allRoutes, { ref });
    const route = present ?? plannedRoute(planned, ref);
    if (route !== undefined) return { ...route, exists: present !== undefined, parents: namespace.parents ?? [] };
    throw missingRoute(run, ref, namespace);
  });
  return { ...namespace, found };
}

/** The manifest of a route. */
function plannedRoute(planned: readonly KubeObject[], ref: RouteRef): AdaptedRoute | undefined {
  const object = planned.find((one) => isSameRoute(refOf(one), ref));
  const adapter = object && adapterOf(object);
  return adapter && readable(adapter, object);
}

/** A namespace that does not exist reads like an empty one. */
function missingRoute(run: Run, ref: RouteRef, { allRoutes, services }: Namespace): GreenpathError {
  const { namespace } = run.api;
  const { app, sources } = run.inputs;
  const others = allRoutes.filter(({ object }) => !isOwnOfAny(object) && !isUnlabelledParking(object, app));
  const names = others.filter((one) => one.ref.kind === ref.kind).map((one) => one.ref.name);
  const near = nearest(ref.name, names);
  const deploys = sources.length > 0;
  const isEmpty = allRoutes.length === 0 && services.length === 0;
  return new GreenpathError(
    'route',
    `${routeText(ref)} does not exist in namespace ${namespace} ${there(others.map(({ object }) => object.metadata.name))}${deploys ? ', nor is it in the manifests' : ''}`,
    [
      ...(near === undefined ? [] : [`Did you mean ${routeInput({ ...ref, name: near })}?`]),
      isEmpty
        ? `Check the input namespace first: there is neither a route nor a Service in ${namespace}, as in one that does not exist.`
        : 'Check the inputs route and namespace.',
      ...(deploys ? ['Or add it to the manifests: the first promote creates it.'] : []),
    ].join(' '),
  );
}
