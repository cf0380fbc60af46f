import type { CheckTools } from '../checks/check.ts';
import { CLOCK } from '../process/clock.ts';
import type { Run } from '../state/run.ts';
import { secretsFor } from '../state/secrets.ts';

/** What the checks of a run are made with. */
export function checkTools({ report }: Pick<Run, 'report'>): CheckTools {
  return { clock: CLOCK, secrets: secretsFor(report) };
}
