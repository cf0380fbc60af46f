import { GreenpathError } from '../core/base/error.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type EndpointSlice, type KubeObject, nameOf, type Service } from '../core/kube/objects.ts';
import { isSameRoute, type RouteRef, refOf, routeText } from '../core/release/route.ts';
import { type Route, type RouteAdapter, routeOf } from '../routes/adapter.ts';
import { ADAPTERS, adapterOf } from '../routes/registry.ts';
import { sameAmong } from './routers.ts';
import type { Run } from './run.ts';

/** What was read of the namespace. */
export interface Namespace {
  /** Live routes, Greenpath's own, and all others. */
  readonly allRoutes: readonly Route[];
  readonly services: readonly Service[];
  readonly slices: readonly EndpointSlice[];
}

/** A live route; one that does not exist has the content of the manifests. */
export interface FoundRoute extends Route {
  readonly exists: boolean;
}

/** The live routes in the order of the input. */
export interface Routes {
  readonly found: readonly FoundRoute[];
}

/** Reads the routes, Services and EndpointSlices of the namespace: three requests, however many there are. */
export async function readNamespace(run: Run): Promise<Namespace> {
  const [routes, services, slices] = await Promise.all([
    readRoutes(run),
    run.api.list<Service>(KIND.Service),
    run.api.list<EndpointSlice>(KIND.EndpointSlice),
  ]);
  return { allRoutes: routes, services, slices };
}

/** The routes of the namespace, of every kind: one request for each kind. */
export async function readRoutes(run: Run): Promise<Route[]> {
  const lists = await Promise.all(
    ADAPTERS.map(async (adapter) => {
      const objects = await run.api.list<KubeObject>(adapter.resource);
      return objects.map((object) => readable(adapter, object));
    }),
  );
  return lists.flat();
}

function readable(adapter: RouteAdapter, object: KubeObject): Route {
  const faults = adapter.faults(object);
  if (faults.length === 0) return routeOf(adapter, object);
  throw new GreenpathError('route', `${nameOf(object)} cannot be read`, 'Fix or remove it.', {
    problems: faults.map((text) => ({ text })),
  });
}

/** The same with the live routes; throws `route` if one neither exists nor is among `planned`, those of the manifests. */
export function requireRoutes(run: Run, namespace: Namespace, planned: readonly KubeObject[] = []): Namespace & Routes {
  const found = run.inputs.routes.map((ref) => {
    const present = sameAmong(namespace.allRoutes, { ref });
    const route = present ?? plannedRoute(planned, ref);
    if (route !== undefined) return { ...route, exists: present !== undefined };
    throw missingRoute(run, ref, namespace);
  });
  return { ...namespace, found };
}

/** The manifest of a route. */
function plannedRoute(planned: readonly KubeObject[], ref: RouteRef): Route | undefined {
  const object = planned.find((one) => isSameRoute(refOf(one), ref));
  const adapter = object && adapterOf(object);
  return adapter && readable(adapter, object);
}

/** A namespace that does not exist reads like an empty one. */
function missingRoute(run: Run, ref: RouteRef, { allRoutes, services }: Namespace): GreenpathError {
  const { namespace } = run.api;
  const names = allRoutes.map(({ object }) => object.metadata.name).join(', ');
  const deploys = run.inputs.sources.length > 0;
  const isEmpty = allRoutes.length === 0 && services.length === 0;
  return new GreenpathError(
    'route',
    `${routeText(ref)} does not exist in namespace ${namespace} (there: ${names || 'none'})${deploys ? ', nor is it in the manifests' : ''}`,
    [
      isEmpty
        ? `Check the input namespace first: there is neither a route nor a Service in ${namespace}, as in one that does not exist.`
        : 'Check the inputs route and namespace.',
      ...(deploys ? ['Or add it to the manifests: the first promote creates it.'] : []),
    ].join(' '),
  );
}
