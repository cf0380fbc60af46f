import type { Bake } from '../core/base/config.ts';
import { bakeLimits } from '../core/checks/bake-verdict.ts';
import { follow } from '../proof/followed-endpoints.ts';
import { type BakeRequest, type BakeResult, bakeSeries, type Series } from './bake-series.ts';
import { BakeTargets } from './bake-targets.ts';
import type { BakePace, Check } from './check.ts';

/**
 * Attempts every check against all its targets, each `every` milliseconds for as long as `for` says, whether or not earlier
 * attempts have ended; those that are under way at the end keep their own timeout. Checks with a pace of their own are
 * attempted by that, each by itself. Ends early when more attempts failed than the budget, a share of all that are
 * planned, allows at all places or at one of them, or at the first failure of a check with a pace of its own.
 */
export async function bake(settings: Bake, request: BakeRequest, signal: AbortSignal): Promise<BakeResult> {
  const decided = new AbortController();
  const until = AbortSignal.any([signal, decided.signal]);
  const running = allSeries(settings, request).map(async (series) => {
    const result = await bakeSeries(series, request, until).catch((error: unknown) => {
      if (signal.aborted || !decided.signal.aborted) throw error;
    });
    if (result !== undefined && result.verdict !== 'proven' && result.verdict !== 'blind') decided.abort();
    return result;
  });
  const ended = await besideLookUps(() => Promise.allSettled(running), request, signal);
  signal.throwIfAborted();
  return together(
    ended.flatMap((one) => {
      if (one.status === 'rejected') throw one.reason;
      return one.value ?? [];
    }),
  );
}

/** Follows DNS while `work` runs, so that a look-up that takes long delays no round. */
async function besideLookUps<T>(
  work: () => Promise<T>,
  { subject, clock }: BakeRequest,
  signal: AbortSignal,
): Promise<T> {
  const done = new AbortController();
  const until = AbortSignal.any([signal, done.signal]);
  const following = follow(subject.endpoints, () => undefined, until, clock).catch((error: unknown) => {
    if (!until.aborted) throw error;
  });
  const [result] = await Promise.all([work().finally(() => done.abort()), following]);
  return result;
}

/** How long a bake with these checks may take, in milliseconds. */
export function longestBake(settings: Pick<Bake, 'for'>, checks: readonly Pick<Check, 'pace'>[]): number {
  return settings.for + Math.max(0, ...checks.map(({ pace }) => pace?.timeout ?? 0));
}

/** The share of a bake in which a check may bring nothing from which anything can be said. */
const LONGEST_SILENCE = 0.25;

/** The checks without a pace of their own together, and each other by itself. */
function allSeries(settings: Bake, { checks, subject, clock }: BakeRequest): Series[] {
  const targetsOf = (some: readonly Check[]) => new BakeTargets(some, subject, clock.now());
  const targets = targetsOf(checks.filter((check) => check.pace === undefined));
  const { for: length, every, errors } = settings;
  const rounds = Math.max(1, Math.floor(length / every));
  const times = Array.from({ length: rounds }, (_, round) => round * every);
  const leastPatience = length * LONGEST_SILENCE;
  const paced = checks.flatMap((check) => {
    if (check.pace === undefined) return [];
    const limits = { all: 0, each: 0, inRow: 0, patience: Math.min(check.pace.patience, leastPatience) };
    const own = { targets: targetsOf([check]), times: timesOf(check.pace, length) };
    return [{ ...own, length, limits: () => limits, overlaps: false }];
  });
  const limits = (planned: number) => bakeLimits(errors, { planned, rounds, every, leastPatience });
  const usual = { targets, times, length, limits, overlaps: true };
  return targets.now.length === 0 && paced.length > 0 ? paced : [usual, ...paced];
}

/** The times of a pace in a bake, with one at its end. */
function timesOf({ first, every }: BakePace, length: number): number[] {
  const times: number[] = [];
  for (let time = Math.min(first, length); time < length; time += every) times.push(time);
  return [...times, length];
}

/** What all series make together: the first that decided says how it went. */
function together(results: readonly BakeResult[]): BakeResult {
  const decided = (['bad', 'lagging', 'blind'] as const).flatMap((verdict) =>
    results.filter((one) => one.verdict === verdict),
  );
  const [first] = [...decided, ...results];
  if (first === undefined) throw new Error('a bake without checks');
  const sum = (of: 'attempts' | 'failed' | 'silent' | 'busy') => results.reduce((all, one) => all + one[of], 0);
  const whole = results.every((one) => one.whole);
  if (whole && sum('attempts') === 0) return { ...first, verdict: 'blind', complaints: ['nothing was checked'] };
  const alike = results.filter(({ verdict }) => verdict === first.verdict);
  return {
    ...first,
    attempts: sum('attempts'),
    failed: sum('failed'),
    silent: sum('silent'),
    busy: sum('busy'),
    whole,
    complaints: alike.flatMap(({ complaints }) => complaints),
    failures: alike.flatMap(({ failures }) => failures),
  };
}
