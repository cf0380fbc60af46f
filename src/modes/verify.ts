import { writtenCheck } from '../checks/registry.ts';
import type { Config } from '../core/base/config.ts';
import { GreenpathError } from '../core/base/error.ts';
import { counted } from '../core/base/plural.ts';
import { certaintyText } from '../core/checks/certainty.ts';
import { expectedAt } from '../core/checks/expect.ts';
import { type ProbeFacts, versionProbeFor } from '../core/checks/version-probe.ts';
import { namesText } from '../core/kube/revision-services.ts';
import { commitIn } from '../core/release/commit.ts';
import type { Stamp } from '../core/release/record.ts';
import type { SwitchNote } from '../core/release/switch-note.ts';
import type { Seen } from '../proof/probe.ts';
import { proofText } from '../proof/proof-text.ts';
import { parkingIn } from '../routes/own.ts';
import { tellDrift } from '../state/drift.ts';
import { observePreview, type Places, placesFor } from '../state/endpoints.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { isShown, refuseOtherKind } from '../state/preview-state.ts';
import { basisOf, note, type ReleaseRecord, readRecord } from '../state/records.ts';
import { leastSettleTimeOf } from '../state/routers.ts';
import { type Run, timeNow } from '../state/run.ts';
import { readRunning, refuseChanged } from '../state/running.ts';
import { keepSecretKey } from '../state/secret-key.ts';
import { isServed, type Situation } from '../state/situation.ts';
import { tellLive } from '../state/tell-live.ts';
import { compareWithLive } from '../steps/candidate/compare.ts';
import { refuseLacking } from '../steps/checks/check-tools.ts';
import { type PassedChecks, runChecks } from '../steps/checks/run-checks.ts';
import { askPreview } from '../steps/evidence/ask-preview.ts';
import { measureLive } from '../steps/evidence/before-switch.ts';
import { PreviewAnswers } from '../steps/evidence/preview-answers.ts';
import { differenceOf, Samples } from '../steps/evidence/samples.ts';
import { refuseUndone } from '../steps/jobs/hooks.ts';
import { lookAtParking } from '../steps/own-routes/parking-look.ts';

/** Runs the checks against the candidate's preview and writes the stamp; live traffic is never affected. */
export async function verify(run: Run): Promise<Outcome> {
  const { read: releaseRecord, situation } = await openApp(run, {
    read: () => readRecord(run, run.inputs.revision),
    basis: basisOf,
    finishes: 'own',
  });
  const { release, config } = releaseRecord;
  const since = performance.now();
  tellDrift(run, situation);
  if (situation.revision === release.revision) return tellLive(run, situation);
  if (!isShown(situation, release.counterparts)) {
    throw new GreenpathError(
      'no-candidate',
      `the preview does not show revision ${release.revision} (${namesText(release.counterparts.map((counterpart) => counterpart.service))})`,
      'Run deploy-green for this revision again.',
    );
  }
  refuseOtherKind(situation, config);
  await refuseUndone(run, releaseRecord);
  const places = await placesFor(run, situation);
  observePreview(run, situation);
  const before = await readRunning(run, releaseRecord, situation.services);
  const { revision } = release;
  await compareWithLive(run, situation, { revision, objects: before.objects, commit: commitIn(release.commit) });
  run.report.stage('Checks');
  refuseLacking(run, config, ['preview', 'live']);
  const other = await measureLive(run, config, places.live, isServed(situation) ? (situation.revision ?? '') : '');
  const answers = new PreviewAnswers(run, situation.previewKind);
  const onPreview = (seen: Seen) => answers.noteProbe(seen);
  const samples = config.identity === undefined ? new Samples(run, releaseRecord, places, onPreview) : undefined;
  await samples?.take();
  await recognisePreview(run, releaseRecord, situation, places, { other, onPreview });
  const passed = await runChecks(run, releaseRecord, situation, places, answers);
  // The run that wrote parking may have ended before it checked it.
  await lookAtParking(run, situation, release.counterparts, {
    parking: parkingIn(run.inputs.app, situation.allRoutes),
    since,
    config,
  });
  const sides = { other, difference: samples && (await differenceOf(run, releaseRecord, samples)) };
  const versionProbe = config.proof === 'off' ? undefined : versionProbeFor(config, release.revision, sides);
  const { proof = '', certainty = '' } = versionProbe ?? {};
  const outcome = run.observe({ proof, certainty });
  if (certainty !== '') run.report.line(certaintyText(certainty));
  if (run.inputs.dryRun) {
    run.report.verdict(dryText(passed));
    return outcome;
  }
  const after = await readRunning(run, releaseRecord, situation.services, before.key);
  refuseChanged(release.revision, before, after);
  await keepSecretKey(run, after.key);
  return writeStamp(run, releaseRecord, { runs: after.runs, passed }, sides, situation.switchNote);
}

