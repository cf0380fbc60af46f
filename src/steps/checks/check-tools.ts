import type { CheckPoint } from '../../checks/check.ts';
import { checksAt } from '../../checks/registry.ts';
import type { CheckTools } from '../../checks/tools.ts';
import type { Config } from '../../core/base/config.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { CLOCK } from '../../process/clock.ts';
import type { Run } from '../../state/run.ts';
import { secretsFor } from '../../state/secrets.ts';
import { runCheckJob } from '../jobs/check-jobs.ts';

/** What the checks of a run are made with; `mixesLines`: several may write to the log at once. */
export function checkTools(run: Run, { mixesLines = false } = {}): CheckTools {
  const { inputs, report } = run;
  const step = {
    environment: process.env,
    hasConfig: inputs.configGiven,
    mixesLines,
    say: (text: string) => report.line(text),
  };
  return { clock: CLOCK, secrets: secretsFor(run), step, runJob: (job, signal) => runCheckJob(run, job, signal) };
}

/** Throws `input` if a check of these points needs what this step does not have. */
export function refuseLacking(run: Run, config: Config, points: readonly CheckPoint[]): void {
  const tools = checkTools(run);
  const lacking = points
    .flatMap((point) => checksAt(point, config, tools))
    .flatMap(({ name, lacks }) => (lacks === undefined ? [] : [`${name}: ${lacks}`]));
  if (lacking.length === 0) return;
  throw new GreenpathError(
    'input',
    `this step lacks what a check needs: ${[...new Set(lacking)].join('; ')}`,
    'Give the step what is missing and run it again.',
  );
}
