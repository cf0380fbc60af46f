import { namesText } from '../core/kube/revision-services.ts';
import { previousOf } from '../core/release/previous-revision.ts';
import { routeText, servicesOf } from '../core/release/route.ts';
import { isUnproven } from '../core/release/switch-note.ts';
import { liveUrl } from './endpoints.ts';
import type { Mode } from './modes.ts';
import type { Outcome } from './outcome.ts';
import { sceneOf } from './preview-state.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** The modes for which the live revision is the previous one: they move visitors off it, or prepare that. */
const LIVE_IS_PREVIOUS: readonly Mode[] = ['deploy-green', 'verify', 'promote', 'release', 'rollback'];

/**
 * Observes where the routes send visitors. Until this run has `moved` anybody, this is also the state before it: the
 * previous revision follows from it.
 */
export function observeLive(run: Run, situation: Situation, { moved }: { readonly moved: boolean }): Outcome {
  const url = liveUrl(situation);
  run.report.scene(sceneOf(situation, url));
  const visitors = `${url} is served by ${liveText(situation)}`;
  if (moved) return run.observe({ liveUrl: url, visitors: `${visitors}, as the route says now.` });
  return run.observe({
    liveUrl: url,
    visitors: `${visitors}; this run has not changed that.`,
    previousRevision: LIVE_IS_PREVIOUS.includes(run.inputs.mode) ? (situation.revision ?? '') : previousOf(situation),
  });
}

function liveText({ routes, rules, revision, halfway }: Situation): string {
  const [missing] = routes.filter((route) => !route.exists);
  if (missing !== undefined) return `nobody: ${routeText(missing.ref)} does not exist yet`;
  const services = namesText(servicesOf(rules));
  if (halfway === undefined) return `${services} (revision ${revision ?? 'unknown'})`;
  return `${services}: an earlier run switched only some of the routes from ${revision ?? 'unknown'} to ${halfway}`;
}

/** Observes that the routes name the revision of this run already: `switched` if a proof is outstanding, else `live`. */
export function observeStanding(run: Run, situation: Situation): Outcome {
  const state = isUnproven(situation.switchNote, run.inputs.revision) ? 'switched' : 'live';
  return run.observe({ state, previousRevision: previousOf(situation) });
}

/** The same, and reports it. */
export function tellLive(run: Run, situation: Situation): Outcome {
  const { revision } = run.inputs;
  const outcome = observeStanding(run, situation);
  run.report.verdict(
    outcome.state === 'switched'
      ? `Visitors were switched to revision ${revision}, and that is not proven; promote finishes it.`
      : `Revision ${revision} is live already: nothing to do.`,
  );
  return outcome;
}
