import type { Transport } from '../cluster/transport.ts';
import { isDenied, isForbiddenOrAbsent } from '../cluster/unreadable.ts';
import { GreenpathError } from '../core/base/error.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import type { AdaptedRoute, RouteAdapter } from '../routes/adapter.ts';
import { parkingTokens } from '../routes/own.ts';
import { ADAPTERS } from '../routes/registry.ts';
import { type RouteKind, routeOf } from '../routes/route-kind.ts';
import type { Run } from './run.ts';

/**
 * The routes of the namespace, one request for each kind: those of the kinds that the input `route` names, and of the
 * first kind, since Ingresses may have the same hosts as any other route. From now on the run hides what opens parking.
 */
export async function readRoutes(run: Run): Promise<AdaptedRoute[]> {
  const isNamed = isNamedBy(run);
  const lists = await Promise.all(
    ADAPTERS.filter(isReadBy(run)).map((adapter) => {
      const list = run.api.list<KubeObject>(adapter.resource);
      return routesIn(run, adapter, isNamed(adapter) ? needed(adapter, list) : ifServed(run, adapter, list));
    }),
  );
  return lists.flat();
}

/** The other kinds that the cluster has, without those that the account was seen not to be allowed to list. */
const OTHERS = new WeakMap<Transport, Promise<Set<RouteAdapter>>>();

/**
 * The routes of all other kinds, for a run that deletes Services: they may name these. A run asks once for each kind
 * whether the cluster has it, and only then lists it: an account without the right gets 403 in either case.
 */
export async function readOtherRoutes(run: Run): Promise<AdaptedRoute[]> {
  const asking = OTHERS.get(run.transport) ?? servedOthers(run);
  OTHERS.set(run.transport, asking);
  const kinds = await asking;
  const lists = await Promise.all(
    [...kinds].map((adapter) => {
      const unread = (error: unknown) => {
        if (!isDenied(error)) throw error;
        kinds.delete(adapter);
        const { kind } = adapter.resource;
        run.report.line(`${kind}s were not read, so none keeps a Service that it names: ${error.message}`);
        return [];
      };
      return routesIn(run, adapter, run.api.list<KubeObject>(adapter.resource).catch(unread));
    }),
  );
  return lists.flat();
}

async function servedOthers(run: Run): Promise<Set<RouteAdapter>> {
  const isRead = isReadBy(run);
  const others = ADAPTERS.filter((adapter, index) => !isRead(adapter, index));
  const served = await Promise.all(others.map(async (adapter) => ((await isServed(run, adapter)) ? [adapter] : [])));
  return new Set(served.flat());
}

/** Where the account may not even ask, the list says whether the cluster has the kind. */
async function isServed(run: Run, { resource }: RouteKind): Promise<boolean> {
  return run.api.serves(resource).catch((error: unknown) => {
    if (!isDenied(error)) throw error;
    return true;
  });
}

async function routesIn(run: Run, adapter: RouteAdapter, list: Promise<KubeObject[]>): Promise<AdaptedRoute[]> {
  const objects = await list;
  run.report.hide(parkingTokens(objects));
  return objects.map((object) => readable(adapter, object));
}

/** Whether the input `route` names a route of a kind. */
export function isNamedBy({ inputs }: Run): (adapter: RouteKind) => boolean {
  return ({ resource }) => inputs.routes.some(({ kind }) => kind === resource.kind.toLowerCase());
}

/** Whether every run reads the routes of a kind. */
function isReadBy(run: Run): (adapter: RouteKind, index: number) => boolean {
  const isNamed = isNamedBy(run);
  return (adapter, index) => index === 0 || isNamed(adapter);
}

/** The result of a list of a kind that a live route has; its error says what not every cluster and Role has. */
function needed({ resource, ifMissing }: RouteKind, list: Promise<KubeObject[]>): Promise<KubeObject[]> {
  return list.catch((error: unknown) => {
    if (ifMissing === undefined || !(error instanceof GreenpathError)) throw error;
    const { code, message, next } = error;
    // `route` is the code of a 404.
    if (code === 'route')
      throw new GreenpathError(
        code,
        `the cluster does not serve ${resource.resource} of ${resource.apiVersion}: ${message}`,
        ifMissing.api,
      );
    if (code === 'forbidden') throw new GreenpathError(code, message, `${next} ${ifMissing.right}`);
    throw error;
  });
}

/** The result of a list, or an empty one (and a line) if the cluster has no such kind, or the Role may not list it. */
async function ifServed(run: Run, { resource }: RouteKind, list: Promise<KubeObject[]>): Promise<KubeObject[]> {
  try {
    return await list;
  } catch (error) {
    if (!isForbiddenOrAbsent(error)) throw error;
    run.report.line(`No live route is one of the ${resource.resource}, and these were not read: ${error.message}`);
    return [];
  }
}

/** A route of the cluster or the manifests; throws `route` if it is none. */
export function readable(adapter: RouteAdapter, object: KubeObject): AdaptedRoute {
  const faults = adapter.faults(object);
  if (faults.length === 0) return routeOf(adapter, object);
  throw new GreenpathError('route', `${nameOf(object)} cannot be read`, 'Fix or remove it.', {
    problems: faults.map((text) => ({ text })),
  });
}
