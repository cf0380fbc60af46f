import type { Config } from '../core/base/config.ts';
import { bakeOf } from '../core/base/config-rules.ts';
import { formatDuration } from '../core/base/duration.ts';
import { lastEditor, nameOf, readyPods } from '../core/kube/objects.ts';
import { namesText, noServices, type RevisionServices } from '../core/kube/revision-services.ts';
import { servicesOf } from '../core/release/route.ts';
import { cureFor } from '../core/release/route-facts.ts';
import { isUnproven } from '../core/release/switch-note.ts';
import { CLOCK } from '../process/clock.ts';
import type { Route } from '../routes/route-kind.ts';
import { tellRepair } from '../state/drift.ts';
import { placesFor } from '../state/endpoints.ts';
import { readNamespace } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { basisOf, readRecord } from '../state/records.ts';
import { findServices, stackServices } from '../state/role.ts';
import { leastSettleTimeOf } from '../state/routers.ts';
import type { Run } from '../state/run.ts';
import { compareWithStamp, readRunning } from '../state/running.ts';
import { isServed, liveServices, type Situation } from '../state/situation.ts';
import { observeStanding, tellLive } from '../state/tell-live.ts';
import { refuseUnsettled } from '../state/unsettled.ts';
import { refuseLacking } from '../steps/checks/check-tools.ts';
import { comparedBefore, lookBeforeSwitch } from '../steps/evidence/before-switch.ts';
import { refuseCanaries } from '../steps/evidence/canary.ts';
import { tellTroubles } from '../steps/evidence/route-reports.ts';
import { hasJobs, refuseUndone, runHooks } from '../steps/jobs/hooks.ts';
import { holdParking } from '../steps/own-routes/parking.ts';
import { holdStrength } from '../steps/pods/hpa-limits.ts';
import { strengthenSide } from '../steps/pods/strength.ts';
import { completePromotion, tellIdleBake } from '../steps/switch/complete-promotion.ts';
import { repairInside } from '../steps/switch/followers.ts';
import type { PromotionRun } from '../steps/switch/promotion-run.ts';
import { refuseShort } from '../steps/switch/refuse-short.ts';
import { refuseUnready } from '../steps/switch/refuse-unready.ts';
import { switchRoutes, switchWatched } from '../steps/switch/switch.ts';

/** Moves visitors from blue to the verified candidate and proves that they arrived; docs/design.md section 4. */
export async function promote(run: Run): Promise<Outcome> {
  const { read: releaseRecord, situation } = await openApp(run, {
    read: () => readRecord(run, run.inputs.revision),
    basis: basisOf,
    finishes: 'any',
  });
  const { release, config } = releaseRecord;
  // What the bake needs of this step's environment is missing before the switch, or not at all.
  if (bakeOf(config) !== undefined) refuseLacking(run, config, ['bake']);
  const places = await placesFor(run, situation);
  const endpoints = places.live;
  const green = stackServices(release);
  const blue = liveServices(situation);
  const promotionRun = { run, releaseRecord, situation, endpoints, green };
  if (situation.revision === green.revision) return continueFrom(promotionRun);
  const how = {
    repairs: situation.reverted?.switchedTo === green.revision,
    resumes: situation.halfway === green.revision,
  };
  const stamp = await refuseUnready(promotionRun, how);
  await refuseUndone(run, releaseRecord);
  tellConcerns(promotionRun);
  if (hasJobs(releaseRecord)) await runHooks(run, 'pre-promote', green.revision);

  const fresh = await strengthen(promotionRun, blue);
  if (!how.resumes && fresh !== situation) refuseCanaries(run, fresh, green, config);
  if (how.repairs) run.report.line(`${green.revision} was live before somebody restored the route: switching again`);
  const served = isServed(fresh) ? blue.revision : '';
  const look = { blue: served, previewed: !how.repairs, resumes: how.resumes };
  const compared = await lookBeforeSwitch(run, releaseRecord, situation, places, look);
  run.report.stage('Switch');
  const switched = await switchWatched(run, config, compared.versionProbe, endpoints, async () => {
    if (await holdParking(run, situation, green, config)) await settle(run, situation, config);
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

/** Waits until the router knows the Services that parking was given just now. A rollback does not: it has no time. */
async function settle(run: Run, situation: Situation, config: Config): Promise<void> {
  const time = leastSettleTimeOf(config, situation);
  run.report.line(`${run.report.wording('Waiting', 'Would wait')} ${formatDuration(time)} until the router knows them`);
  if (!run.inputs.dryRun) await CLOCK.pause(time, run.waiting);
}

/** Makes green as strong as blue, and returns what was read last: hooks and scaling may take minutes. */
async function strengthen({ run, releaseRecord, situation, green }: PromotionRun, blue: RevisionServices) {
  run.report.stage('Strength');
  let fresh = hasJobs(releaseRecord) ? { ...situation, ...(await readNamespace(run)) } : situation;
  tellUnserved(run, fresh);
  // Others may scale blue up meanwhile.
  while (await strengthenSide(run, fresh, green, blue)) fresh = { ...situation, ...(await readNamespace(run)) };
  return fresh;
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
  if (hasJobs(releaseRecord)) await runHooks(run, 'post-promote', releaseRecord.release.revision);
  if (repaired.length === 0) return tellLive(run, situation);
  run.report.verdict(
    `Revision ${green.revision} is live already, and what had drifted ${run.report.wording('was', 'would be')} repaired: ${namesText(repaired)}.`,
  );
  return observeStanding(run, situation);
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
