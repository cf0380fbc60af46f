import { ADOPTED } from '../../core/base/revision.ts';
import { type Answered, claims, saidBy } from '../../core/checks/expect.ts';
import type { Subject } from '../subject.ts';

/** What an answer says of its version that is not as it should be; `found`: the name that it gives. */
interface WrongName {
  readonly found: string | undefined;
  readonly text: string;
}

/** Why an answer is not of the revision that should answer, if answers say that in a header; undefined if it may be. */
export function wrongName({ identity, revision }: Subject, answer: Answered): WrongName | undefined {
  // What was there before Greenpath does not say who it is.
  if (identity === undefined || !('header' in identity) || revision === ADOPTED) return undefined;
  if (claims(identity, answer, revision)) return undefined;
  const found = saidBy(identity, answer);
  return { found, text: `not answered by ${revision}: header ${identity.header} is ${found ?? 'missing'}` };
}

/** Whether an answer says by itself that the revision which should answer gave it: the router names it on its own too. */
export function namesItself({ identity, revision }: Subject, answer: Answered): boolean {
  return identity !== undefined && !('router' in identity) && claims(identity, answer, revision);
}
