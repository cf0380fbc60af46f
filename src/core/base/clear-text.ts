const WORD = /[A-Za-z0-9]+/g;
/** A value of more words than this is no name that also appears in public texts. */
const MOST_WORDS = 16;
/** How many values may differ only in the signs around their words. */
const MOST_VARIANTS = 20;

/** A value, and where its first word begins. */
interface Wanted {
  readonly value: string;
  readonly lead: number;
}

/**
 * Finds the values that appear as words in public texts, even inside a longer name. The cost is that of reading the
 * texts, however many values there are.
 */
export class ClearText {
  readonly #texts = new Set<string>();
  readonly #words = new Set<string>();

  add(text: string): void {
    this.#texts.add(text);
    for (const [word] of text.matchAll(WORD)) this.#words.add(word);
  }

  /** The values that appear in public texts. */
  among(values: Iterable<string>): Set<string> {
    const wanted = new Map<string, Wanted[]>();
    const sizes = new Set<number>();
    for (const value of values) {
      const words = [...value.matchAll(WORD)];
      const [first, last] = [words[0], words.at(-1)];
      if (first === undefined || last === undefined || words.length > MOST_WORDS) continue;
      if (!words.every(([word]) => this.#words.has(word))) continue;
      sizes.add(words.length);
      const core = value.slice(first.index, last.index + last[0].length);
      const variants = wanted.get(core) ?? [];
      if (variants.length < MOST_VARIANTS) wanted.set(core, [...variants, { value, lead: first.index }]);
    }
    const found = new Set<string>();
    if (wanted.size > 0) for (const text of this.#texts) find(text, wanted, sizes, found);
    return found;
  }
}

function find(
  text: string,
  wanted: ReadonlyMap<string, readonly Wanted[]>,
  sizes: ReadonlySet<number>,
  found: Set<string>,
): void {
  const words = [...text.matchAll(WORD)];
  for (const [index, { index: from }] of words.entries()) {
    for (const size of sizes) {
      const last = words[index + size - 1];
      if (last === undefined) continue;
      for (const { value, lead } of wanted.get(text.slice(from, last.index + last[0].length)) ?? []) {
        if (text.startsWith(value, from - lead)) found.add(value);
      }
    }
  }
}
