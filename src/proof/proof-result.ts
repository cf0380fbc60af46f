import type { Who } from '../core/checks/expect.ts';
import type { Verdict } from '../core/checks/verdict.ts';
import type { RefusedAt } from './refused.ts';

/**
 * What was seen; `lastOther` is the time from the change to the last answer that was not acceptable, in milliseconds.
 */
export interface ProofResult {
  readonly verdict: Verdict;
  /** All answers were acceptable, but what distinguished the versions has changed meanwhile. */
  readonly faded: boolean;
  readonly asked: number;
  readonly seen: Readonly<Record<Who, number>>;
  readonly lastOther: number | undefined;
  /** The last answer that was not acceptable, for messages. */
  readonly complaint: string | undefined;
  /**
   * An endpoint whose host refused through all its endpoints at the end: something in front of the application keeps
   * the run out.
   */
  readonly refused: RefusedAt | undefined;
}
