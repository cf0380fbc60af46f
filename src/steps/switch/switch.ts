import type { Config } from '../../core/base/config.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { counted } from '../../core/base/plural.ts';
import { certaintyText, FADED_WHO, HOST_WHO } from '../../core/checks/certainty.ts';
import type { VersionProbe } from '../../core/checks/version-probe.ts';
import { nameOf } from '../../core/kube/objects.ts';
import { namesText, type RevisionServices, servicesText } from '../../core/kube/revision-services.ts';
import { leadsToOne, sameAmong, servicesOf } from '../../core/release/route.ts';
import { markFor } from '../../core/release/router-mark.ts';
import type { SwitchNote } from '../../core/release/switch-note.ts';
import type { AnswerSeen } from '../../core/report/journal.ts';
import type { Endpoints } from '../../proof/followed-endpoints.ts';
import { prove } from '../../proof/proof.ts';
import type { ProofResult } from '../../proof/proof-result.ts';
import { proofText } from '../../proof/proof-text.ts';
import { watched } from '../../proof/watched.ts';
import { identityAdvice } from '../../routes/marking.ts';
import { annotatePatch, counterpartIn } from '../../routes/patch.ts';
import { liveUrl } from '../../state/endpoints.ts';
import type { LiveRoute } from '../../state/live-route.ts';
import type { Proof } from '../../state/outcome.ts';
import { ownPreviews } from '../../state/preview-state.ts';
import { groupsOf, longestSettleTimeOf, settleTimeOf } from '../../state/routers.ts';
import { isRefused, noteWrite, type Run, timeNow } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { patchRoute } from '../objects/patch-route.ts';
import { moveRoute, takenBack, writeRoute } from './move-route.ts';

/** A switch that the server accepted; `since` is `performance.now()` when its last patch was sent. */
export interface Switched {
  readonly routes: readonly LiveRoute[];
  readonly switchNote: SwitchNote;
  readonly since: number;
}

/**
 * Moves every live path of the app to its counterpart in `to`, with one guarded patch for each route, which also notes
 * it. A route that is already there stays unchanged; one that does not exist is created. If the server refuses one of
 * several, the others are reverted. Undefined after a dry run. Throws `route-changed` if a route differs from what was
 * read. If an answer is lost, the run reads again before it says who is live.
 */
export async function switchRoutes(
  run: Run,
  situation: Situation,
  to: RevisionServices,
  notes: Pick<SwitchNote, 'previous' | 'left' | 'rollback'>,
  config: Pick<Config, 'identity'>,
): Promise<Switched | undefined> {
  const switchNote: SwitchNote = { live: to.revision, ...notes, at: timeNow(run), run: run.url, phase: 'switched' };
  const pending = situation.routes.filter((route) => !route.exists || route.revision !== to.revision);
  for (const rule of situation.rules) counterpartIn(to, rule);
  refuseBesides(situation, to);
  const url = liveUrl(situation);
  const move = { to, switchNote, mark: markFor(config, to.revision), url };
  const served = { live: { url, service: servicesText(to), revision: to.revision } };
  const text = `${counted(sumOf(pending), 'path')} of ${pending.map(({ object }) => nameOf(object)).join(', ')} from ${namesText(servicesOf(pending.flatMap((route) => route.rules)))} to ${servicesText(to)}`;
  if (run.inputs.dryRun) {
    for (const route of pending) await writeRoute(run, route, move);
    run.report.serves(served);
    run.report.verdict(`Dry run: the server accepts the switch of ${text}; nothing was written.`);
    return undefined;
  }
  const moved: LiveRoute[] = [];
  let since = performance.now();
  for (const route of pending) {
    since = performance.now();
    try {
      const now = await moveRoute(run, route, move);
      moved.push({ ...route, ...now, exists: true, switchNote });
    } catch (error) {
      if (!isRefused(run, error) || moved.length === 0) throw error;
      throw await takenBack(run, situation, moved, config, error);
    }
  }
  run.report.serves(served);
  const visitors = `${url} was switched to ${servicesText(to)} (revision ${to.revision}), and that is not proven.`;
  run.observe({ state: 'switched', proof: '', visitors });
  run.report.look(to.revision, 'switch');
  const patches = pending.length === 1 ? 'in one patch' : `in ${counted(pending.length, 'patch')}, one for each route`;
  run.report.line(`Switched: ${text} ${patches} (${formatDuration(performance.now() - since)})`);
  const routes = situation.routes.map((route) => sameAmong(moved, route) ?? route);
  return { routes, since, switchNote };
}

