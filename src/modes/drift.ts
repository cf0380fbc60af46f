import { driftError, repairStep } from '../core/inside.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/** Says what drifted inside, where that does not keep the mode from working. */
export function tellDrift(run: Run, { drifted, revision }: Situation): void {
  for (const { text } of drifted) run.report.warning(`${text}. ${repairStep(revision ?? '')}`);
}

/** `deploy-green` and `retire` refuse: callers inside could reach new pods, or still reach those that would go. */
export function refuseDrift({ drifted, revision }: Situation): void {
  const [first, ...rest] = drifted;
  if (first !== undefined) throw driftError([first, ...rest], revision ?? '');
}
