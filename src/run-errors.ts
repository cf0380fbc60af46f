import { formatDuration } from './core/base/duration.ts';
import { GreenpathError, messageOf } from './core/base/error.ts';
import type { Inputs } from './state/inputs.ts';

/** The step's timeout is over. */
export function timeoutError({ mode, timeout }: Inputs): GreenpathError {
  return new GreenpathError(
    'timeout',
    `${mode} was not done within ${formatDuration(timeout)}`,
    'Look at the last lines above for what it waited for; run the step again, or give it a longer timeout.',
  );
}

/** The runner wants the step to end. */
export function cancelledError(signal: NodeJS.Signals): GreenpathError {
  return new GreenpathError(
    'cancelled',
    `the run was cancelled (${signal})`,
    'Run the step again: it goes on from what is there.',
  );
}

/** A rollback, `who`, asked for the lock. */
export function gaveWayError(mode: Inputs['mode'], who: string): GreenpathError {
  return new GreenpathError(
    'gave-way',
    `${who} takes visitors back, so this ${mode} stopped waiting and ended, to let it go first`,
    `Look where that run left the visitors, and run ${mode} again if it is still wanted: it goes on from what is there.`,
  );
}

/** Whatever was thrown, as people are told it. */
export function toGreenpathError(error: unknown): GreenpathError {
  if (error instanceof GreenpathError) return error;
  const detail = error instanceof Error && error.stack ? `\n${error.stack}` : '';
  return new GreenpathError(
    'internal',
    `Greenpath failed in a way it should not: ${messageOf(error)}${detail}`,
    'Look at where visitors are, then report this with the log.',
    { cause: error },
  );
}
