import type { Who } from './expect.ts';

/**
 * The result at the live URLs: `bad` means answers that visitors should not get, `lagging` complete answers by another
 * than the awaited side, `blind` nothing that would show anything.
 */
export type Verdict = 'proven' | 'bad' | 'lagging' | 'blind';

/** Who answered, as evidence: `busy` is a 503 with Retry-After, which is bad only if nothing else comes. */
export type AnswerKind = Who | 'busy';
/** The number of answers, by who gave them. */
export type Tally = Readonly<Record<AnswerKind, number>>;

/** The share of answers that may be bad while a switch is proven. */
const PROOF_BUDGET = 0.01;
/** How long after the settling time bad answers are counted at least before they end a proof, in milliseconds. */
export const PATIENCE = 3_000;
/** For how long addresses that appear later hold a proof up, once all others have their count, in milliseconds. */
export const HELD_UP = 10_000;

/** The tally before the first answer. */
export function emptyTally(): Record<AnswerKind, number> {
  return { green: 0, blue: 0, unknown: 0, bad: 0, silent: 0, busy: 0 };
}

/** How many of `planned` answers may be bad. A budget that is not zero allows one lost packet, but never all answers. */
export function allowedFailures(planned: number, budget: number): number {
  if (budget === 0) return 0;
  return Math.min(Math.max(1, Math.floor(planned * budget)), Math.max(0, planned - 1));
}

/**
 * The verdict over answers that proved nothing. More bad answers than `allowed` decide first, then complete answers by
 * another than the awaited side. Only if nothing was answered, nothing is known.
 */
export function judge(tally: Tally, allowed: number): Exclude<Verdict, 'proven'> {
  if (tally.bad > allowed) return 'bad';
  if (tally.blue + tally.unknown > 0) return 'lagging';
  return tally.bad + tally.busy > 0 && tally.green === 0 ? 'bad' : 'blind';
}

/** The rules by which a proof is decided. Times are milliseconds since the change. */
export interface EvidenceSettings {
  /** How many acceptable answers in a row each endpoint must give. */
  readonly answers: number;
  /** Who must answer: `green`, or `unknown` if nothing distinguishes the sides. */
  readonly acceptable: Who;
  /** Whether what distinguishes the sides may change by itself, as the content of a page does. */
  readonly fades: boolean;
  /** Whether green's answers may look like blue's here. That is known not to be so as soon as one looks like green's. */
  readonly mistakesBlue: boolean;
  /** Nothing is proven before this time. */
  readonly least: number;
  /** Bad answers to earlier requests do not end the proof: the router may not have applied the change yet. */
  readonly settleTime: number;
  readonly within: number;
  /** Whether bad answers end the proof early, since visitors get them; otherwise they only restart the count. */
  readonly condemns: boolean;
}

/** How a proof was decided. `faded`: all answers were acceptable, but they no longer show which version gave them. */
export interface Decision {
  readonly verdict: Verdict;
  readonly faded: boolean;
}

/** One request through an endpoint, and who answered it, as soon as that is known. */
export interface SentRequest {
  readonly lane: number;
  readonly sent: number;
  who?: AnswerKind;
}

/** What came through one endpoint. */
interface LaneTally {
  /** How many answers in a row were acceptable, and how many were acceptable or unknown. */
  streak: number;
  whole: number;
  answered: number;
  readonly isLate: boolean;
  readonly tally: Record<AnswerKind, number>;
  /** The requests that do not count yet. */
  readonly waiting: SentRequest[];
}

/**
 * The evidence of a proof, answer by answer. The verdict depends on counts since the settling time, never on the last
 * round. Every endpoint that is open must be proven: one that is opened later has its own whole count, and one that is
 * closed is not waited for. Where DNS gives others all the time, that would never end: so late ones hold a proof up for
 * 10 s, and then need answers that are all acceptable. Answers through one endpoint count in the order of their requests, so that one which is still
 * outstanding is not skipped. A missing answer shows nothing: it neither counts for a side nor restarts a count. It knows
 * no clock: times are passed in.
 */
export class Evidence {
  readonly #settings: EvidenceSettings;
  readonly #lanes = new Map<number, LaneTally>();
  #lastOther: number | undefined;
  /** Since when all endpoints but late ones have their count. */
  #heldUp: number | undefined;
  #sawGreen = false;

  constructor(settings: EvidenceSettings) {
    this.#settings = settings;
  }

  /** When the last answer that was not acceptable was requested; undefined if there was none. */
  get lastOther(): number | undefined {
    return this.#lastOther;
  }

