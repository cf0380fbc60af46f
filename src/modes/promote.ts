import { GreenpathError } from '../core/base/error.ts';
import { lastEditor, nameOf, readyPods } from '../core/kube/objects.ts';
import { namesText, noServices } from '../core/kube/revision-services.ts';
import { leftSince } from '../core/release/left-since.ts';
import type { Stamp } from '../core/release/record.ts';
import { servicesOf } from '../core/release/route.ts';
import { cureFor } from '../core/release/route-facts.ts';
import { isUnproven, type SwitchNote } from '../core/release/switch-note.ts';
import type { Route } from '../routes/route-kind.ts';
import { tellRepair } from '../state/drift.ts';
import { placesFor } from '../state/endpoints.ts';
import { readNamespace } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { isShown, previewedServices, refuseOtherKind } from '../state/preview-state.ts';
import { basisOf, type ReleaseRecord, readRecord } from '../state/records.ts';
import { findServices, stackServices } from '../state/role.ts';
import type { Run } from '../state/run.ts';
import { compareWithStamp, readRunning } from '../state/running.ts';
import { isServed, liveServices, type Situation } from '../state/situation.ts';
import { observeStanding, tellLive } from '../state/tell-live.ts';
import { refuseUnsettled } from '../state/unsettled.ts';
import { comparedBefore, lookBeforeSwitch } from '../steps/before-switch.ts';
import { refuseCanaries } from '../steps/canary.ts';
import { refuseLacking } from '../steps/check-tools.ts';
import { completePromotion, tellIdleBake } from '../steps/complete-promotion.ts';
import { repairInside } from '../steps/followers.ts';
import { hasHooks, runHooks } from '../steps/hooks.ts';
import { holdStrength } from '../steps/hpa-limits.ts';
import { holdParking } from '../steps/parking.ts';
import type { PromotionRun } from '../steps/promotion-run.ts';
import { refuseShort } from '../steps/refuse-short.ts';
import { tellTroubles } from '../steps/route-reports.ts';
import { strengthenSide } from '../steps/strength.ts';
import { switchRoutes, switchWatched } from '../steps/switch.ts';

/** Moves visitors from blue to the verified candidate and proves that they arrived; docs/design.md section 4. */
export async function promote(run: Run): Promise<Outcome> {
  const { read: releaseRecord, situation } = await openApp(run, {
    read: () => readRecord(run, run.inputs.revision),
    basis: basisOf,
    finishes: 'any',
  });
  const { release, config } = releaseRecord;
  // What the bake needs of this step's environment is missing before the switch, or not at all.
  if (config.bake !== undefined) refuseLacking(run, config, ['bake']);
  const places = await placesFor(run, situation);
  const endpoints = places.live;
  const green = stackServices(release);
  const blue = liveServices(situation);
  const resumes = situation.halfway === green.revision;
  const promotionRun = { run, releaseRecord, situation, endpoints, green };
  if (situation.revision === green.revision) return continueFrom(promotionRun);
  const repairs = situation.reverted?.switchedTo === green.revision;
  if (!repairs && !resumes) await refuseUnsettled(run, situation);
  tellRepair(run, situation);
  const stamp = refuseUnverified(run, releaseRecord, situation.switchNote);
  if (!repairs) refuseOther(situation, releaseRecord);
  if (!repairs && !resumes) refuseOtherKind(situation, config);
  refuseShort(run, releaseRecord, situation);
  // Some routes are switched already, and stopping here would help nobody.
  if (!resumes) refuseCanaries(run, situation, green, config);
  tellConcerns(promotionRun);
  if (hasHooks(releaseRecord)) await runHooks(run, 'pre-promote', green.revision);

  run.report.stage('Strength');
  let fresh = hasHooks(releaseRecord) ? { ...situation, ...(await readNamespace(run)) } : situation;
  tellUnserved(run, fresh);
  // Hooks and scaling may take minutes, in which others may scale blue up.
  while (await strengthenSide(run, fresh, green, blue)) fresh = { ...situation, ...(await readNamespace(run)) };
  if (!resumes && fresh !== situation) refuseCanaries(run, fresh, green, config);
  if (repairs) run.report.line(`${green.revision} was live before somebody restored the route: switching again`);
  const served = isServed(fresh) ? blue.revision : '';
  const look = { blue: served, previewed: !repairs, resumes };
  const compared = await lookBeforeSwitch(run, releaseRecord, situation, places, look);
  run.report.stage('Switch');
  const switched = await switchWatched(run, config, compared.versionProbe, endpoints, async () => {
    await holdParking(run, situation, green, config);
    await holdStrength(run, fresh, blue);
    const now = await readRunning(run, releaseRecord, fresh.services);
    if (stamp !== undefined) compareWithStamp(run, green.revision, stamp, now.runs);
    refuseShort(run, releaseRecord, situation);
    run.waiting.throwIfAborted();
    return switchRoutes(run, situation, green, { previous: blue.revision }, config);
  });
  if (switched === undefined) return run.observe({});
  return completePromotion({
    ...promotionRun,
    situation: { ...situation, routes: switched.routes as Situation['routes'], switchNote: switched.switchNote },
    // If nothing was live, an object under a plain name belongs to somebody else.
    blue: blue.revision === '' ? noServices('') : blue,
    before: situation.switchNote,
    compared,
    since: switched.since,
  });
}

