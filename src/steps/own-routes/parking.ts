import type { Config } from '../../core/base/config.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { keyOf, kindOf } from '../../core/kube/identity.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { namesText, type RevisionServices } from '../../core/kube/revision-services.ts';
import { parkedBy } from '../../core/release/parked-services.ts';
import { parkedServices, parkingIn, parkingTokens } from '../../routes/own.ts';
import { adapterOf } from '../../routes/registry.ts';
import { type Route, routeOf, standsBeside } from '../../routes/route-kind.ts';
import { ownPreviews } from '../../state/preview-state.ts';
import { type Group, groupsOf } from '../../state/routers.ts';
import { noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { patchRoute } from '../objects/patch-route.ts';
import { removeRoute } from '../objects/remove-object.ts';
import { applyOwnRoute } from './apply-own-route.ts';
import { removeCompanions } from './companions.ts';

/** What parking consists of, and those of it that are routes. */
export interface ParkingPlan {
  readonly objects: readonly KubeObject[];
  readonly routes: readonly Route[];
}

/** What decides which of the Services parking names. */
interface ParkingScope {
  /** It names none of those that are about to be removed. */
  readonly less: readonly string[];
  /** It names none of those that these join to the live paths. */
  readonly previews: readonly KubeObject[];
  /** Those that visitors are about to reach. */
  readonly next?: readonly string[];
}

/**
 * Parking that names the live Services, those of `more`, and of every other stack that still exists. From now on the run
 * hides what opens it.
 */
export function planParking(
  run: Run,
  situation: Situation,
  more: readonly RevisionServices[],
  config: Config,
  { less, previews, next = [] }: ParkingScope,
): ParkingPlan {
  const { app } = run.inputs;
  const { services } = situation;
  const reading = { app, revisionLabel: config['revision-label'] };
  const { annotations } = config.parking;
  const plans = groupsOf(situation).map((group) => {
    const { adapter, router, routes, all } = group;
    const without = [...less, ...joinedBy(group, previews)];
    const present = parkingIn(app, all);
    const named = present.flatMap(({ paths }) => paths);
    const parked = parkedBy({ services, routes, sides: more, present: named, without }, reading);
    const request = { app, namespace: run.api.namespace, parked, annotations, routes, present, next };
    const objects = router.parking(request);
    const own = objects.filter(({ kind }) => kind === adapter.resource.kind);
    return { objects, routes: own.map((object): Route => routeOf(adapter, object)) };
  });
  const objects = plans.flatMap((plan) => plan.objects);
  run.report.hide(parkingTokens(objects));
  return { objects, routes: plans.flatMap((plan) => plan.routes) };
}

/** Lets no route of the app name the Services of a stack that is about to be removed: neither a live one nor parking. */
export async function stopNaming(
  run: Run,
  situation: Situation,
  services: readonly string[],
  config: Config,
): Promise<void> {
  for (const route of situation.routes) {
    const change = await patchRoute(run.api, route, route.adapter.forget?.(route.object, services) ?? []);
    if (change !== undefined) noteWrite(run, change);
  }
  await unpark(run, situation, services, config);
}

/** Removes the Services of removed stacks from parking, which then names the others. */
async function unpark(run: Run, situation: Situation, services: readonly string[], config: Config): Promise<void> {
  const present = parkingIn(situation.app, situation.allRoutes);
  const parked = parkedServices(present);
  if (!services.some((service) => parked.has(service))) return;
  const { objects } = planParking(run, situation, [], config, { less: services, previews: presentPreviews(situation) });
  // What it needs besides routes is there, and stays as it is.
  for (const object of objects) if (adapterOf(object) !== undefined) await applyParking(run, present, object);
  const kept = new Set(objects.map(keyOf));
  // If nothing is left to park, a first release was rejected.
  const gone = present.filter(({ object }) => !kept.has(keyOf(object)));
  for (const route of gone) await removeRoute(run, route);
  if (gone.length > 0) await removeCompanions(run, situation, gone);
}

/**
 * Some route besides the live ones must name the Services of both sides before a switch, and somebody may have deleted
 * parking, or attached the live route to another router. Returns whether it wrote any: then the router does not know
 * them yet. A switch does not wait until parking is seen closed: `lookAtHeld` checks it after the proof.
 */
export async function holdParking(
  run: Run,
  situation: Situation,
  candidate: RevisionServices,
  config: Config,
): Promise<boolean> {
  const missing = unparked(situation, candidate);
  if (missing.length === 0) return false;
  const { objects } = planParking(run, situation, [candidate], config, {
    less: [],
    previews: presentPreviews(situation),
    next: Object.values(candidate.services),
  });
  for (const object of objects) await applyParking(run, parkingIn(situation.app, situation.allRoutes), object);
  run.report.line(
    `${objects.map(nameOf).join(', ')} did not name ${namesText(missing)} where the live route is served; it ${run.report.wording('was applied again, and it is not checked yet whether it is closed', 'would be applied again')}`,
  );
  return true;
}

/** Parks what a preview kept known to the router, before that preview is dropped. */
export async function parkJoined(
  run: Run,
  situation: Situation,
  live: RevisionServices,
  config: Config,
): Promise<void> {
  const joined = joinedServices(situation, presentPreviews(situation));
  if (!Object.values(live.services).some((service) => joined.includes(service))) return;
  const { objects } = planParking(run, situation, [live], config, { less: [], previews: [] });
  for (const object of objects) await applyParking(run, parkingIn(situation.app, situation.allRoutes), object);
}

/** The Services that these previews join to the live paths. One that is at another router joins nothing. */
export function joinedServices(situation: Situation, previews: readonly KubeObject[]): string[] {
  return groupsOf(situation).flatMap((group) => joinedBy(group, previews));
}

function joinedBy({ router, routes }: Pick<Group, 'router' | 'routes'>, previews: readonly KubeObject[]): string[] {
  return router.joined?.(previews.filter((one) => routes.some((live) => standsBeside(one, live)))) ?? [];
}

function presentPreviews(situation: Situation): KubeObject[] {
  return ownPreviews(situation).map(({ object }) => object);
}

/**
 * The live Services and those of `candidate` that neither parking nor a joined preview named when it was read. Only
 * those count that are beside the live route: routes of two kinds are served by two routers, and somebody may have
 * attached a live route to another one since parking was written.
 */
export function unparked(situation: Situation, candidate: RevisionServices): string[] {
  const known = new Set(situation.services.map((service) => service.metadata.name));
  const previews = presentPreviews(situation);
  const parking = parkingIn(situation.app, situation.allRoutes);
  const missing = situation.routes.flatMap((live) => {
    const parked = parkedServices(parking.filter(({ object }) => standsBeside(object, live)));
    const joined = joinedBy({ router: live.router, routes: [live] }, previews);
    const needed = live.rules.flatMap((rule) => [rule.service, candidate.services[rule.baseName] ?? []].flat());
    return needed.filter((service) => known.has(service) && !parked.has(service) && !joined.includes(service));
  });
  return [...new Set(missing)];
}

async function applyParking(run: Run, present: readonly Route[], object: KubeObject): Promise<void> {
  const { name } = object.metadata;
  const kind = adapterOf(object) === undefined ? kindOf(object) : undefined;
  // Routes were read, and what parking needs besides them was not.
  const before =
    kind === undefined
      ? present.find((one) => keyOf(one.object) === keyOf(object))?.object
      : await run.api.get<KubeObject>({ kind, name });
  const answer = await applyOwnRoute(run.api, run.inputs.app, object);
  const diff = diffOf(before, before === undefined ? object : answer);
  if (diff !== '') noteWrite(run, { object: nameOf(object), action: before === undefined ? 'create' : 'change', diff });
}
