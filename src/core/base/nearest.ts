/** The part of a word's letters that may be wrong, for it to be taken for the word. */
const WRONG = 1 / 3;
/** A shorter beginning may belong to any word. */
const BEGINNING = 3;
/** Of a shorter word, one wrong letter makes many others. */
const LONG = 5;

/** The one of `known` that `word` was probably meant to be; undefined if none is near. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const given = plainForm(word);
  const near = known
    .filter((one) => one !== word)
    .map((one) => ({ one, far: distance(given, plainForm(one)) }))
    .filter(({ one, far }) => far <= Math.max(1, Math.floor(one.length * WRONG)) && far < one.length)
    .toSorted((a, b) => a.far - b.far);
  return near[0]?.one ?? known.find((one) => one !== word && isBeginning(given, plainForm(one)));
}

/** The same, where a word may also be meant as it is: a short one is near to many, so only a swap or a plural counts. */
export function slipOf(word: string, known: readonly string[]): string | undefined {
  const near = nearest(word, known);
  if (near === undefined) return undefined;
  const letters = (one: string) => [...plainForm(one)].toSorted().join('');
  const isPlural = plainForm(word) === `${near}s` || near === `${plainForm(word)}s`;
  const isLong = Math.min(word.length, near.length) >= LONG;
  return isLong || isPlural || letters(word) === letters(near) ? near : undefined;
}

/** The end of a sentence about `word`: `; did you mean checks?`, or nothing. */
export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  return near === undefined ? '' : `; did you mean ${near}?`;
}

/** `DRY_RUN` and `dry-run` are one word. */
function plainForm(word: string): string {
  return word.toLowerCase().replaceAll('_', '-');
}

function isBeginning(one: string, other: string): boolean {
  const [short, long] = one.length < other.length ? [one, other] : [other, one];
  return short.length >= BEGINNING && long.startsWith(short);
}

/**
 * How many letters must be added, removed, replaced or swapped with their neighbour to make `other` of `one` (optimal
 * string alignment). A length that differs too much is far, whatever the letters are.
 */
function distance(one: string, other: string): number {
  if (Math.abs(one.length - other.length) > other.length) return Number.POSITIVE_INFINITY;
  let before: number[] = [];
  let row = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let i = 1; i <= one.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= other.length; j += 1) {
      const isSame = one[i - 1] === other[j - 1];
      const changed = Math.min(at(row, j) + 1, at(next, j - 1) + 1, at(row, j - 1) + (isSame ? 0 : 1));
      const isSwap = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1];
      next.push(isSwap ? Math.min(changed, at(before, j - 2) + 1) : changed);
    }
    before = row;
    row = next;
  }
  return at(row, other.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
