import { bake } from '../checks/bake.ts';
import type { Front } from '../checks/probe.ts';
import { proofText } from '../checks/proof-text.ts';
import type { Bake } from '../core/base/config.ts';
import { formatDuration } from '../core/base/duration.ts';
import { GreenpathError } from '../core/base/error.ts';
import { counted } from '../core/base/plural.ts';
import { type Side, sideText } from '../core/kube/side.ts';
import { endOf, type Phase } from '../core/release/phase.ts';
import { leadsToOne, rulesOf } from '../core/release/rules.ts';
import { settleOf } from '../routes/dialects.ts';
import { provenPatch } from '../routes/patch.ts';
import type { Situation } from '../state/app-state.ts';
import { liveUrl } from '../state/endpoints.ts';
import { note, type Recorded } from '../state/records.ts';
import { noteWrite, type Outputs, type Run } from '../state/run.ts';
import type { Told } from './before-switch.ts';
import { followInside } from './followers.ts';
import { hasHooks, runHooks } from './hooks.ts';
import { patchRoute, removePreviews } from './own-routes.ts';
import { lookAtHeld } from './parking-look.ts';
import { endFailed } from './restore.ts';
import { proveLive, RESERVE } from './switch.ts';

/**
 * The two sides of a promotion, blue's revision empty if nobody knows it; `before` is what the annotation said before the
 * switch.
 */
export interface Sides {
  readonly green: Side;
  readonly blue: Side;
  readonly before: Phase | undefined;
  readonly told: Told;
}

/**
 * What comes after the switch: proof and bake at the live URLs, then the preview goes and the release is noted as done.
 * If visitors do not get what they should, `endFailed` decides where they end.
 */
export async function finish(
  run: Run,
  recorded: Recorded,
  situation: Situation & { since: number },
  sides: Sides,
  fronts: readonly Front[],
): Promise<void> {
  const { green } = sides;
  await proveSwitched(run, recorded, situation, sides, fronts);
  run.known.visitors = `${liveUrl(situation)} is served by ${sideText(green)} (revision ${green.revision}), ${assurance(run.known.outputs.proof)}.`;
  await bakeLive(run, recorded, situation, sides, fronts);
  await followInside(run, situation, sides.blue, green, recorded.release.plain);
  await dropPreview(run, recorded, situation);
  await lookAtHeld(run, situation, green, { since: situation.since, config: recorded.config });
  if (recorded.config.proof !== 'off') run.known.outputs.state = 'live';
  if (hasHooks(recorded)) await runHooks(run, 'post-promote', green.revision);
  const { previousRevision } = run.known.outputs;
  const back =
    previousRevision === ''
      ? 'No earlier version is known, so there is nothing to go back to.'
      : `Previous: ${previousRevision}, still running; mode rollback goes back to it.`;
  run.report.verdict(`Live: ${run.known.visitors} ${back}`);
}

async function proveSwitched(
  run: Run,
  recorded: Recorded,
  situation: Situation & { since: number },
  sides: Sides,
  fronts: readonly Front[],
): Promise<void> {
  if (recorded.config.proof === 'off') return;
  const { revision } = sides.green;
  const { witness } = sides.told;
  const { since, dialect } = situation;
  const awaited = { revision, witness, since, settle: settleOf(recorded.config, dialect) };
  const result = await proveLive(run, recorded.config, fronts, awaited);
  if (result.verdict === 'proven') return;
  const what = `The route names ${sideText(sides.green)}, but the live URLs do not answer from it: ${result.complaint ?? 'no answer'} (${proofText(result, sides.green.revision)})`;
  await endFailed(run, recorded, { verdict: result.verdict, what, situation, ...sides }, fronts);
}

/** The checks against the live URLs for a while, with an error budget, before the release counts as done. */
async function bakeLive(
  run: Run,
  recorded: Recorded,
  situation: Situation,
  sides: Sides,
  fronts: readonly Front[],
): Promise<void> {
  const { config, release } = recorded;
  if (config.bake === undefined) return;
  const settings = config.bake;
  run.report.stage('Bake');
  run.report.line(
    `Baking for ${formatDuration(settings.for)}: every check at the live URLs each ${formatDuration(settings.every)}`,
  );
  const { witness } = sides.told;
  const request = { fronts, revision: release.revision, config, witness, end: run.deadline - RESERVE };
  const result = await bake(settings, request, run.waiting);
  const silence = result.silent === 0 ? '' : `; ${result.silent} brought no answer`;
  const counts = `${result.failed} of ${counted(result.asked, 'check')} failed, with ${result.allowed} allowed${silence}`;
  if (result.verdict !== 'proven') {
    const why =
      result.verdict === 'blind' ? 'The live URLs cannot be seen any more' : 'Green does badly at the live URLs';
    const what = `${why}: ${counts}; last: ${result.complaint ?? 'no answer'}`;
    await endFailed(run, recorded, { verdict: result.verdict, what, situation, ...sides }, fronts);
  }
  if (!result.whole) throw cutShort(settings, counts);
  run.report.line(`Baked: ${counts}`);
}

/** What is left of the timeout is kept for a way back, and nothing asked for one. */
function cutShort(settings: Bake, counts: string): GreenpathError {
  return new GreenpathError(
    'timeout',
    `the timeout of this step ended the bake before ${formatDuration(settings.for)} were over, with nothing wrong until then (${counts})`,
    'Run promote again with a longer timeout: it proves the switch and bakes anew. rollback takes it back.',
  );
}

/** How sure that is, for the sentence about where visitors are. */
export function assurance(proof: Outputs['proof']): string {
  if (proof === '') return 'and nobody looked whether it answers (proof: off)';
  return proof === 'none' ? 'as far as the status of answers can tell' : `proven by answers (${proof})`;
}

/**
 * The preview of this revision goes, and record and annotations say what was reached; the annotations last, so that a run
 * which is cut off on the way is gone on from. In the classic form the preview's paths go in those same patches.
 */
async function dropPreview(run: Run, recorded: Recorded, situation: Situation): Promise<void> {
  const { config, release } = recorded;
  run.report.stage('Notes');
  const isOwn = leadsToOne(release.twins.map((twin) => twin.service));
  const removed = await removePreviews(run, situation, (own) => rulesOf(own).every(isOwn));
  await note(run, recorded, config.proof === 'off' ? 'switched' : 'proven');
  for (const { ingress, preview, phase } of situation.routes) {
    if (phase === undefined) continue;
    const after = { ...phase, phase: endOf(config) };
    const change = await patchRoute(
      run,
      ingress,
      provenPatch(ingress, run.inputs.app, preview.filter(isOwn), after),
      false,
    );
    if (change !== undefined) noteWrite(run, change);
  }
  if (!removed && !situation.preview.some(isOwn)) return;
  run.report.serves({ preview: undefined });
  run.report.line(`Preview below ${config.preview.path} dropped; parking stays`);
}
