import type { Who } from '../core/checks/expect.ts';
import type { Verdict } from '../core/checks/verdict.ts';
import type { RefusedAt } from './refused.ts';

/** What was seen; `lastOther` is milliseconds from the change to the last answer that was not acceptable, if there was one. */
export interface ProofResult {
  readonly verdict: Verdict;
  /** All answers were fine, but what told the versions apart has changed meanwhile. */
  readonly faded: boolean;
  readonly asked: number;
  readonly seen: Readonly<Record<Who, number>>;
  readonly lastOther: number | undefined;
  /** The last answer that was not acceptable, for messages. */
  readonly complaint: string | undefined;
  /** A site that was refused over each of its ways at the end: what stands before the application keeps the run out. */
  readonly refused: RefusedAt | undefined;
}
