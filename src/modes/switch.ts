import { type Witness, witnessOf } from '../checks/identity.ts';
import type { Front } from '../checks/probe.ts';
import { type ProofResult, proofText, prove, watched } from '../checks/proof.ts';
import type { Api } from '../cluster/api.ts';
import { KIND } from '../cluster/kinds.ts';
import type { Config } from '../core/config.ts';
import { diffOf } from '../core/diff.ts';
import { formatDuration } from '../core/duration.ts';
import { GreenpathError } from '../core/error.ts';
import type { AnswerSeen } from '../core/journal.ts';
import { type Ingress, nameOf } from '../core/objects.ts';
import { rulesOf } from '../core/rules.ts';
import { counted } from '../core/words.ts';
import { annotatePatch, type Phase, switchPatch } from '../routes/patch.ts';
import type { Recorded } from './release-record.ts';
import { noteWrite, type Run } from './run.ts';
import type { Situation } from './situation.ts';
import type { Side } from './strength.ts';

/** A switch that the server accepted; `since` is `performance.now()` when it was sent. */
export interface Switched {
  readonly route: Ingress;
  readonly phase: Phase;
  readonly since: number;
}

/**
 * Moves every live path of the app to `to` in one guarded patch that also notes it. Undefined after a dry run. Throws
 * `route-changed` if the route is not what was read; if the answer is lost, the run looks again before it says who is live.
 */
export async function switchRoute(
  run: Run,
  situation: Situation,
  to: Side,
  notes: Pick<Phase, 'previous' | 'left'>,
): Promise<Switched | undefined> {
  const { route, live } = situation;
  const { app, dryRun } = run.inputs;
  const phase: Phase = { live: to.revision, ...notes, at: new Date().toISOString(), run: run.url, phase: 'switched' };
  const since = performance.now();
  const target = { kind: KIND.Ingress, name: route.metadata.name };
  const before = run.known.visitors;
  if (!dryRun) {
    run.known.lookAgain = (api) => visitorsNow(run, api, live.rules[0].at, to);
    run.known.visitors = `the switch of ${run.known.outputs.liveUrl} to ${to.service} was sent and not confirmed; they are on ${live.service} or on it.`;
  }
  const answer = await run.api
    .patch<Ingress>(target, switchPatch(route, app, live, to.service, phase), dryRun)
    .catch((error: unknown) => {
      const refused = error instanceof GreenpathError && error.code !== 'unreachable' && !run.signal.aborted;
      if (refused) Object.assign(run.known, { visitors: before, lookAgain: undefined });
      throw error;
    });
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `Ingress ${route.metadata.name} no longer is what this run read, so the server refused the switch`,
      'Look who changes it (mode status names who wrote it last), then run the step again.',
    );
  }
  const moved = `${counted(live.rules.length, 'path')} of Ingress ${route.metadata.name} from ${live.service} to ${to.service}`;
  run.report.serves({ live: { url: run.known.outputs.liveUrl, ...to } });
  const change = { object: nameOf(route), action: 'change', diff: diffOf(route, answer) } as const;
  if (dryRun) {
    run.report.change(change, true);
    run.report.verdict(`Dry run: the server accepts the switch of ${moved}; nothing was written.`);
    return undefined;
  }
  run.known.lookAgain = undefined;
  noteWrite(run, change);
  run.known.outputs.state = 'switched';
  run.known.visitors = `${run.known.outputs.liveUrl} was switched to ${to.service} (revision ${to.revision}), and that is not proven.`;
  run.report.line(`Switched: ${moved} in one patch (${formatDuration(performance.now() - since)})`);
  return { route: answer, since, phase };
}

/** `work`, which switches, while the live URLs are looked at: the summary shows what visitors got over the switch. */
export function switchWatched(
  run: Run,
  config: Config,
  witness: Witness,
  fronts: readonly Front[],
  work: () => Promise<Switched | undefined>,
): Promise<Switched | undefined> {
  if (config.proof === 'off' || run.inputs.dryRun) return work();
  return watched({ fronts, witness, seen: (answer) => run.report.answer(answer) }, work, run.signal);
}

/** Asks the live URLs until they answer from the new side, for at least the router's settling time. */
export async function proveLive(
  run: Run,
  config: Config,
  witness: Witness,
  revision: string,
  fronts: readonly Front[],
  since: number,
  settleDefault: number,
): Promise<ProofResult> {
  if (config.proof === 'off') throw new Error('no proof was asked for');
  const { answers, settle = settleDefault, within } = config.proof;
  const left = Math.max(settle, run.deadline - performance.now() - RESERVE);
  run.report.stage('Proof');
  const seen = (answer: AnswerSeen) => run.report.answer(answer);
  const request = { fronts, prefix: '', witness, answers, since, settle, within: Math.min(within, left), seen };
  const result = await prove(request, run.signal);
  if (result.verdict === 'proven') {
    run.known.outputs.proof = witness.proof;
    run.report.line(`Proven at the live URLs (${witness.proof}): ${proofText(result, revision)}`);
  }
  if (result.verdict === 'proven' && witness.proof === 'none') {
    run.report.warning(
      'proof: none. Answers were 2xx all through the settling time, and nothing in them tells the versions apart; set identity in the config.',
    );
  }
  return result;
}

/** What a step keeps of its timeout for going back, in milliseconds. */
export const RESERVE = 15_000;

/** The best witness for a recorded revision. */
export function witnessFor({ config, release, stamp }: Recorded): Witness {
  return witnessOf(config, release.revision, stamp?.difference);
}

/** Notes `phase` in the annotation alone; throws `route-changed` if the route was changed meanwhile. */
export async function notePhase(run: Run, route: Ingress, phase: Phase): Promise<Ingress> {
  const target = { kind: KIND.Ingress, name: route.metadata.name };
  const answer = await run.api.patch<Ingress>(target, annotatePatch(route, run.inputs.app, phase), false);
  if (answer !== 'changed') {
    noteWrite(run, { object: nameOf(route), action: 'change', diff: diffOf(route, answer) });
    return answer;
  }
  throw new GreenpathError(
    'route-changed',
    `Ingress ${route.metadata.name} was changed by somebody else before it could be noted who is live`,
    'Run the step again to finish.',
  );
}

/** Where visitors are by a fresh look at the route, when the answer to a switch did not come. */
async function visitorsNow(run: Run, api: Api, at: { rule: number; path: number }, to: Side): Promise<string> {
  const route = await api.get<Ingress>({ kind: KIND.Ingress, name: run.inputs.route });
  const rule = route && rulesOf(route).find((one) => one.at.rule === at.rule && one.at.path === at.path);
  const service = rule?.service;
  if (service === to.service) Object.assign(run.known.outputs, { state: 'switched', changed: true });
  if (service === undefined) return `Ingress ${run.inputs.route} was read again, and its path is not there any more.`;
  return `Ingress ${run.inputs.route} was read again: it sends ${run.known.outputs.liveUrl} to ${service}; whether that answers was not proven.`;
}
