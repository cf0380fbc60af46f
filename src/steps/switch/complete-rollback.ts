import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { rollbackProbe, type VersionProbe } from '../../core/checks/version-probe.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import { endOf, type SwitchNote } from '../../core/release/switch-note.ts';
import { WITHOUT_PROOF } from '../../core/release/unfinished-switch.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import type { ProofResult } from '../../proof/proof-result.ts';
import { liveUrl } from '../../state/endpoints.ts';
import type { Outcome, Proof } from '../../state/outcome.ts';
import { note, type ReleaseRecord, recordOf } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { becauseOf, canaryBehind } from '../evidence/canary.ts';
import { unlessNamed } from '../evidence/live-marks.ts';
import { hasJobs, runHooks, tellUndone } from '../jobs/hooks.ts';
import { lookAtHeld } from '../own-routes/parking-look.ts';
import { strengthenLater } from '../pods/strength.ts';
import { followInside } from './followers.ts';
import { noteSwitch, proveLive, type Switched } from './switch.ts';
import { notProven, servedBy } from './switch-texts.ts';

/** What a rollback works with. */
export interface RollbackRun {
  readonly run: Run;
  readonly records: readonly ReleaseRecord[];
  readonly anchor: ReleaseRecord;
  readonly situation: Situation;
  readonly endpoints: Endpoints;
}

/** The same after its switch. */
export interface SwitchedRollback extends RollbackRun {
  readonly from: RevisionServices;
  readonly to: RevisionServices;
  readonly switched: Switched;
  /** The Deployments behind `to`, if they were read before the switch. */
  readonly behind?: readonly KubeObject[] | undefined;
}

/** Proves that visitors are back, and records it. */
export async function completeRollback(rollback: SwitchedRollback): Promise<Outcome> {
  const { run, records, situation, from, to, switched } = rollback;
  const left = from.revision;
  const { config, versionProbe } = probeForRollback(rollback, left, to);
  const own = recordOf(records, left);
  // A proof that fails must leave nothing on the side that visitors were moved off.
  await followInside(run, situation, { from, to });
  let proof: Proof = '';
  if (config.proof !== 'off') {
    const awaited = { revision: to.revision, versionProbe, since: switched.since };
    const result = await proveLive(run, config, rollback, awaited);
    if (result.verdict !== 'proven') throw await proofFailed(rollback, result);
    proof = result.proof;
  }
  run.report.stage('Notes');
  const target = recordOf(records, to.revision);
  if (target !== undefined && hasJobs(target)) await tellUndone(run, to.revision);
  if (own !== undefined) await note(run, own, 'rolled-back');
  await noteSwitch(run, switched.routes, { ...switched.switchNote, phase: endOf(config) });
  await lookAtHeld(run, situation, to, { since: switched.since, config });
  const outcome = run.observe({ state: 'rolled-back', visitors: servedBy(liveUrl(situation), to, proof) });
  run.report.verdict(`Live: ${outcome.visitors} ${left || 'The other version'} still runs.`);
  await undo(run, own, switched.switchNote);
  return run.observe({});
}

/** Runs the post-rollback hooks of what a rollback moved visitors off. A restore undoes nothing: its release may go on. */
async function undo(run: Run, own: ReleaseRecord | undefined, { rollback }: SwitchNote): Promise<void> {
  if (rollback === true && own !== undefined && hasJobs(own))
    await runHooks(run, 'post-rollback', own.release.revision);
}

async function proofFailed({ run, situation, to }: SwitchedRollback, result: ProofResult): Promise<GreenpathError> {
  const canary = result.verdict === 'blind' ? undefined : await canaryBehind(run, situation, to);
  const look = canary === undefined ? 'Check the proxy and the pods of that revision' : canary.end;
  return new GreenpathError(
    'proof-failed',
    `${notProven(to, result)}${becauseOf(canary)}`,
    `${look}; run rollback again to prove it, or with another \`to\`. ${WITHOUT_PROOF}`,
  );
}

/** Visitors moved first: missing pods are requested at once, and waited for at the end. */
export async function completeWeakRollback(rollback: SwitchedRollback): Promise<Outcome> {
  const { run, situation, from, to, behind } = rollback;
  const strong = await strengthenLater(run, situation, to, from, behind);
  const outcome = await completeRollback(rollback);
  if (strong === undefined) return outcome;
  run.report.stage('Strength');
  await strong().catch((error: unknown) => {
    if (!(error instanceof GreenpathError) || error.code !== 'rollout-failed') throw error;
    const next = `Visitors are on ${to.revision} already, with fewer pods than they had. Fix what the missing pods need: Kubernetes keeps trying to start them.`;
    throw new GreenpathError(error.code, error.message, next, { cause: error });
  });
  return run.observe({});
}

/** Visitors are back; an earlier run may have ended before its last hooks did. */
export async function completeHooks({ run, records, situation }: RollbackRun): Promise<void> {
  const { switchNote, reverted } = situation;
  // Somebody moved visitors since then, perhaps to that revision.
  if (reverted !== undefined) return;
  if (switchNote?.left === undefined || ![switchNote.left, ''].includes(run.inputs.revision)) return;
  const own = recordOf(records, switchNote.left);
  // If it was deployed again since then, what its hooks did for that must not be undone.
  if (own !== undefined && own.release.at <= switchNote.at) await undo(run, own, switchNote);
}

/**
 * Which config and which probe prove that visitors are back on `to`: its own identity, or what was measured of it when
 * the other version was verified.
 */
export function probeForRollback(
  { run, records, anchor, situation }: RollbackRun,
  left: string,
  to: RevisionServices,
): { config: Config; versionProbe: VersionProbe } {
  const own = recordOf(records, to.revision);
  const stamp = recordOf(records, left)?.stamp;
  const measured = stamp?.live?.revision === to.revision ? stamp.live : undefined;
  const { config } = own ?? anchor;
  const difference = measured === undefined ? undefined : stamp?.difference;
  const way = { to: to.revision, left, recorded: own !== undefined, measured, difference };
  const versionProbe = unlessNamed(run, config, situation, to.revision, rollbackProbe(config, way));
  return { config, versionProbe };
}
