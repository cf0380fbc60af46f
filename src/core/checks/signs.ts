import { digest } from '../base/digest.ts';
import type { Answered } from './expect.ts';
import { withoutPlaces, wordsOf } from './words.ts';

/**
 * One thing that an answer shows: `status 200`, `header server nginx/1.24.0`, `word v2`. To be stored, a word is a
 * digest, since a page may hold what not everybody should read.
 */
export type Sign = string;

/** Headers by which applications name their version or content. Those that a router adds may be of one place alone. */
const HEADERS = /^(?:server|x-powered-by|etag)$|(?:^|-)(?:version|revision|release|build|commit)(?:-|$)/;
/** A longer value names no version. */
const LONGEST = 200;
const WORD = 'word ';
/**
 * A body with more different words is data. Its words are no signs: to look at each of them in every answer of a proof
 * would take so long that the run could lose its lock.
 */
const MOST_WORDS = 10_000;
/** Stands for the words of such a body. */
const MANY: Sign = 'many words';

/** What an answer shows that may be of its version. `places`: what names where it was requested. */
export function signsOf({ status, headers, body }: Answered, places: readonly string[]): Set<Sign> {
  const signs = new Set<Sign>([`status ${status}`]);
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || value.length > LONGEST || !HEADERS.test(name)) continue;
    signs.add(`header ${name} ${value}`);
  }
  const words = wordsOf(withoutPlaces(body, places), MOST_WORDS);
  if (words.size > MOST_WORDS) signs.add(MANY);
  else for (const word of words) signs.add(WORD + word);
  return signs;
}

/** Whether the words of a body were too many to be signs: it may show any word. */
export function hasMany(signs: ReadonlySet<Sign>): boolean {
  return signs.has(MANY);
}

/** Which signs of these answers can be compared: no words, if one of the answers had too many of them. */
export function comparableIn(answers: readonly ReadonlySet<Sign>[]): (sign: Sign) => boolean {
  const isMany = answers.some(hasMany);
  return (sign) => sign !== MANY && !(isMany && isWord(sign));
}

/** Whether an answer names where it was requested: its tag then depends on the place too, if it has one. */
export function namesPlace({ body }: Answered, places: readonly string[]): boolean {
  return withoutPlaces(body, places) !== body;
}

/** Whether a sign is the tag of a body. */
export function isTag(sign: Sign): boolean {
  return sign.startsWith('header etag ');
}

/** The same, as they are stored and compared with stored ones. */
export function storedSignsOf(answer: Answered, places: readonly string[]): Set<Sign> {
  return new Set([...signsOf(answer, places)].map(stored));
}

/** A sign as it is stored. */
export function stored(sign: Sign): Sign {
  return isWord(sign) ? WORD + digest(sign.slice(WORD.length)) : sign;
}

/** Whether a sign is a word of the body. */
export function isWord(sign: Sign): boolean {
  return sign.startsWith(WORD);
}

/** The name of what shows a sign that is no word, for sentences: `status`, `header server`. */
export function nameOfSign(sign: Sign): string {
  const [kind = '', name = ''] = sign.split(' ');
  return kind === 'header' ? `header ${name}` : kind;
}

/** The most telling word among signs, for people; undefined if none is plain. */
export function exampleOf(signs: Iterable<Sign>): string | undefined {
  const words = [...signs].flatMap((sign) => (isWord(sign) ? sign.slice(WORD.length) : []));
  const plain = words.filter((word) => /^[\w. -]{1,30}$/.test(word));
  return plain.find((word) => /\d/.test(word)) ?? plain[0];
}
