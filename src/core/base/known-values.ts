/** A shorter value is found only as a separate word. */
const UNMISTAKABLE = 8;
/** Values are looked up by their first characters: as many of these as they have. */
const HEADS = [4, 8, 16, 32] as const;

/** Start and end of a match in a text. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Finds values in texts. The cost is that of reading the text once, however many values there are. */
export class KnownValues {
  readonly #heads = new Map<string, string[]>();

  /** Values of fewer than 4 characters are never found. */
  constructor(values: Iterable<string>) {
    for (const value of [...values].toSorted((a, b) => b.length - a.length)) {
      const head = value.slice(
        0,
        HEADS.findLast((length) => length <= value.length),
      );
      const others = this.#heads.get(head);
      if (others === undefined) this.#heads.set(head, [value]);
      else others.push(value);
    }
  }

  /** The matches that begin before `limit`, in order; overlapping ones are joined. */
  spansIn(text: string, limit: number): Span[] {
    const spans: Span[] = [];
    if (this.#heads.size === 0) return spans;
    for (let from = 0; from < Math.min(limit, text.length); from += 1) {
      const to = from + this.#lengthAt(text, from);
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
}

/** Matches that are not part of a longer word, a path or a host. */
function isWord(text: string, from: number, value: string): boolean {
  const to = from + value.length;
  return !/[\w./-]$/.test(text.slice(Math.max(0, from - 1), from)) && !/^(?:[\w/-]|\.\w)/.test(text.slice(to, to + 2));
}
