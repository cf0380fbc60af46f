/** A shorter value is found only as a separate word. */
const UNMISTAKABLE = 8;
/** Values are looked up by their first characters: as many of these as they have. */
const HEADS = [4, 8, 16, 32] as const;

/** What stands at the end of a text that was cut. */
const CUT = '…';
/** The shortest beginning of a value that is looked for before it, in characters. */
const BEGINNING = 4;

/** Start and end of a match in a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Finds values in texts. The cost is that of reading the text once, however many values there are. */
export class KnownValues {
  readonly #heads = new Map<string, string[]>();
  readonly #beginnings = new Map<string, string[]>();

  /** Values of fewer than 4 characters are never found. */
  constructor(values: Iterable<string>) {
    for (const value of [...values].toSorted((a, b) => b.length - a.length)) {
      const head = value.slice(
        0,
        HEADS.findLast((length) => length <= value.length),
      );
      addTo(this.#heads, head, value);
      addTo(this.#beginnings, value.slice(0, BEGINNING), value);
    }
  }

  /**
   * The matches that begin before `limit`, in order; overlapping ones are joined. The beginning of a value matches too
   * where a text was cut.
   */
  spansIn(text: string, limit: number): Span[] {
    const spans: Span[] = [];
    if (this.#heads.size === 0) return spans;
    let cut = -1;
    for (let from = 0; from < Math.min(limit, text.length); from += 1) {
      if (cut < from) cut = indexOrEnd(text, from);
      const to = from + (this.#lengthAt(text, from) || this.#lengthOfCutAt(text, from, cut));
      if (to === from) continue;
      const last = spans.at(-1);
      if (last === undefined || last.to <= from) spans.push({ from, to });
      else if (last.to < to) spans[spans.length - 1] = { from: last.from, to };
    }
    return spans;
  }

  /** The length of the longest value that begins at `from`, or 0. */
  #lengthAt(text: string, from: number): number {
    let longest = 0;
    for (const length of HEADS) {
      const found = this.#heads
        .get(text.slice(from, from + length))
        ?.find((value) => text.startsWith(value, from) && (value.length >= UNMISTAKABLE || isWord(text, from, value)));
      longest = Math.max(longest, found?.length ?? 0);
    }
    return longest;
  }

  /** The length of the beginning of a value between `from` and where the text was cut, or 0. */
  #lengthOfCutAt(text: string, from: number, cut: number): number {
    if (cut === text.length || cut - from < BEGINNING || !beginsWord(text, from)) return 0;
    const begun = this.#beginnings.get(text.slice(from, from + BEGINNING)) ?? [];
    const rest = text.slice(from, cut);
    return begun.some((value) => value.startsWith(rest)) ? rest.length : 0;
  }
}

function addTo(all: Map<string, string[]>, key: string, value: string): void {
  const others = all.get(key);
  if (others === undefined) all.set(key, [value]);
  else others.push(value);
}

function indexOrEnd(text: string, from: number): number {
  const index = text.indexOf(CUT, from);
  return index === -1 ? text.length : index;
}

/** Matches that are not part of a longer word, a path or a host. */
function isWord(text: string, from: number, value: string): boolean {
  const to = from + value.length;
  return beginsWord(text, from) && !/^(?:[\w/-]|\.\w)/.test(text.slice(to, to + 2));
}

function beginsWord(text: string, from: number): boolean {
  return !/[\w./-]$/.test(text.slice(Math.max(0, from - 1), from));
}
