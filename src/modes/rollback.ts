import type { Config } from '../core/base/config.ts';
import { namesText, noServices, type RevisionServices, servicesOfRevision } from '../core/kube/revision-services.ts';
import { previousOf } from '../core/release/previous-revision.ts';
import { isUnproven, type SwitchNote } from '../core/release/switch-note.ts';
import { tellRepair } from '../state/drift.ts';
import { endpointsFor } from '../state/endpoints.ts';
import type { Inputs } from '../state/inputs.ts';
import { requireRoutes } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { anchorOf, listRecords, recordOf } from '../state/records.ts';
import { replacedService } from '../state/replaced-service.ts';
import { findServices } from '../state/role.ts';
import { gone, handMade, leftBy, targetOf, unknownApp } from '../state/rollback-target.ts';
import { isRefused, type Run, timeNow } from '../state/run.ts';
import { liveServices, type Situation } from '../state/situation.ts';
import { tellCanaries } from '../steps/evidence/canary.ts';
import { holdParking } from '../steps/own-routes/parking.ts';
import { strengthenSide } from '../steps/pods/strength.ts';
import {
  completeHooks,
  completeRollback,
  completeWeakRollback,
  probeForRollback,
  type RollbackRun,
} from '../steps/switch/complete-rollback.ts';
import { followInside, repairInside } from '../steps/switch/followers.ts';
import { hasteOf } from '../steps/switch/haste.ts';
import { refuseRemoved } from '../steps/switch/refuse-removed.ts';
import { noteSwitch, switchRoutes, switchWatched } from '../steps/switch/switch.ts';

/**
 * Switches visitors back to the revision `to`, by default the previous one, and proves it. Changes nothing if visitors
 * are there already, or if the revision to roll back from is not live: run twice, it never goes one release too far.
 */
export async function rollback(run: Run): Promise<Outcome> {
  const app = await openApp(run, {
    read: () => listRecords(run, { lenient: true }),
    basis: (found, namespace) => {
      const anchor = anchorOf(found, requireRoutes(run, namespace));
      if (anchor === undefined) throw unknownApp(run, found);
      return { anchor, counterparts: anchor.release.counterparts, config: anchor.config };
    },
    finishes: 'any',
  });
  const {
    read: records,
    basis: { anchor },
    situation,
  } = app;
  tellRepair(run, situation);
  const endpoints = await endpointsFor(run, situation);
  const rollbackRun = { run, records, anchor, situation, endpoints };
  const { switchNote } = situation;
  if (switchNote?.left !== undefined && isSwitchBackUnproven(run.inputs, situation))
    return goOn(rollbackRun, { ...switchNote, left: switchNote.left });
  const target = targetOf(run, situation, app.overtaken);
  run.observe({ revision: target ?? situation.revision ?? '' });
  if (target === undefined) {
    run.observe({ previousRevision: previousOf(situation) });
    await completeHooks(rollbackRun);
    return run.observe({});
  }
  const isThere = situation.halfway === undefined && situation.routes.every((route) => route.revision === target);
  if (isThere) return acceptRevert(rollbackRun, target);

  const to = findServices(situation, target) ?? handMade(situation, target);
  if (to === undefined) throw gone(situation, target);
  const from = leftBy(situation, target);
  run.report.stage('Strength');
  if (recordOf(records, target)?.timeline.some(({ event }) => event === 'retiring'))
    await refuseRemoved(run, situation, to);
  const { first, behind } = await hasteOf(rollbackRun, from, to);
  if (!first) await strengthenSide(run, situation, to, from);
  const { config, versionProbe } = probeForRollback(rollbackRun, from.revision, to);
  tellCanaries(run, situation, to, config, 'rollback');
  await tellReplaced(rollbackRun, target);
  run.report.stage('Switch');
  const switched = await switchWatched(run, config, versionProbe, endpoints, async () => {
    await parkIfAllowed(run, situation, to, anchor.config);
    return switchRoutes(run, situation, to, { previous: '', left: from.revision, rollback: true }, config);
  });
  if (switched === undefined) return run.observe({});
  const rollback = { ...rollbackRun, from, to, switched, behind };
  return first ? completeWeakRollback(rollback) : completeRollback(rollback);
}

