import { bake } from '../checks/bake.ts';
import { checksAt } from '../checks/registry.ts';
import type { Bake } from '../core/base/config.ts';
import { formatDuration } from '../core/base/duration.ts';
import { GreenpathError } from '../core/base/error.ts';
import { counted } from '../core/base/plural.ts';
import { type RevisionServices, servicesText } from '../core/kube/revision-services.ts';
import { leadsToOne } from '../core/release/route.ts';
import { endOf, type SwitchNote } from '../core/release/switch-note.ts';
import { CLOCK } from '../process/clock.ts';
import type { Endpoint } from '../proof/probe.ts';
import { proofText } from '../proof/proof-text.ts';
import { provenPatch } from '../routes/patch.ts';
import type { Situation } from '../state/app-state.ts';
import { liveUrl } from '../state/endpoints.ts';
import type { Outcome, Proof } from '../state/outcome.ts';
import { note, type ReleaseRecord } from '../state/records.ts';
import { settleTimeOf } from '../state/routers.ts';
import { noteWrite, type Run } from '../state/run.ts';
import type { ComparedVersions } from './before-switch.ts';
import { followInside } from './followers.ts';
import { hasHooks, runHooks } from './hooks.ts';
import { patchRoute, removePreviews } from './own-routes.ts';
import { lookAtHeld } from './parking-look.ts';
import { endFailed } from './restore.ts';
import { CHECK_TOOLS } from './run-checks.ts';
import { proveLive, RESERVE } from './switch.ts';

/**
 * The two sides of a promotion; blue's revision is empty if it is not known. `before` is the annotation before the
 * switch.
 */
export interface SwitchedSides {
  readonly green: RevisionServices;
  readonly blue: RevisionServices;
  readonly before: SwitchNote | undefined;
  readonly compared: ComparedVersions;
}

/**
 * What follows the switch: proof and bake at the live URLs; then the preview is dropped and the release is recorded as
 * done. If visitors do not get what they should, `endFailed` decides where they end.
 */
export async function completePromotion(
  run: Run,
  releaseRecord: ReleaseRecord,
  situation: Situation & { since: number },
  sides: SwitchedSides,
  endpoints: readonly Endpoint[],
): Promise<Outcome> {
  const { green } = sides;
  const proof = await proveSwitched(run, releaseRecord, situation, sides, endpoints);
  run.observe({ visitors: servedBy(situation, green, proof) });
  await bakeLive(run, releaseRecord, situation, sides, endpoints);
  await followInside(run, situation, { from: sides.blue, to: green, create: releaseRecord.release.plain });
  await dropPreview(run, releaseRecord, situation);
  await lookAtHeld(run, situation, green, { since: situation.since, config: releaseRecord.config });
  const outcome = run.observe(releaseRecord.config.proof === 'off' ? {} : { state: 'live' });
  if (hasHooks(releaseRecord)) await runHooks(run, 'post-promote', green.revision);
  const { previousRevision } = outcome;
  const back =
    previousRevision === ''
      ? 'No earlier version is known, so there is nothing to roll back to.'
      : `Previous: ${previousRevision}, still running; mode rollback switches back to it.`;
  run.report.verdict(`Live: ${outcome.visitors} ${back}`);
  return outcome;
}

async function proveSwitched(
  run: Run,
  releaseRecord: ReleaseRecord,
  situation: Situation & { since: number },
  sides: SwitchedSides,
  endpoints: readonly Endpoint[],
): Promise<Proof> {
  if (releaseRecord.config.proof === 'off') return '';
  const { revision } = sides.green;
  const { versionProbe } = sides.compared;
  const settleTime = settleTimeOf(releaseRecord.config, situation);
  const awaited = { revision, versionProbe, since: situation.since, settleTime };
  const result = await proveLive(run, releaseRecord.config, endpoints, awaited);
  if (result.verdict === 'proven') return result.proof;
  const what = `The route names ${servicesText(sides.green)}, but the live URLs do not answer from it: ${result.complaint ?? 'no answer'} (${proofText(result, sides.green.revision)})`;
  return endFailed(run, releaseRecord, { verdict: result.verdict, what, situation, ...sides }, endpoints);
}

