import { counted, listed } from '../base/plural.ts';
import { type Answered, isSuccess } from './expect.ts';
import {
  comparableIn,
  exampleOf,
  hasMany,
  isTag,
  isWord,
  nameOfSign,
  namesPlace,
  type Sign,
  signsOf,
  stored,
  storedSignsOf,
} from './signs.ts';

/** What distinguishes the answers of two versions to `GET path`, as it is stored. */
export interface Difference {
  readonly path: string;
  /** What every answer of the one side showed, and no answer of the other. Blue may have nothing of the kind. */
  readonly blue: readonly Sign[];
  readonly green: readonly Sign[];
  /** What names where an answer was requested, and is left out of every comparison. */
  readonly places: readonly string[];
  /** How many answers of each side were compared at least. */
  readonly answers: number;
}

/** The answers of both sides to some requests. */
export interface BothAnswers {
  readonly blue: readonly Answered[];
  readonly green: readonly Answered[];
}

/** An answer below the preview's path with a status acceptable for visitors, from before there was a preview. */
export interface Unpreviewed {
  readonly path: string;
  /** `signs` are what it showed; omitted if that was too much to be stored. */
  readonly answer: { readonly status: string; readonly signs?: readonly Sign[] };
}

/**
 * How many answers of each side a difference must hold in. If an answer is one of two at random, all of blue's are the
 * one and all of green's the other in 2 of 4^10 cases.
 */
export const ENOUGH = 10;
/** The most words of each side that are stored. */
const MOST_WORDS = 20;
/** The most signs of each side that are compared. */
const MOST_SIGNS = 2_000;
/** The most signs that are stored of an answer from before there was a preview. */
const MOST_STORED = 500;

/** Whether that answer was a success: then the live version answers every path, and a check cannot fail there. */
export function wasSuccess({ answer }: Unpreviewed): boolean {
  return isSuccess(Number(answer.status));
}

/** What is kept of an answer from before there was a preview. */
export function unpreviewed(path: string, answer: Answered, places: readonly string[]): Unpreviewed {
  const signs = signsOf(answer, places);
  const isKnown = signs.size <= MOST_STORED && !hasMany(signs);
  return { path, answer: { status: String(answer.status), ...(isKnown && { signs: [...signs].map(stored) }) } };
}

/**
 * Collects what each side's answers to one path always show, and the other side's never. What differs between two
 * answers of one side is thereby no evidence, and what is left only shrinks with each answer. Nothing is left once an
 * answer is not 2xx, since the router itself may have given that.
 */
export class Contrast {
  readonly #places: readonly string[];
  #only: { readonly blue: ReadonlySet<Sign>; readonly green: ReadonlySet<Sign> } | undefined;
  #answers = { blue: 0, green: 0 };
  #isOver = false;
  /** Whether an answer named where it was requested. */
  #isPlaced = false;

  constructor(places: readonly string[]) {
    this.#places = places;
  }

  /** Whether more answers may still leave a difference. */
  get isOpen(): boolean {
    return !this.#isOver && (this.#only === undefined || this.#only.green.size > 0);
  }

