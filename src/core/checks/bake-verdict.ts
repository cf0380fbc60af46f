import { type AnswerKind, allowedFailures, judge, type Tally, type Verdict, worst } from './verdict.ts';

/** How many times its share of the failures one place may have, and how many it may have at least. */
const GATHERED = 10;
const FEW = 3;
/** Who is to blame where another than the awaited side answers. */
const OTHERS = ['blue', 'unknown'] as const;

/** What came of the attempts at one place of a bake: those of one check at one target. */
interface PlaceCounts {
  readonly tally: Tally;
  /** How many in a row brought nothing from which anything can be said, up to the last one. */
  readonly silence: number;
  /** For how long they did so at most before one brought something, in milliseconds. */
  readonly longestSilence: number;
}

/** What a bake bears. The budget is a share of all attempts, and the same for failures and for answers that are `busy`. */
export interface BakeLimits {
  /** How many there may be at all places together, and at one of them. */
  readonly all: number;
  readonly each: number;
  /** How often in a row, and for how long, a place may be silent. */
  readonly inRow: number;
  readonly patience: number;
}

/** What came of a bake: at all places together, at each, and at those that still have visitors. */
interface BakeCounts<P> {
  readonly total: Tally;
  readonly places: readonly P[];
  readonly now: readonly P[];
}

/** How a bake was decided: at which places, and by which attempts there. */
interface BakeDecision<P> {
  readonly verdict: Verdict;
  readonly places: readonly P[];
  readonly blamed: readonly Exclude<AnswerKind, 'green'>[];
}

/**
 * What a bake bears in which each place is attempted in so many `rounds`, `planned` attempts in all. `leastPatience`: the
 * shortest silence that may count, whatever the budget, in milliseconds; `every`: the time from round to round.
 */
export function bakeLimits(
  budget: number,
  { planned, rounds, every, leastPatience }: Readonly<Record<'planned' | 'rounds' | 'every' | 'leastPatience', number>>,
): BakeLimits {
  const inRow = allowedFailures(rounds, budget);
  return {
    all: allowedFailures(planned, budget),
    each: allowedAtOne(rounds, budget),
    inRow,
    // What may be silent at the end may be so before.
    patience: Math.max(leastPatience, inRow * every),
  };
}

/**
 * How many attempts may fail at one place of a bake: far more than its share of the budget, so that a few failures right
 * after the switch decide nothing, but never all, however many others pass.
 */
function allowedAtOne(rounds: number, budget: number): number {
  if (budget === 0) return 0;
  return Math.min(Math.max(FEW, Math.floor(rounds * budget * GATHERED)), Math.max(0, rounds - 1));
}

/** How many attempts count against the budget. */
export function failuresIn({ bad, blue, unknown }: Tally): number {
  return bad + blue + unknown;
}

/** The verdict over a bake. Failures decide first; then what showed nothing, so that nothing is known of a place. */
export function judgeBake<P extends PlaceCounts>(counts: BakeCounts<P>, limits: BakeLimits): BakeDecision<P> {
  const proven = { verdict: 'proven', places: [], blamed: [] } as const;
  return judgeFailures(counts, limits) ?? judgeRefusals(counts, limits) ?? judgeSilence(counts, limits) ?? proven;
}

function judgeFailures<P extends PlaceCounts>(
  { total, places }: BakeCounts<P>,
  { all, each }: BakeLimits,
): BakeDecision<P> | undefined {
  const isSpread = failuresIn(total) > all;
  const gathered = places.filter(({ tally }) => failuresIn(tally) > each);
  if (!isSpread && gathered.length === 0) return undefined;
  const verdicts = gathered.map(({ tally }) => judge(tally, each));
  const verdict = worst(isSpread ? [judge(total, all), ...verdicts] : verdicts);
  return { verdict, places: isSpread ? places : gathered, blamed: verdict === 'bad' ? ['bad'] : OTHERS };
}

/**
 * As in a proof, `busy` is bad where nothing else comes: an application that turns everybody away. Where nobody goes any
 * more, it was one that was about to leave.
 */
function judgeRefusals<P extends PlaceCounts>(
  { now }: BakeCounts<P>,
  { each }: BakeLimits,
): BakeDecision<P> | undefined {
  const refused = now.filter(({ tally }) => tally.busy > each && tally.green === 0 && tally.silent <= each);
  if (refused.length === 0) return undefined;
  const verdict = worst(refused.map(({ tally }) => judge(tally, each)));
  return { verdict, places: refused, blamed: verdict === 'bad' ? ['busy', 'bad'] : OTHERS };
}

/** One place of which nothing is known is enough: it has visitors. What was busy shows nothing either. */
function judgeSilence<P extends PlaceCounts>(
  { total, now }: BakeCounts<P>,
  { all, each, inRow, patience }: BakeLimits,
): BakeDecision<P> | undefined {
  const busy = now.filter(({ tally }) => tally.busy > (total.busy > all ? 0 : each));
  const silent = now.filter(({ silence, longestSilence }) => silence > inRow || longestSilence > patience);
  const unknown = [...new Set([...busy, ...silent])];
  return unknown.length === 0 ? undefined : { verdict: 'blind', places: unknown, blamed: ['busy', 'silent'] };
}
