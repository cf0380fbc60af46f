import { bake } from '../../checks/bake.ts';
import { checksAt } from '../../checks/registry.ts';
import type { Bake, Config } from '../../core/base/config.ts';
import { bakeOf } from '../../core/base/config-rules.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { kindText } from '../../core/base/preview-kind.ts';
import { leadsToOne } from '../../core/release/route.ts';
import { endOf, firstMovedAt } from '../../core/release/switch-note.ts';
import { CLOCK } from '../../process/clock.ts';
import { provenPatch } from '../../routes/patch.ts';
import { liveUrl } from '../../state/endpoints.ts';
import type { Outcome, Proof } from '../../state/outcome.ts';
import { note, type ReleaseRecord } from '../../state/records.ts';
import { stackServices } from '../../state/role.ts';
import { noteWrite, ownTimeOf, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { BAKE_TELLS, BakeProgress, tellProgress } from '../checks/check-progress.ts';
import { checkTools } from '../checks/check-tools.ts';
import { checkedRelease } from '../checks/checked-release.ts';
import { hasJobs, runHooks } from '../jobs/hooks.ts';
import { patchRoute } from '../objects/patch-route.ts';
import { removePreviews } from '../own-routes/own-routes.ts';
import { parkJoined } from '../own-routes/parking.ts';
import { lookAtHeld } from '../own-routes/parking-look.ts';
import { followInside } from './followers.ts';
import type { SwitchedPromotion } from './promotion-run.ts';
import { endFailed } from './restore.ts';
import { proveLive, RESERVE } from './switch.ts';
import { bakeCounts, bakeFailed, notProven, servedBy } from './switch-texts.ts';

/**
 * What follows the switch: proof and bake at the live URLs; then the preview is dropped and the release is recorded as
 * done. If visitors do not get what they should, `endFailed` decides where they end.
 */
export async function completePromotion(promotion: SwitchedPromotion): Promise<Outcome> {
  const { run, releaseRecord, situation, green, blue, since } = promotion;
  const { config, release } = releaseRecord;
  const proof = await proveSwitched(promotion);
  run.observe({ visitors: servedBy(liveUrl(situation), green, proof) });
  await bakeLive(promotion);
  await followInside(run, situation, { from: blue, to: green, create: release.plain });
  await dropPreview(run, releaseRecord, situation);
  await lookAtHeld(run, situation, green, { since, config });
  const outcome = run.observe({ state: 'live' });
  if (hasJobs(releaseRecord)) await runHooks(run, 'post-promote', green.revision);
  const { previousRevision } = outcome;
  const back =
    previousRevision === ''
      ? 'No earlier version is known, so there is nothing to roll back to.'
      : `Previous: ${previousRevision}, still running; mode rollback switches back to it.`;
  run.report.verdict(`Live: ${outcome.visitors} ${back}`);
  return run.observe({});
}

async function proveSwitched(promotion: SwitchedPromotion): Promise<Proof> {
  const { run, releaseRecord, green, compared, since } = promotion;
  const { config } = releaseRecord;
  if (config.proof === 'off') return '';
  const awaited = { revision: green.revision, versionProbe: compared.versionProbe, since };
  const result = await proveLive(run, config, promotion, awaited);
  if (result.verdict === 'proven') return result.proof;
  return endFailed(promotion, { verdict: result.verdict, what: notProven(green, result), since });
}

/** Runs the checks for a while after the switch, with an error budget, before the release counts as done. */
async function bakeLive(promotion: SwitchedPromotion): Promise<void> {
  const { run, releaseRecord, situation, endpoints, compared, blue } = promotion;
  const { config, release } = releaseRecord;
  const settings = bakeOf(config);
  if (settings === undefined) return;
  run.report.stage('Bake');
  run.report.line(`Baking for ${formatDuration(settings.for)}: every check once per ${formatDuration(settings.every)}`);
  const { identity } = config;
  const { revision } = release;
  const seen = checkedRelease(situation, endpoints, { previous: blue.revision, since: movedSince(promotion) });
  const progress = new BakeProgress(settings.for, CLOCK);
  const request = {
    checks: checksAt('bake', config, checkTools(run, { mixesLines: true })).map((check) => progress.counting(check)),
    subject: { endpoints, revision, identity, versionProbe: compared.versionProbe, release: seen },
    clock: CLOCK,
    end: run.deadline - RESERVE,
  };
  const say = (line: string) => run.report.line(line);
  const result = await tellProgress(progress, say, () => bake(settings, request, run.waiting), BAKE_TELLS);
  const { verdict } = result;
  if (verdict !== 'proven') {
    run.report.explain({ checks: result.failures });
    const from = Math.min(...result.failures.map((failed) => failed.since), CLOCK.now());
    await endFailed(promotion, { verdict, what: bakeFailed({ ...result, verdict }), since: from });
  }
  const counts = bakeCounts(result);
  if (!result.whole) throw cutShort(settings, counts);
  run.report.line(`Baked: ${counts}`);
}

/**
 * Until when blue had all visitors, by `performance.now()`: an earlier run may have switched all routes, or some of them.
 */
function movedSince({ run, situation, green, since }: SwitchedPromotion): number {
  const notes = situation.routes.flatMap(({ switchNote }) => switchNote ?? []);
  const at = firstMovedAt(notes, green.revision);
  return at === undefined ? since : Math.min(since, ownTimeOf(run, at));
}

/**
 * Warns before the switch of a bake that would check nothing. A config that is given is refused for it; what an earlier
 * version recorded and verified must not be blocked.
 */
export function tellIdleBake(run: Run, config: Config): void {
  if (config.bake === undefined || bakeOf(config) !== undefined) return;
  run.report.warning(
    `No check runs in the bake of the recorded config, so there ${run.report.wording('is', 'would be')} none after the switch. If there should be one, add a check that runs in it, such as GET /healthz, and run deploy-green again before promote`,
  );
}

/** The rest of the timeout is kept for a switch back, and nothing required one. */
function cutShort(settings: Bake, counts: string): GreenpathError {
  return new GreenpathError(
    'timeout',
    `the timeout of this step ended the bake before its ${formatDuration(settings.for)} were over; nothing was wrong until then (${counts})`,
    'Run promote again with a longer timeout: it proves the switch and bakes again. rollback reverts it.',
  );
}

/**
 * Drops the preview of this revision, and notes in record and annotations what was reached. The annotations are written
 * last, so that an interrupted run can be resumed. In the classic form the same patches drop the preview's paths.
 */
async function dropPreview(run: Run, releaseRecord: ReleaseRecord, situation: Situation): Promise<void> {
  const { config, release } = releaseRecord;
  run.report.stage('Notes');
  const isOwn = leadsToOne(release.counterparts.map((counterpart) => counterpart.service));
  await parkJoined(run, situation, stackServices(release), config);
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
  run.report.line(`Preview ${kindText(situation.previewKind)} dropped; parking stays`);
}
