import { driftError, repairStep } from '../core/release/followers.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** Reports drift that does not stop the mode, and how to repair it. */
export function tellDrift(run: Run, { drifted, revision }: Situation): void {
  for (const { text } of drifted) run.report.warning(`${text}. ${repairStep(revision ?? '')}`);
}

/** The same for a mode that repairs it: at its end everything follows the live version. */
export function tellRepair(run: Run, { drifted }: Situation): void {
  for (const { text } of drifted) run.report.warning(`${text}. This step repairs it`);
}

/**
 * `deploy-green` and `retire` refuse: callers inside the cluster could reach new pods, or still reach those about to be
 * removed.
 */
export function refuseDrift({ drifted, revision }: Situation): void {
  const [first, ...rest] = drifted;
  if (first !== undefined) throw driftError([first, ...rest], revision ?? '');
}
