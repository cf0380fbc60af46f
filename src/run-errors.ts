import { formatDuration } from './core/base/duration.ts';
import { GreenpathError, messageOf } from './core/base/error.ts';
import type { Inputs } from './state/inputs.ts';

/** The step's timeout is over. */
export function timeoutError({ mode, timeout }: Inputs): GreenpathError {
  return new GreenpathError(
    'timeout',
    `${mode} was not done within ${formatDuration(timeout)}`,
    'The last lines above say what it waited for. Run the step again, or give it a longer timeout.',
  );
}

/** The runner asks the step to end. */
export function cancelledError(signal: NodeJS.Signals): GreenpathError {
  return new GreenpathError(
    'cancelled',
    `the run was cancelled (${signal})`,
    'Run the step again: it continues from the present state.',
  );
}

/** A rollback, `who`, asked for the lock. */
export function gaveWayError(mode: Inputs['mode'], who: string): GreenpathError {
  return new GreenpathError(
    'gave-way',
    `${who} needs the lock to switch visitors back, so this ${mode} stopped waiting and ended`,
    `Check where that run left the visitors, then run ${mode} again if you still want it: it continues from the present state.`,
  );
}

/** Turns anything that was thrown into an error for people. */
export function toGreenpathError(error: unknown): GreenpathError {
  if (error instanceof GreenpathError) return error;
  const detail = error instanceof Error && error.stack ? `\n${error.stack}` : '';
  return new GreenpathError(
    'internal',
    `Greenpath failed because of a defect: ${messageOf(error)}${detail}`,
    'Check where visitors are, then report this with the log.',
    { cause: error },
  );
}