function dryText({ count, leftOut }: PassedChecks): string {
  const others = leftOut === 0 ? '' : `, ${counted(leftOut, 'check')} ${leftOut === 1 ? 'was' : 'were'} not run`;
  return `Dry run: ${counted(count, 'check')} passed${others}, and no stamp was written.`;
}

/** How long a preview may take to answer at least, in milliseconds: also a router that applies changes at once may be slow. */
const ANSWER_TIME = 10_000;

async function recognisePreview(
  run: Run,
  { config, release }: ReleaseRecord,
  situation: Situation,
  places: Places,
  { other, onPreview }: Pick<ProbeFacts, 'other'> & { readonly onPreview: (seen: Seen) => void },
): Promise<void> {
  const versionProbe = versionProbeFor(config, release.revision, { other });
  if (config.proof === 'off' || versionProbe.proof === 'none') return;
  tellUncovered(run, config, versionProbe.path);
  const settleTime = leastSettleTimeOf(config, situation);
  const within = Math.min(config.proof.within, Math.max(2 * settleTime, ANSWER_TIME));
  const result = await askPreview(
    run,
    { situation, config, endpoints: places.preview, versionProbe },
    { answers: 1, least: 0, settleTime: 0, within, accepted: onPreview },
    {
      code: 'check-failed',
      what: `the preview does not answer as ${release.revision}`,
      next: 'Check the identity setting in the config and what answers there; fix green and run deploy-green again.',
    },
  );
  run.report.line(`The preview answers as ${release.revision}: ${proofText(result, release.revision)}`);
}

/**
 * The proof requests the identity's path, and may accept a status that visitors should not get if no check says what is
 * right.
 */
function tellUncovered(run: Run, { checks }: Config, path: string): void {
  if (expectedAt(checks, path).length > 0) return;
  const check = writtenCheck(path);
  run.report.notice(
    `No check says which answer to ${path} is right, and the proof requests it: an answer by the right version counts there if it is a success or a redirect, or has the live version's status. Add a check for it${check === undefined ? '' : ` (${check})`}, or set identity.path`,
  );
}

async function writeStamp(
  run: Run,
  releaseRecord: ReleaseRecord,
  { runs, passed }: Pick<Stamp, 'runs'> & { readonly passed: PassedChecks },
  { difference, other }: ProbeFacts,
  switchNote: SwitchNote | undefined,
): Promise<Outcome> {
  const { object, release } = releaseRecord;
  const stamp: Stamp = {
    digest: release.digest,
    runs,
    checks: passed.results,
    at: timeNow(run),
    run: run.url,
    ...(difference ? { difference } : {}),
    ...(other ? { live: other } : {}),
    ...(switchNote?.left === release.revision ? { left: switchNote.at } : {}),
  };
  await note(run, releaseRecord, 'verified', { stamp: JSON.stringify(stamp) });
  run.report.verdict(
    `Verified: ${counted(passed.count, 'check')} passed, stamp written to ConfigMap ${object.metadata.name}`,
  );
  return run.observe({ state: 'verified' });
}
