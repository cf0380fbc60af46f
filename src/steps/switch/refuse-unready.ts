import { GreenpathError } from '../../core/base/error.ts';
import { namesText } from '../../core/kube/revision-services.ts';
import { leftSince } from '../../core/release/left-since.ts';
import type { Stamp } from '../../core/release/record.ts';
import type { SwitchNote } from '../../core/release/switch-note.ts';
import { tellRepair } from '../../state/drift.ts';
import { isShown, previewedServices, refuseOtherKind } from '../../state/preview-state.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { refuseUnsettled } from '../../state/unsettled.ts';
import { refuseCanaries } from '../evidence/canary.ts';
import type { PromotionRun } from './promotion-run.ts';
import { refuseShort } from './refuse-short.ts';

/** Refuses whatever stands against the switch before anything is changed. Returns the stamp, if there is a valid one. */
export async function refuseUnready(
  { run, releaseRecord, situation, green }: PromotionRun,
  { repairs, resumes }: { repairs: boolean; resumes: boolean },
): Promise<Stamp | undefined> {
  if (!repairs && !resumes) await refuseUnsettled(run, situation);
  tellRepair(run, situation);
  const stamp = refuseUnverified(run, releaseRecord, situation.switchNote);
  if (!repairs) refuseOther(situation, releaseRecord);
  if (!repairs && !resumes) refuseOtherKind(situation, releaseRecord.config);
  refuseShort(run, releaseRecord, situation);
  // Some routes are switched already, and stopping here would help nobody.
  if (!resumes) refuseCanaries(run, situation, green, releaseRecord.config);
  return stamp;
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
