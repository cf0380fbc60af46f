import { namesText } from '../core/kube/revision-services.ts';
import { servicesOf } from '../core/release/live.ts';
import { previousOf } from '../core/release/previous-revision.ts';
import type { Situation } from './app-state.ts';
import { liveUrl } from './endpoints.ts';
import type { Mode } from './inputs.ts';
import type { Run } from './run.ts';

/** The modes for which the live revision is the previous one: they move visitors off it, or prepare that. */
const LIVE_IS_PREVIOUS: readonly Mode[] = ['deploy-green', 'verify', 'promote', 'release', 'rollback'];

/** What the routes say now; before this run moved anybody, it is also what there was before. */
export function noteLive(run: Run, situation: Situation): void {
  const { outputs } = run.known;
  const url = liveUrl(situation);
  const untouched = outputs.state === 'unchanged' || outputs.state === 'candidate' || outputs.state === 'verified';
  const tail = untouched ? '; this run has not changed that.' : ', as the route says now.';
  run.known.visitors = `${url} is served by ${liveText(situation)}${tail}`;
  outputs.liveUrl = url;
  if (!untouched) return;
  outputs.previousRevision = LIVE_IS_PREVIOUS.includes(run.inputs.mode)
    ? (situation.revision ?? '')
    : previousOf(situation);
}

function liveText({ routes, rules, revision, halfway }: Situation): string {
  const [missing] = routes.filter((route) => !route.exists);
  if (missing !== undefined) return `nobody: Ingress ${missing.ingress.metadata.name} does not exist yet`;
  const services = namesText(servicesOf(rules));
  if (halfway === undefined) return `${services} (revision ${revision ?? 'unknown'})`;
  return `${services}: an earlier run switched only some of the routes from ${revision ?? 'unknown'} to ${halfway}`;
}

/** Whether an earlier run switched the routes to this run's revision and did not live to prove it. */
export function isUnproven(run: Run, { switchNote }: Situation): boolean {
  return switchNote?.phase === 'switched' && switchNote.live === run.inputs.revision;
}

/** Notes for the outputs that the routes name the revision of this run already; whether a proof is outstanding. */
export function noteStanding(run: Run, situation: Situation): boolean {
  const unproven = isUnproven(run, situation);
  run.known.outputs.previousRevision = previousOf(situation);
  run.known.outputs.state = unproven ? 'switched' : 'live';
  return unproven;
}

/** The routes name the revision of this run already: says so, and whether a proof is outstanding. */
export function tellLive(run: Run, situation: Situation): void {
  const { revision } = run.inputs;
  run.report.verdict(
    noteStanding(run, situation)
      ? `Visitors were switched to revision ${revision}, and that is not proven; promote finishes it.`
      : `Revision ${revision} is live already: nothing to do.`,
  );
}
