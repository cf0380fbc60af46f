import { GreenpathError } from '../core/base/error.ts';
import { keyOf } from '../core/kube/identity.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, nameOf, type Service } from '../core/kube/objects.ts';
import { lastLedTo, repairStep } from '../core/release/followers.ts';
import { leadsToOne, sameAmong } from '../core/release/route.ts';
import type { AdaptedRoute } from '../routes/adapter.ts';
import { isOwnRoute, isUnlabelledParking, parkingIn } from '../routes/own.ts';
import type { Route } from '../routes/route-kind.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/**
 * The Service outside of the stack of `revision` that would lose its last pods with it: callers may still use it. One
 * request.
 */
export async function lastCaller(run: Run, situation: Situation, revision: string): Promise<Service | undefined> {
  const deployments = await run.api.list<KubeObject>(KIND.Deployment, `${LABEL_APP}=${run.inputs.app}`);
  return lastLedTo(deployments, situation.services, revision, situation.revision ?? '');
}

/** Refuses to remove pods that such a Service selects. */
export async function refuseLedTo(run: Run, situation: Situation, revision: string): Promise<void> {
  const caller = await lastCaller(run, situation, revision);
  if (caller === undefined) return;
  const { name } = caller.metadata;
  const isDrift = situation.drifted.some(({ object }) => keyOf(object) === keyOf(caller));
  throw new GreenpathError(
    'drifted',
    `Service ${name} selects pods of revision ${revision} and none of what is live, so that revision was not removed`,
    isDrift
      ? repairStep(situation.revision ?? '')
      : `Let it select what is live; or, if nothing calls it, delete it: kubectl -n ${run.api.namespace} delete service ${name}. Then run the step again.`,
  );
}

/*
 * A stack stays while a route leads to it. Parking never counts, since it names every stack. For `retire` the preview
 * counts: it shows people a stack that they may still want. For `reject` it does not, since it is removed with the stack.
 */

/**
 * The routes of all kinds, which may name a Service that is to be deleted. Throws if those of the other kinds were not
 * read: without `removes`, a mode must not delete any.
 */
export function routesNaming({ allRoutes, otherRoutes }: Pick<Situation, 'allRoutes' | 'otherRoutes'>): AdaptedRoute[] {
  if (otherRoutes === undefined) throw new Error('a run that deletes Services reads the namespace with `removes`');
  return [...allRoutes, ...otherRoutes];
}

/** The route that keeps `retire` from removing a Service: any that names it but parking. */
export function namedBy(
  { app, ...read }: Pick<Situation, 'app' | 'allRoutes' | 'otherRoutes'>,
  service: string,
): string | undefined {
  const present = routesNaming(read);
  const parking = parkingIn(app, present);
  const other = present.find(
    (route) =>
      !parking.includes(route) &&
      !isUnlabelledParking(route.object, app) &&
      route.paths.some((path) => path.service === service),
  );
  return other && nameOf(other.object);
}

/** The route that keeps `reject` from removing `services`: any that names one but parking and the preview. */
export function routeTo(situation: Situation, services: readonly string[]): Route | undefined {
  const { app, routes } = situation;
  const isOwn = leadsToOne(services);
  return routesNaming(situation).find((route) => {
    if (isOwnRoute(route.object, app) || isUnlabelledParking(route.object, app)) return false;
    const preview = sameAmong(routes, route)?.preview.map(({ key }) => key) ?? [];
    return route.paths.some((path) => isOwn(path) && !preview.includes(path.key));
  });
}

/** Refuses to remove what a route of somebody else names. */
export function refuseNamed(situation: Situation, revision: string, services: readonly string[]): void {
  const route = routeTo(situation, services);
  if (route === undefined) return;
  throw new GreenpathError(
    'drifted',
    `${nameOf(route.object)} names a Service of revision ${revision}, so that revision was not removed`,
    'Let that route name what is live, or remove the path from it; then run the step again.',
  );
}