  /** How many answers of each side were compared at least. */
  get answers(): number {
    return Math.min(this.#answers.blue, this.#answers.green);
  }

  /** Adds answers. As long as one side gave none, nothing can be compared, and those of the other are left out. */
  add({ blue, green }: BothAnswers): void {
    if ([...blue, ...green].some(({ status }) => !isSuccess(status))) this.#isOver = true;
    if (!this.isOpen || (this.#only === undefined && (blue.length === 0 || green.length === 0))) return;
    this.#isPlaced ||= [...blue, ...green].some((answer) => namesPlace(answer, this.#places));
    const [blues, greens] = [blue, green].map((side) => side.map((answer) => signsOf(answer, this.#places)));
    const known = this.#only ?? { blue: signsOfFirst(blues), green: signsOfFirst(greens) };
    const isComparable = comparableIn([...(blues ?? []), ...(greens ?? [])]);
    const counts = (sign: Sign) => isComparable(sign) && !(this.#isPlaced && isTag(sign));
    this.#only = {
      blue: surviving([...known.blue].filter(counts), blues, greens),
      green: surviving([...known.green].filter(counts), greens, blues),
    };
    this.#answers = { blue: this.#answers.blue + blue.length, green: this.#answers.green + green.length };
  }

  /** What distinguishes the sides. What blue gave at the preview's path before there was one (`before`) does not. */
  difference(path: string, before: readonly Unpreviewed['answer'][] = []): Difference | undefined {
    if (!this.isOpen || this.#only === undefined) return undefined;
    const [blue, green] = [mostTelling(this.#only.blue), mostTelling(this.#only.green)].map((side) => side.map(stored));
    const isNew = (sign: Sign) => before.every(({ signs }) => signs !== undefined && !signs.includes(sign));
    const own = green?.filter(isNew) ?? [];
    if (own.length === 0) return undefined;
    return { path, blue: blue ?? [], green: own, places: this.#places, answers: this.answers };
  }

  /** Words by which people recognise the sides. */
  get examples(): { readonly blue: string | undefined; readonly green: string | undefined } {
    return { blue: exampleOf(this.#only?.blue ?? []), green: exampleOf(this.#only?.green ?? []) };
  }
}

/**
 * Whether green is asked before blue this time. What changes with each request, such as a balancer that goes round, must
 * not change with the sides: the order (the Thue–Morse sequence) repeats itself in no rhythm.
 */
export function asksGreenFirst(round: number): boolean {
  return round.toString(2).replaceAll('0', '').length % 2 === 1;
}

/** The signs of a side's first answer, of which the next ones leave less and less. */
function signsOfFirst(answers: readonly ReadonlySet<Sign>[] = []): ReadonlySet<Sign> {
  return answers[0] ?? new Set();
}

/** Those of `known` that all of a side's answers show, and none of the other side's; bounded. */
function surviving(
  known: readonly Sign[],
  own: readonly ReadonlySet<Sign>[] = [],
  others: readonly ReadonlySet<Sign>[] = [],
): ReadonlySet<Sign> {
  const found = known.filter((sign) => own.every((one) => one.has(sign)) && !others.some((one) => one.has(sign)));
  return new Set(found.slice(0, MOST_SIGNS));
}

function mostTelling(signs: ReadonlySet<Sign>): Sign[] {
  const all = [...signs];
  return [...all.filter((sign) => !isWord(sign)), ...all.filter(isWord).slice(0, MOST_WORDS)];
}

/** What of a difference still holds in newer answers of both sides; undefined if green's cannot be recognised by it. */
export function stillDiffers(known: Difference, { blue, green }: BothAnswers): Difference | undefined {
  const [blues, greens] = [blue, green].map((side) => side.map((answer) => storedSignsOf(answer, known.places)));
  const isComparable = comparableIn([...(blues ?? []), ...(greens ?? [])]);
  const now = {
    blue: surviving(known.blue.filter(isComparable), blues, greens),
    green: surviving(known.green.filter(isComparable), greens, blues),
  };
  if (blue.length === 0 || green.length === 0 || now.green.size === 0) return undefined;
  return { ...known, blue: [...now.blue], green: [...now.green] };
}

/** Whose answer this is; undefined if it shows nothing of either side, or of both. */
export function whoAnswered({ blue, green, places }: Difference, answer: Answered): 'blue' | 'green' | undefined {
  const now = storedSignsOf(answer, places);
  const [isBlue, isGreen] = [blue, green].map((side) => side.some((sign) => now.has(sign)));
  if (isBlue === isGreen) return undefined;
  return isGreen ? 'green' : 'blue';
}

/**
 * Whether the sides were compared at different hosts. What blue showed may then belong to the live host, as tracking or a
 * missing `noindex` does, so that green shows it there too. What only green showed is no such thing: blue was requested
 * where visitors are, and lacked it.
 */
export function isOfHosts({ places }: Pick<Difference, 'places'>): boolean {
  return places.some((place) => !place.startsWith('/') && !place.includes(': '));
}

/**
 * The same difference, for a switch in the other direction; undefined if nothing is sure to show the version to go back
 * to.
 */
export function reversed(difference: Difference): Difference | undefined {
  const { blue, green, ...rest } = difference;
  return blue.length === 0 || isOfHosts(difference) ? undefined : { ...rest, blue: green, green: blue };
}

/** What shows green's answers, for sentences: `header server and 3 words of GET /`. */
export function differenceText({ path, green }: Pick<Difference, 'path' | 'green'>): string {
  const words = green.filter(isWord).length;
  const names = new Set(green.filter((sign) => !isWord(sign)).map(nameOfSign));
  return `${listed([...names, ...(words > 0 ? [counted(words, 'word')] : [])], 'and')} of GET ${path}`;
}