/** If the routes are switched already, continues where the earlier run stopped, or has nothing to do. */
async function continueFrom(promotionRun: PromotionRun): Promise<Outcome> {
  const { run, releaseRecord, situation, green } = promotionRun;
  await refuseUnsettled(run, situation, green.revision);
  const { switchNote } = situation;
  if (!isUnproven(switchNote, green.revision)) return tellDone(promotionRun);
  const outcome = tellLive(run, situation);
  run.report.line(
    `The route was switched by an earlier run (${switchNote.run}) at ${switchNote.at}, and not proven: ${run.report.wording('continuing', 'would continue')} from there.`,
  );
  if (run.inputs.dryRun) return outcome;
  const { previous } = switchNote;
  const blue = findServices(situation, previous) ?? noServices(previous);
  const compared = comparedBefore(releaseRecord);
  return completePromotion({ ...promotionRun, blue, before: undefined, compared, since: performance.now() });
}

/** Repairs drift, and runs the last hooks: an earlier run may have ended before they did. */
async function tellDone({ run, releaseRecord, situation, green }: PromotionRun): Promise<Outcome> {
  run.observe({ state: 'live' });
  tellRepair(run, situation);
  const repaired = await repairInside(run, situation, { to: green, create: releaseRecord.release.plain });
  if (hasHooks(releaseRecord)) await runHooks(run, 'post-promote', releaseRecord.release.revision);
  if (repaired.length === 0) return tellLive(run, situation);
  run.report.verdict(
    `Revision ${green.revision} is live already, and what had drifted ${run.report.wording('was', 'would be')} repaired: ${namesText(repaired)}.`,
  );
  return observeStanding(run, situation);
}

/** The stamp counts unless visitors were moved off this revision after it was written. */
function refuseUnverified(
  run: Run,
  releaseRecord: ReleaseRecord,
  switchNote: SwitchNote | undefined,
): Stamp | undefined {
  const { stamp, release, timeline } = releaseRecord;
  const left = stamp && leftSince(stamp, timeline, release.revision, switchNote);
  if (stamp !== undefined && left === undefined) {
    run.report.line(`Verified at ${stamp.at} by ${stamp.run}`);
    return stamp;
  }
  const why =
    left === undefined
      ? 'its checks have not passed since it was deployed'
      : `visitors were moved off it at ${left}, after its checks had passed`;
  if (run.inputs.requireVerified) {
    throw new GreenpathError(
      'not-verified',
      `revision ${release.revision} has no valid stamp: ${why}`,
      'Run verify for this revision first.',
    );
  }
  run.report.warning(
    `require-verified is false: revision ${release.revision} goes live although no valid stamp says that its checks passed`,
  );
  return stamp;
}

function refuseOther(situation: Situation, { release }: ReleaseRecord): void {
  if (isShown(situation, release.counterparts)) return;
  const shown = namesText(previewedServices(situation)) || 'nothing';
  throw new GreenpathError(
    'no-candidate',
    `revision ${release.revision} is not the candidate: the preview shows ${shown}`,
    'If a newer revision has replaced it, promote that one. Otherwise run deploy-green for this revision again, then verify.',
  );
}

/** A first release, or the repair of a broken live side. */
function tellUnserved(run: Run, situation: Situation): void {
  const { routes, rules, slices } = situation;
  if (isServed(situation)) return;
  const empty = servicesOf(rules).filter((service) => readyPods(slices, service).length === 0);
  const what = routes.some((route) => !route.exists)
    ? 'Nothing is live yet'
    : `Visitors get no answers from ${namesText(empty)} now, since no pod of it is ready`;
  run.report.warning(
    `${what}: there is no strength to match, and nothing to switch back to if green fails (strength and restore do not apply)`,
  );
}

/** What the report says before the switch, since it concerns what comes after it. */
function tellConcerns({ run, releaseRecord, situation }: PromotionRun): void {
  for (const route of situation.routes) tellOwners(run, route);
  tellTroubles(run, situation);
  tellIdleBake(run, releaseRecord.config);
}

/** Other owners of the rules will undo the switch with their next apply, so the report names them before. */
function tellOwners(run: Run, { adapter: { field }, object }: Route): void {
  const other = lastEditor(object, field);
  if (other === undefined) return;
  run.report.notice(
    `${other.manager} wrote the ${field} of ${nameOf(object)} last, at ${other.time}. ${cureFor(object, field)}`,
  );
}
