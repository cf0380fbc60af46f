import type { Clock } from '../core/base/clock.ts';
import type { Config } from '../core/base/config.ts';
import type { CheckResult } from '../core/checks/check-result.ts';
import type { FailedCheck } from '../core/checks/failed-check.ts';
import { pauseAfterFailure } from '../core/checks/pace.ts';
import { PassesInRow } from '../core/checks/passes-in-row.ts';
import { type Attempt, attemptAt, type Check, type CheckTarget, targetKey } from './check.ts';
import type { Subject } from './subject.ts';
import { Trail } from './trail.ts';

/** The result of a check after all its attempts. */
export interface Repeated {
  readonly result: CheckResult;
  /** What there is to say of its failure; undefined if it passed. */
  readonly failed?: FailedCheck | undefined;
  /** What its last attempt found, if it passed and says that. */
  readonly seen?: string | undefined;
}

/** How an attempt against a target ended. */
interface TargetAttempt {
  readonly target: CheckTarget;
  readonly attempt: Attempt;
}

/**
 * Attempts a check against all its targets until it passed `passes` times in a row, or `within` is over. A failure
 * restarts the count, after a pause that doubles each time, as often as the check bears it, unless it is final. A target
 * that appears gives its own whole count. Rejects only when `signal` aborts.
 */
export async function repeat(
  check: Check,
  subject: Subject,
  { passes, interval, within }: Omit<Config['verify'], 'parallel'>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Repeated> {
  const { name, kind } = check;
  const times = timesOf(check, passes);
  const start = clock.now();
  const deadline = start + within;
  const trail = new Trail(check, start);
  const inRow = new PassesInRow(times.passes);
  let [failures, attempts] = [0, 0];
  let slowest: number | undefined;
  for (;;) {
    await subject.endpoints.lookUp(signal);
    const targets = check.targets(subject);
    const [first] = targets;
    if (first === undefined) return failed({ name, kind, where: '', attempts }, trail.nowhere());
    const common = { name, kind, where: first.where };
    const made = clock.now();
    const round = await Promise.all(
      targets.map(async (target) => ({ target, attempt: await attemptAt(target, clock, signal) })),
    );
    for (const { target, attempt } of round) trail.note(target, made, attempt);
    const failure = failureIn(round);
    attempts += round.length;
    inRow.note(targets.map(targetKey), failure === undefined, clock.now());
    failures += failure === undefined ? 0 : 1;
    slowest = failure === undefined ? Math.max(slowest ?? 0, ...round.map(({ attempt }) => attempt.ms)) : undefined;
    const counts = { ...common, attempts, ...(slowest !== undefined && { slowestMs: Math.round(slowest) }) };
    if (inRow.isEnough(clock.now())) return passed(counts, round);
    const pause = failure === undefined ? interval : pauseAfterFailure(interval, failures);
    const isOver = failures > times.retries || failure?.isFinal === true;
    if (isOver || clock.now() + pause >= deadline) {
      if (failure === undefined) return failed(counts, trail.report(first, 'it passed too few times in a row'));
      const { target, reason } = failure;
      const report = trail.report(target, `${reason}${throughText(target, targets)}`);
      return failed({ ...counts, where: target.where }, report);
    }
    await clock.pause(pause, signal);
  }
}

/** The address of a target, where several are attempted at the same place. */
function throughText({ where, through }: CheckTarget, all: readonly CheckTarget[]): string {
  const isOneOf = all.filter((target) => target.where === where).length > 1;
  return isOneOf && through !== undefined ? ` (through ${through})` : '';
}

/** How often in a row a check has to pass, and how many failures before that it bears. */
export function timesOf(
  { passes, retries = Number.POSITIVE_INFINITY }: Pick<Check, 'passes' | 'retries'>,
  usual: number,
): { readonly passes: number; readonly retries: number } {
  return { passes: passes ?? usual, retries };
}

/** The first failure of a round, and where it was. */
function failureIn(round: readonly TargetAttempt[]) {
  return round.flatMap(({ target, attempt }) => (attempt.passed ? [] : [{ target, ...attempt }]))[0];
}

function passed(counts: Omit<CheckResult, 'passed' | 'failure'>, round: readonly TargetAttempt[]): Repeated {
  const [seen] = round.flatMap(({ attempt }) => (attempt.passed && attempt.seen !== undefined ? [attempt.seen] : []));
  return { result: { ...counts, passed: true, failure: '' }, seen };
}

function failed(counts: Omit<CheckResult, 'passed' | 'failure'>, report: FailedCheck): Repeated {
  return { result: { ...counts, passed: false, failure: report.reason }, failed: report };
}
