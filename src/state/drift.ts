import { driftError, repairStep } from '../core/release/followers.ts';
import type { Situation } from './app-state.ts';
import type { Run } from './run.ts';

/** Says what drifted inside, where that does not keep the mode from working, and how it is repaired. */
export function tellDrift(run: Run, { drifted, revision }: Situation): void {
  for (const { text } of drifted) run.report.warning(`${text}. ${repairStep(revision ?? '')}`);
}

/** The same in a mode that repairs it: what is inside follows the version that is live at its end. */
export function tellRepair(run: Run, { drifted }: Situation): void {
  for (const { text } of drifted) run.report.warning(`${text}. This step repairs it`);
}

/** `deploy-green` and `retire` refuse: callers inside could reach new pods, or still reach those that would go. */
export function refuseDrift({ drifted, revision }: Situation): void {
  const [first, ...rest] = drifted;
  if (first !== undefined) throw driftError([first, ...rest], revision ?? '');
}
