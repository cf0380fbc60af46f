import { pemParts } from '../base/pem.ts';

/** Texts that are random may have so many characters in common by chance, if fewer than this. */
const CHANCE = 3;
/** What separates the words of a text: in a file, a URL, JSON. */
const SIGN = String.raw`[\s"'\x60,;:@&?#(){}[\]<>|\\]`;
/** Two times differ in few of their digits. */
const TIME = String.raw`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})?(?: ?(?:Z|[+-]\d\d:?\d\d))?(?: [A-Z]{3,4})?(?: m=[+-][\d.]{1,20})?`;
const PARTS = new RegExp(`(${TIME})|(${SIGN})|(?:(?!${SIGN}|${TIME}).)+`, 'gs');

/** A part of a text: a PEM block, a time, a sign, or the word between two signs. */
interface Part {
  readonly is: 'pem' | 'time' | 'sign' | 'word';
  readonly text: string;
}

/** Whether two renderings of a text have nothing in common that is more than chance. */
export function isWhollyRandom(one: string, other: string): boolean {
  return haveNothingInCommon(partsOf(one), partsOf(other));
}

/** Whether `present` equals two renderings of a text in everything that these have in common, part by part. */
export function isUnchanged(one: string, other: string, present: string): boolean {
  return fits(partsOf(one), partsOf(other), partsOf(present));
}

/**
 * `one` with the random parts of `present`. Each line with a random part must have exactly one counterpart there, equal
 * in everything else; undefined if that is not so. A time is not worth keeping.
 */
export function withPartsOf(one: string, other: string, present: string): string | undefined {
  const [lines, others, there] = [linesOf(one), linesOf(other), linesOf(present)];
  if (lines.length !== others.length) return undefined;
  const result: string[] = [];
  for (const [index, line] of lines.entries()) {
    const second = others[index] ?? [];
    if (isSameLine(line, second)) result.push(textOf(line));
    else {
      const isAlike = (found: readonly Part[]) => fits(line, second, found);
      const [found, ...more] = there.filter(isAlike);
      const isClear = found !== undefined && more.length === 0 && lines.filter(isAlike).length === 1;
      if (!isClear || haveNothingInCommon(line, second)) return undefined;
      result.push(textOf(found));
    }
  }
  return result.join('\n');
}

function partsOf(text: string): Part[] {
  return pemParts(text).flatMap(({ is, text: part }): Part[] =>
    is === 'words'
      ? [...part.matchAll(PARTS)].map(([whole, time, sign]) => ({
          is: time !== undefined ? 'time' : sign !== undefined ? 'sign' : 'word',
          text: whole,
        }))
      : [{ is: 'pem', text: part }],
  );
}

function linesOf(text: string): Part[][] {
  const lines: Part[][] = [[]];
  for (const part of partsOf(text)) {
    if (part.text === '\n') lines.push([]);
    else lines.at(-1)?.push(part);
  }
  return lines;
}

function textOf(parts: readonly Part[]): string {
  return parts.map(({ text }) => text).join('');
}

/** Whether two renderings of a line differ in times at most. */
function isSameLine(one: readonly Part[], other: readonly Part[]): boolean {
  const isSame = (part: Part, index: number) =>
    part.text === other[index]?.text || (part.is === 'time' && other[index]?.is === 'time');
  return one.length === other.length && one.every(isSame);
}

function haveNothingInCommon(one: readonly Part[], other: readonly Part[]): boolean {
  const pairs = one.length === other.length ? one.map((part, index) => [part, other[index] ?? part] as const) : [];
  if (pairs.length === 0) {
    const { before, after } = affixes(textOf(one), textOf(other));
    return before.length < CHANCE && after.length < CHANCE;
  }
  let common = 0;
  for (const [a, b] of pairs) {
    const { before, after } = affixesOf(a, b);
    common += before.length;
    if (common >= CHANCE) return false;
    if (!isFixed(a, b)) common = after.length;
    if (common >= CHANCE) return false;
  }
  return true;
}

/** Whether `found` has what two renderings have in common, and a part of the same sort where they differ. */
function fits(one: readonly Part[], other: readonly Part[], found: readonly Part[]): boolean {
  if (one.length !== other.length || one.length !== found.length) return false;
  return one.every((a, index) => {
    const [b, part] = [other[index], found[index]];
    if (b === undefined || part === undefined) return false;
    if (isFixed(a, b)) return part.text === a.text;
    const { before, after } = affixesOf(a, b);
    return a.is === b.is && part.is === a.is && begins(part.text, before) && ends(part.text, after);
  });
}

/** A time may be the same because both renderings took place within one second. */
function isFixed(one: Part, other: Part): boolean {
  return one.is !== 'time' && one.text === other.text;
}

function affixesOf(one: Part, other: Part): { before: string; after: string } {
  if (isFixed(one, other)) return { before: one.text, after: '' };
  return one.is === 'word' && other.is === 'word' ? affixes(one.text, other.text) : { before: '', after: '' };
}

/**
 * How two texts begin and end alike. Letters and digits beside what differs may be equal by chance, so these do not
 * count.
 */
function affixes(one: string, other: string): { before: string; after: string } {
  const most = Math.min(one.length, other.length);
  let begin = 0;
  while (begin < most && one[begin] === other[begin]) begin += 1;
  let end = 0;
  while (end < most - begin && one.at(-1 - end) === other.at(-1 - end)) end += 1;
  return {
    before: one.slice(0, begin).replace(/[A-Za-z\d]+$/, ''),
    after: one.slice(one.length - end).replace(/^[A-Za-z\d]+/, ''),
  };
}

function begins(text: string, before: string): boolean {
  return before.length < CHANCE || text.startsWith(before);
}

function ends(text: string, after: string): boolean {
  return after.length < CHANCE || text.endsWith(after);
}
