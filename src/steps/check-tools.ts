import type { CheckTools } from '../checks/check.ts';
import { CLOCK } from '../process/clock.ts';
import type { Run } from '../state/run.ts';

/** What the checks of a run are made with. Nothing of it depends on the run as long as no kind asks the cluster. */
export function checkTools(_run: Run): CheckTools {
  return { clock: CLOCK };
}
