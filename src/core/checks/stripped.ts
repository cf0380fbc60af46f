import { type Answered, isSuccess } from './expect.ts';

/**
 * Whether the answer at a path shows that the application got this path, compared with one `beside` it that nobody can
 * guess. An application that answers every path with one page shows nothing, nor does one that is overloaded.
 */
export function showsItsPath(at: Answered, beside: Answered): boolean {
  if (!isSuccess(at.status) || beside.status === 429 || beside.status >= 500) return false;
  return at.status !== beside.status || mediaType(at) !== mediaType(beside);
}

function mediaType({ headers }: Answered): string {
  return `${headers['content-type']}`.replace(/;.*/, '').trim().toLowerCase();
}