/** Visitors go back without parking if the server refuses it: nothing that only helps them may keep them. */
async function parkIfAllowed(run: Run, situation: Situation, to: RevisionServices, config: Config): Promise<void> {
  try {
    await holdParking(run, situation, to, config);
  } catch (error) {
    if (!isRefused(run, error)) throw error;
    run.report.warning(
      `Parking was not written: ${error.message}. Visitors go back without it; a router that forgets a Service which no route names may lose requests for a moment`,
    );
  }
}

/** Visitors go back nevertheless: it may be the way out of something worse. */
async function tellReplaced({ run, records, situation }: RollbackRun, target: string): Promise<void> {
  const own = recordOf(records, target);
  const replaced = own && (await replacedService(run, situation, own));
  if (replaced !== undefined)
    run.report.warning(
      `a part of ${target} was replaced: ${replaced}. Create the Service with that address (spec.clusterIP) to repair it`,
    );
}

/** Whether an earlier run switched back and ended before it proved that. */
function isSwitchBackUnproven(inputs: Inputs, { switchNote, revision, halfway }: Situation): boolean {
  if (!isUnproven(switchNote, revision) || switchNote.left === undefined) return false;
  if (halfway !== undefined) return false;
  return [revision, ''].includes(inputs.to) && [switchNote.left, ''].includes(inputs.revision);
}

async function goOn(rollbackRun: RollbackRun, switchNote: SwitchNote & { readonly left: string }): Promise<Outcome> {
  const { run, situation } = rollbackRun;
  run.report.line(
    `Visitors were switched back by an earlier run (${switchNote.run}) at ${switchNote.at}, and that is not proven: ${run.report.wording('continuing', 'would continue')} from there.`,
  );
  const outcome = run.observe({ revision: switchNote.live });
  if (run.inputs.dryRun) return outcome;
  const from = findServices(situation, switchNote.left) ?? noServices(switchNote.left);
  const switched = { routes: situation.routes, switchNote, since: performance.now() };
  return completeWeakRollback({ ...rollbackRun, from, to: liveServices(situation), switched });
}

/** Visitors are at the target already: reports that, records a foreign revert as intended, and repairs drift. */
async function acceptRevert(rollbackRun: RollbackRun, target: string): Promise<Outcome> {
  const { run, situation } = rollbackRun;
  const { switchNote, reverted, routes } = situation;
  if (switchNote !== undefined && reverted !== undefined) {
    const left = reverted.switchedTo;
    const from = servicesOfRevision(situation.services, left, situation);
    await followInside(run, situation, { from, to: liveServices(situation) });
    const at = timeNow(run);
    await noteSwitch(run, routes, { live: target, previous: '', at, run: run.url, phase: 'proven', left });
    run.report.line(`${run.report.wording('Noted', 'Would note')} that ${target} is live`);
  }
  run.observe({ state: 'live', previousRevision: previousOf(situation) });
  const repaired = reverted === undefined ? await repairDrift(rollbackRun, target) : [];
  run.report.verdict(
    `Revision ${target} is live already: ${repaired.length === 0 ? 'nothing to do' : `what had drifted ${run.report.wording('was', 'would be')} repaired: ${namesText(repaired)}`}.`,
  );
  await completeHooks(rollbackRun);
  return run.observe({});
}

/** While a switch is not proven, entry Services and workers must still follow, and it is not known yet which side. */
function repairDrift({ run, records, situation }: RollbackRun, target: string): Promise<string[]> | string[] {
  if (situation.switchNote?.phase === 'switched') return [];
  const plain = recordOf(records, target)?.release.plain ?? false;
  return repairInside(run, situation, { to: liveServices(situation), create: plain });
}