/** Refuses a switch that the router would carry out wrongly while a preview shows its target. */
function refuseBesides(situation: Situation, to: RevisionServices): void {
  const shown = ownPreviews(situation).filter(({ paths }) => paths.some(leadsToOne(Object.values(to.services))));
  for (const { adapter, router, routes } of groupsOf(situation))
    router.refuseSwitch?.(
      routes,
      shown.filter((one) => one.adapter === adapter),
    );
}

function sumOf(routes: readonly LiveRoute[]): number {
  return routes.reduce((total, route) => total + route.rules.length, 0);
}

/**
 * Runs `work`, which switches, while the live URLs are requested: the summary shows what visitors got during the
 * switch.
 */
export function switchWatched(
  run: Run,
  config: Config,
  versionProbe: VersionProbe,
  endpoints: Endpoints,
  work: () => Promise<Switched | undefined>,
): Promise<Switched | undefined> {
  if (config.proof === 'off' || run.inputs.dryRun) return work();
  return watched({ endpoints, versionProbe, seen: (answer) => run.report.answer(answer) }, work, run.signal);
}

/** Whose answers at the live URLs are awaited, and since when: `performance.now()` when the switch was sent. */
export interface Awaited {
  readonly revision: string;
  readonly versionProbe: VersionProbe;
  readonly since: number;
  /** `Proof` if not set. */
  readonly title?: 'Proof of the switch back';
}

/** What was seen at the live URLs, and how certain it is who answers there; empty if it is not proven. */
export type Proven = ProofResult & { readonly proof: Proof };

/** Requests the live URLs until they answer from the new side, for at least the router's settling time. */
export async function proveLive(
  run: Run,
  config: Config,
  { situation, endpoints }: { readonly situation: Situation; readonly endpoints: Endpoints },
  { revision, versionProbe, since, title }: Awaited,
): Promise<Proven> {
  if (config.proof === 'off') throw new Error('no proof was asked for');
  const settleTime = (versionProbe.proof === 'none' ? longestSettleTimeOf : settleTimeOf)(config, situation);
  const { answers, within } = config.proof;
  const left = Math.max(settleTime, run.deadline - performance.now() - RESERVE);
  run.observe({ proof: '' });
  run.report.stage(title ?? 'Proof');
  run.report.look(revision, 'look');
  const seen = (answer: AnswerSeen) => run.report.answer(answer);
  const times = { since, least: settleTime, settleTime, within: Math.min(within, left), condemns: true };
  const result = await prove({ endpoints, versionProbe, answers, ...times, seen }, run.waiting);
  if (result.verdict !== 'proven') return { ...result, proof: '' };
  const proof = result.faded ? 'none' : versionProbe.proof;
  const fadedWho = versionProbe.mistakesBlue ? HOST_WHO : FADED_WHO;
  const certainty = result.faded ? fadedWho : versionProbe.certainty;
  run.observe({ proof, certainty });
  run.report.line(`Proven at the live URLs (${proof}): ${proofText(result, revision)}`);
  if (proof === 'none') {
    const advice = config.identity === undefined ? ` ${identityAdvice(situation.routes)}` : '';
    run.report.warning(`proof: none. ${certaintyText(certainty)}.${advice}`);
  } else run.report.line(certaintyText(certainty));
  return { ...result, proof };
}

/** How much of its timeout a step keeps for a switch back, in milliseconds. */
export const RESERVE = 15_000;

/** Notes a switch in the annotation of each route; throws `route-changed` if one was changed meanwhile. */
export async function noteSwitch(run: Run, routes: readonly LiveRoute[], switchNote: SwitchNote): Promise<void> {
  for (const route of routes) {
    const operations = annotatePatch(route.object, run.inputs.app, switchNote);
    const change = await patchRoute(run.api, route, operations, 'before it could be noted who is live');
    if (change !== undefined) noteWrite(run, change);
  }
}