  /** Whether any answer was green's. */
  get sawGreen(): boolean {
    return this.#sawGreen;
  }

  /** From now on the proof needs this endpoint too. Late is what was not known when the requests began. */
  open(lane: number, isLate: boolean): void {
    this.#lanes.set(lane, { streak: 0, whole: 0, answered: 0, isLate, tally: emptyTally(), waiting: [] });
  }

  /** Leaves an endpoint out, with all that came through it. */
  close(lane: number): void {
    this.#lanes.delete(lane);
  }

  /** Notes a request through an endpoint, sent at a time. */
  ask(lane: number, sent: number): SentRequest {
    const asked: SentRequest = { lane, sent };
    this.#lanes.get(lane)?.waiting.push(asked);
    return asked;
  }

  /** Notes who answered a request. */
  answer(asked: SentRequest, who: AnswerKind): void {
    asked.who = who;
    const lane = this.#lanes.get(asked.lane);
    for (let first = lane?.waiting[0]; lane && first?.who !== undefined; first = lane.waiting[0]) {
      this.#count(lane, first.sent, first.who);
      lane.waiting.shift();
    }
  }

  #count(lane: LaneTally, sent: number, who: AnswerKind): void {
    if (sent >= this.#settings.settleTime) lane.tally[who] += 1;
    if (who === 'silent') return;
    lane.answered += 1;
    if (who === 'green') this.#sawGreen = true;
    const counts = who === this.#settings.acceptable;
    lane.streak = counts ? lane.streak + 1 : 0;
    lane.whole = counts || who === 'unknown' ? lane.whole + 1 : 0;
    if (!counts) this.#lastOther = Math.max(sent, this.#lastOther ?? sent);
  }

  /** The decision at `now`, or undefined if more answers are needed. */
  decide(now: number): Decision | undefined {
    const { least, settleTime, within, answers, fades, condemns } = this.#settings;
    if (now < least) return undefined;
    const lanes = [...this.#lanes.values()];
    // What nobody was asked for is not proven.
    if (lanes.length === 0) return { verdict: 'blind', faded: false };
    const patient = now >= settleTime + PATIENCE;
    const isBad = condemns && lanes.some(({ tally }) => tally.bad > allowedIn(tally));
    const isHeldUp = this.#isHeldUp(lanes, now);
    const isShown = (lane: LaneTally, of: 'streak' | 'whole') =>
      lane[of] >= answers || (isHeldUp && lane.isLate && lane[of] > 0 && lane[of] === lane.answered);
    const isEach = (of: 'streak' | 'whole') => !isBad && lanes.every((lane) => isShown(lane, of));
    if (isEach('streak')) return { verdict: 'proven', faded: false };
    const isWhole = lanes.every(({ tally }) => tally.blue + tally.bad === 0);
    if (fades && patient && isWhole && isEach('whole')) return { verdict: 'proven', faded: true };
    if (patient && isBad) return { verdict: 'bad', faded: false };
    if (now < Math.max(within, least)) return undefined;
    if (this.#showsNothing(lanes)) return { verdict: 'proven', faded: true };
    const open = lanes.filter(({ streak }) => isBad || streak < answers);
    return { verdict: worst(open.map(({ tally }) => judge(tally, allowedIn(tally)))), faded: false };
  }

  /** Whether late endpoints alone have held the proof up for too long. */
  #isHeldUp(lanes: readonly LaneTally[], now: number): boolean {
    const isDone = lanes.every(({ isLate, whole }) => isLate || whole >= this.#settings.answers);
    this.#heldUp = isDone ? (this.#heldUp ?? now) : undefined;
    return this.#heldUp !== undefined && now >= this.#heldUp + HELD_UP;
  }

  /** Whether all answers were acceptable, and either version may have given them. */
  #showsNothing(lanes: readonly LaneTally[]): boolean {
    const { mistakesBlue, answers } = this.#settings;
    if (!mistakesBlue || this.#sawGreen) return false;
    return lanes.every(({ tally }) => tally.bad <= allowedIn(tally) && tally.blue + tally.unknown >= answers);
  }
}

/** The worst of several: each endpoint of the live URLs has visitors. */
export function worst(verdicts: readonly Exclude<Verdict, 'proven'>[]): Exclude<Verdict, 'proven'> {
  return (['bad', 'lagging'] as const).find((one) => verdicts.includes(one)) ?? 'blind';
}

function allowedIn({ green, blue, unknown, bad }: Tally): number {
  return allowedFailures(green + blue + unknown + bad, PROOF_BUDGET);
}
