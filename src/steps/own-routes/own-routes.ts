import { kindText } from '../../core/base/preview-kind.ts';
import { keyOf } from '../../core/kube/identity.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import { leadsToOne } from '../../core/release/route.ts';
import { markFor } from '../../core/release/router-mark.ts';
import type { Route } from '../../routes/route-kind.ts';
import { ownPreviews } from '../../state/preview-state.ts';
import { type DryRunResult, noteChange, noteWrite, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { patchRoute } from '../objects/patch-route.ts';
import { removeRoute } from '../objects/remove-object.ts';
import { applyOwnRoute } from './apply-own-route.ts';
import { removeCompanions, removeReplaced } from './companions.ts';
import { refuseGuess } from './guessed-router.ts';
import { joinedServices, type ParkingPlan, planParking } from './parking.ts';
import { type PlannedPreviews, planPreviews } from './plan-previews.ts';
import { tellByName, tellDiffering, tellInstead, tellOpen, tellUntried, unchangedText } from './plan-words.ts';

/** What Greenpath creates beside the live routes, and in them. */
export interface OwnPlan extends Pick<PlannedPreviews, 'previews' | 'kind'> {
  readonly parking: ParkingPlan;
  /** The Services that the previews join to the live paths, if the router does that. */
  readonly joined: readonly string[];
}

/**
 * Plans preview and parking for the first of `sides`, the candidate, and parking for the others; throws the preview's
 * refusals, and that of a router behind which there can be no release. A live route that does not exist yet is treated as
 * if it did, so that the next release gets the same answer.
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
  tellDiffering(run, situation);
  return { previews, parking, kind, joined: joinedServices(situation, objects) };
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
