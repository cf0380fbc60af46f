import { type ErrorCode, GreenpathError } from '../core/base/error.ts';

/** Which errors of a read mean that a run does without what it would have read. Any other ends the run. */

/** The Role does not allow it. */
export const isForbidden = having('forbidden');

/** The Role does not allow it, or it is not there: `route` is the code of a 404. */
export const isForbiddenOrAbsent = having('forbidden', 'route');

/** The same, or the server refuses it otherwise: with what belongs to the whole cluster, not every 403 is one of RBAC. */
export const isDenied = having('forbidden', 'route', 'refused-by-server');

/** For `catch`: undefined in place of such an error. */
export function undefinedIf(isFine: (error: unknown) => boolean): (error: unknown) => undefined {
  return (error) => {
    if (isFine(error)) return undefined;
    throw error;
  };
}

function having(...codes: readonly ErrorCode[]): (error: unknown) => error is GreenpathError {
  return (error): error is GreenpathError => error instanceof GreenpathError && codes.includes(error.code);
}
