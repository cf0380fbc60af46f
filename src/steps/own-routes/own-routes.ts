import type { GreenpathError } from '../../core/base/error.ts';
import { DEFAULT_KIND, headerText, kindText, type PreviewKind } from '../../core/base/preview-kind.ts';
import { keyOf } from '../../core/kube/identity.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { namesText, type RevisionServices } from '../../core/kube/revision-services.ts';
import { leadsToOne, routeText, servicesOf } from '../../core/release/route.ts';
import { markFor } from '../../core/release/router-mark.ts';
import type { Route } from '../../routes/route-kind.ts';
import { untriedName } from '../../routes/router.ts';
import { ownPreviews } from '../../state/preview-state.ts';
import { groupsOf } from '../../state/routers.ts';
import { type DryRunResult, noteChange, noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { patchRoute } from '../objects/patch-route.ts';
import { removeRoute } from '../objects/remove-object.ts';
import { applyOwnRoute } from './apply-own-route.ts';
import { removeCompanions, removeReplaced } from './companions.ts';
import { refuseGuess } from './guessed-router.ts';
import { joinedServices, type ParkingPlan, planParking } from './parking.ts';
import { type PlannedPreviews, planPreviews } from './plan-previews.ts';

/** What Greenpath creates beside the live routes, and in them. */
export interface OwnPlan extends Pick<PlannedPreviews, 'previews' | 'kind'> {
  readonly parking: ParkingPlan;
  /** The Services that the previews join to the live paths, if the router does that. */
  readonly joined: readonly string[];
}

/**
 * Plans preview and parking for the first of `sides`, the candidate, and parking for the others; throws the preview's
 * refusals, and that of a router behind which there can be no release. A live route that does not exist yet is treated as if it did, so that the next release gets the same
 * answer.
 */
export function planOwnRoutes(
  run: Run,
  situation: Situation,
  sides: readonly [RevisionServices, ...RevisionServices[]],
): OwnPlan {
  for (const { refusal } of situation.routes) if (refusal !== undefined) throw refusal;
  const { app, config } = run.inputs;
  const [candidate] = sides;
  const { preview: settings } = config;
  const isProven = config.proof !== 'off';
  if (!isProven) refuseGuess(situation.routes);
  const mark = markFor(config, candidate.revision);
  const facts = { app, namespace: run.api.namespace, settings, isProven, candidate, mark };
  const { previews, kind, instead } = planPreviews(situation, facts);
  if (instead !== undefined) tellInstead(run, kind, instead);
  const isAccepted = settings.matching === 'regex' || settings.overlap === 'accept';
  run.report.line(
    isAccepted
      ? 'The config accepts that the preview may change where requests for other paths go (preview: matching, overlap)'
      : unchangedText(run, situation, kind),
  );
  if (settings.unprotected === 'refuse') tellByName(run, situation);
  tellUntried(run, situation, { kind, isProven });
  const objects = previews.flatMap(({ own }) => own.objects);
  const parking = planParking(run, situation, sides, config, { less: [], previews: objects });
  tellOpen(run, situation, parking);
  return { previews, parking, kind, joined: joinedServices(situation, objects) };
}

/** What the preview was seen not to change, and which routes it was not compared with. */
function unchangedText({ api }: Run, situation: Situation, kind: PreviewKind): string {
  if (kind.by === 'header')
    return `Only requests with the header ${headerText(kind)} go to the preview, so it was not compared with other paths`;
  const what = kind.by === 'host' ? 'takes its host from no route' : 'changes no other path';
  const groups = groupsOf(situation);
  const unread = groups.filter(({ elsewhere }) => elsewhere === undefined);
  if (unread.length === 0) return `The preview ${what}, in this namespace or another`;
  const kinds = unread.map(({ adapter }) => adapter.resource.resource).join(' and ');
  const routes = unread.length === groups.length ? 'routes' : kinds;
  return `The preview ${what} of namespace ${api.namespace}; ${routes} of other namespaces were not checked, since the account may not list them, or the classes that say which count`;
}

/** What names a live route may be an object of a kind that the account need not be allowed to read. */
function tellByName({ report }: Run, situation: Situation): void {
  for (const { router, routes } of groupsOf(situation)) {
    const { byName } = router.advice;
    if (byName === undefined) continue;
    const names = routes.map(({ object }) => nameOf(object)).join(', ');
    report.line(`What protects ${names} by its name alone does not protect the preview: ${byName}`);
  }
}

/** Of some routers, nobody has seen whether they do what their documentation says. */
function tellUntried(
  run: Run,
  situation: Situation,
  { kind, isProven }: { readonly kind: PreviewKind; readonly isProven: boolean },
): void {
  const all = groupsOf(situation).flatMap(({ router, routes }) =>
    routes.flatMap(({ object }) => untriedName(router, object) ?? []),
  );
  const strips = kind.by === 'path' ? ', and says if no answer shows that the preview path is stripped' : '';
  const asked = isProven ? `deploy-green checks that the preview answers and that parking is closed${strips}. ` : '';
  for (const router of new Set(all))
    run.report.notice(
      `Preview and parking are written from documentation: no release through ${router} was tried. ${asked}How long it takes to apply a change is assumed; proof: {settle: …} in the config sets it`,
    );
}

/** Where nothing closes parking, what visitors reached before stays open to whoever finds its path. */
function tellOpen(run: Run, situation: Situation, { routes }: ParkingPlan): void {
  for (const { adapter, router } of groupsOf(situation)) {
    const open = router.openParking ? routes.filter((route) => route.adapter === adapter) : [];
    for (const { ref, paths } of open)
      run.report.warning(
        `The router ${router.name} cannot close parking. Whoever finds an unguessable path of ${routeText(ref)} reaches what visitors reach or reached before, without what protects the live route: now ${namesText(servicesOf(paths))}, and a version that visitors left until retire removes it. ${router.advice.open}`,
      );
  }
}

/** The config says nothing of the kind, and the default one is not possible. */
function tellInstead(run: Run, kind: PreviewKind, { message }: GreenpathError): void {
  run.report.notice(
    `The preview is ${kindText(kind)}, since none below ${DEFAULT_KIND.path} is possible: ${message}. To reach it, send that header to the live URLs; a cache in front of the router must store no answer to such requests. To have it always so, set preview: {header: {}} in the config; to have a host for it, preview: {host: green.example.com}`,
  );
}

/** The objects of Greenpath's own. */
export function ownObjects({ previews, parking }: OwnPlan): KubeObject[] {
  return [...parking.objects, ...previews.flatMap(({ own }) => own.objects)];
}

/**
 * Writes parking and preview together: a router that applies one change at a time then sees them as one. If the router
 * joins the previews to the live paths, they are written after parking, once `closed` has seen that it is closed.
 */
export async function writeOwnRoutes(
  run: Run,
  situation: Situation,
  plan: OwnPlan,
  planned: ReadonlyMap<string, DryRunResult>,
  closed: () => Promise<void>,
): Promise<void> {
  const apply = async (object: KubeObject) =>
    noteChange(run, planned, await applyOwnRoute(run.api, run.inputs.app, object));
  const parked = plan.parking.objects.map(apply);
  if (plan.joined.length > 0) {
    await Promise.all(parked);
    await closed();
  }
  await Promise.all([
    ...parked,
    ...plan.previews.flatMap(({ own }) => own.objects.map(apply)),
    ...plan.previews.map(async ({ route, own }) => {
      const change = await patchRoute(run.api, route, own.patch);
      if (change !== undefined) noteWrite(run, change);
    }),
  ]);
  await removeUnplanned(run, situation, plan);
  await removeReplaced(run, situation, ownObjects(plan));
  run.report.line(`Own routes: preview ${kindText(plan.kind)}, and parking`);
}

async function removeUnplanned(run: Run, situation: Situation, plan: OwnPlan): Promise<void> {
  const unplanned = unplannedPreviews(situation, plan);
  if (unplanned.length > 0) await removePreviews(run, situation, (own) => unplanned.includes(own));
}

/** Previews of an earlier run that are not written any more, and go: of another kind, or of paths that are gone. */
export function unplannedPreviews(situation: Situation, plan: OwnPlan): Route[] {
  const planned = new Set(ownObjects(plan).map(keyOf));
  return ownPreviews(situation).filter(({ object }) => !planned.has(keyOf(object)));
}

/** Removes the preview from `services`; one that shows another revision stays. */
export async function dropPreviewOf(run: Run, situation: Situation, services: readonly string[]): Promise<void> {
  const isTheirs = leadsToOne(services);
  if (await removePreviews(run, situation, ({ paths }) => paths.every(isTheirs)))
    run.report.serves({ preview: undefined });
  for (const route of situation.routes) {
    const operations = route.adapter.drop(route.object, route.preview.filter(isTheirs));
    const change = await patchRoute(run.api, route, operations);
    if (change === undefined) continue;
    noteWrite(run, change);
    run.report.serves({ preview: undefined });
  }
}

/** Deletes the preview's own routes that `which` names; returns whether there were any. */
export async function removePreviews(
  run: Run,
  situation: Pick<Situation, 'app' | 'routes' | 'allRoutes'>,
  which: (own: Route) => boolean,
): Promise<boolean> {
  const gone = ownPreviews(situation).filter(which);
  for (const own of gone) await removeRoute(run, own);
  await removeCompanions(run, situation, gone);
  return gone.length > 0;
}