/** Runs the checks against the live URLs for a while, with an error budget, before the release counts as done. */
async function bakeLive(
  run: Run,
  releaseRecord: ReleaseRecord,
  situation: Situation,
  sides: SwitchedSides,
  endpoints: readonly Endpoint[],
): Promise<void> {
  const { config, release } = releaseRecord;
  if (config.bake === undefined) return;
  const settings = config.bake;
  run.report.stage('Bake');
  run.report.line(
    `Baking for ${formatDuration(settings.for)}: every check at the live URLs once per ${formatDuration(settings.every)}`,
  );
  const { versionProbe } = sides.compared;
  const { identity } = config;
  const request = {
    checks: checksAt('bake', config, CHECK_TOOLS),
    subject: { endpoints, prefix: '', revision: release.revision, identity, versionProbe },
    clock: CLOCK,
    end: run.deadline - RESERVE,
  };
  const result = await bake(settings, request, run.waiting);
  const silence = result.silent === 0 ? '' : `; ${result.silent} got no answer`;
  const counts = `${result.failed} of ${counted(result.attempts, 'check')} failed, with ${result.allowed} allowed${silence}`;
  if (result.verdict !== 'proven') {
    const why =
      result.verdict === 'blind' ? 'The live URLs can no longer be reached' : 'Green answers badly at the live URLs';
    const what = `${why}: ${counts}; last: ${result.complaint ?? 'no answer'}`;
    await endFailed(run, releaseRecord, { verdict: result.verdict, what, situation, ...sides }, endpoints);
  }
  if (!result.whole) throw cutShort(settings, counts);
  run.report.line(`Baked: ${counts}`);
}

/** The rest of the timeout is kept for a switch back, and nothing required one. */
function cutShort(settings: Bake, counts: string): GreenpathError {
  return new GreenpathError(
    'timeout',
    `the timeout of this step ended the bake before its ${formatDuration(settings.for)} were over; nothing was wrong until then (${counts})`,
    'Run promote again with a longer timeout: it proves the switch and bakes again. rollback reverts it.',
  );
}

/** Where visitors are after a switch to `side`, and how certain that is. */
export function servedBy(situation: Situation, side: RevisionServices, proof: Proof): string {
  return `${liveUrl(situation)} is served by ${servicesText(side)} (revision ${side.revision}), ${assurance(proof)}.`;
}

/** How certain that is, for the sentence about where visitors are. */
export function assurance(proof: Proof): string {
  if (proof === '') return 'and it was not checked whether it answers (proof: off)';
  return proof === 'none' ? 'as far as the status of answers can tell' : `proven by answers (${proof})`;
}

/**
 * Drops the preview of this revision, and notes in record and annotations what was reached. The annotations are written
 * last, so that an interrupted run can be resumed. In the classic form the same patches drop the preview's paths.
 */
async function dropPreview(run: Run, releaseRecord: ReleaseRecord, situation: Situation): Promise<void> {
  const { config, release } = releaseRecord;
  run.report.stage('Notes');
  const isOwn = leadsToOne(release.counterparts.map((counterpart) => counterpart.service));
  const removed = await removePreviews(run, situation, ({ paths }) => paths.every(isOwn));
  await note(run, releaseRecord, config.proof === 'off' ? 'switched' : 'proven');
  for (const route of situation.routes) {
    const { preview, switchNote } = route;
    if (switchNote === undefined) continue;
    const after = { ...switchNote, phase: endOf(config) };
    const change = await patchRoute(run.api, route, provenPatch(route, run.inputs.app, preview.filter(isOwn), after));
    if (change !== undefined) noteWrite(run, change);
  }
  if (!removed && !situation.preview.some(isOwn)) return;
  run.report.serves({ preview: undefined });
  run.report.line(`Preview below ${config.preview.path} dropped; parking stays`);
}
