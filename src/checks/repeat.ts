import type { Clock } from '../core/base/clock.ts';
import type { Config } from '../core/base/config.ts';
import type { CheckResult } from '../core/checks/check-result.ts';
import { pauseAfterFailure } from '../core/checks/pace.ts';
import { attemptAt, type Check, type CheckTarget, type Subject } from './check.ts';

/** The result of a check after all its attempts. */
export interface Repeated {
  readonly result: CheckResult;
  /** What most likely causes its failure, if that is known: a part of a sentence. */
  readonly cause: string | undefined;
}

/**
 * Attempts a check against all its targets until it passed `passes` times in a row, or `within` is over. A failure
 * restarts the count, after a pause that doubles each time. A check that is not repeatable has one attempt. Rejects only
 * when `signal` aborts.
 */
export async function repeat(
  check: Check,
  subject: Subject,
  { passes, interval, within }: Config['verify'],
  clock: Clock,
  signal: AbortSignal,
): Promise<Repeated> {
  const { name, kind, repeatable } = check;
  const targets = check.targets(subject);
  const deadline = clock.now() + within;
  const common = { name, kind, where: targets[0]?.where ?? '' };
  if (targets.length === 0) return failed({ ...common, attempts: 0 }, 'there is nothing to run it against');
  let [inRow, failures, attempts] = [0, 0, 0];
  let slowest: number | undefined;
  for (;;) {
    const round = await Promise.all(
      targets.map(async (target) => ({ target, ...(await attemptAt(target, clock, signal)) })),
    );
    const failure = round.find((one) => !one.passed);
    attempts += round.length;
    inRow = failure === undefined ? inRow + 1 : 0;
    failures += failure === undefined ? 0 : 1;
    slowest = failure === undefined ? Math.max(slowest ?? 0, ...round.map(({ ms }) => ms)) : undefined;
    const counts = { ...common, attempts, ...(slowest !== undefined && { slowestMs: Math.round(slowest) }) };
    if (inRow >= (repeatable ? passes : 1))
      return { result: { ...counts, passed: true, failure: '' }, cause: undefined };
    const pause = failure === undefined ? interval : pauseAfterFailure(interval, failures);
    if (!repeatable || clock.now() + pause >= deadline) {
      if (failure === undefined) return failed(counts, 'it passed too few times in a row');
      const { target, reason, cause } = failure;
      return failed({ ...counts, where: target.where }, `${reason}${throughText(target, targets)}`, cause);
    }
    await clock.pause(pause, signal);
  }
}

/** The address of a target, where several are attempted at the same place. */
function throughText({ where, through }: CheckTarget, all: readonly CheckTarget[]): string {
  const isOneOf = all.filter((target) => target.where === where).length > 1;
  return isOneOf && through !== undefined ? ` (through ${through})` : '';
}

function failed(counts: Omit<CheckResult, 'passed' | 'failure'>, failure: string, cause?: string): Repeated {
  return { result: { ...counts, passed: false, failure }, cause };
}
