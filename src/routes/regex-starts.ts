import { plainStartOf } from '../core/base/escape-regex.ts';

/** Matches begin with `text`, and then end, continue with a `/`, or continue with anything. */
export interface Start {
  readonly text: string;
  readonly rest: 'end' | 'segment' | 'anything';
}

/** Into how many starts the groups of one regex are expanded. Other people write it, so this bounds the work. */
const MOST_STARTS = 64;

/** A group of plain alternatives that is not optional; some of them may end what matches. */
const GROUP = /^\((?:\?:)?([^.\\^*+?()[\]{}]*)\)(?![*?{])/;

/** The `$` makes it a segment: without it, a match may go on with anything after the group that it left out. */
const SEGMENT = /^\((?:\?:)?\/\.\*\)\?\$$/;

/** An escaped character, or a class, closed or not: a bracket or a `|` in it is plain text. */
const QUOTED = /\\[\s\S]|\[\^?\]?(?:\\[\s\S]|\[:[a-z^]{0,10}:\]|[^\]\\])*\\?(?:\]|$)/g;

/** Everything that a regex matches from its start, in lower case, has one of these. */
export function startsOfRegex(regex: string): Start[] {
  // Of alternatives without a group only the first is anchored.
  if (hasAlternatives(regex)) return [{ text: '', rest: 'anything' }];
  return startsAfter([''], regex.replace(/^\^+/, ''), MOST_STARTS);
}

/** The starts of each of `texts` with what `pattern` matches after it. `room`: how many each of them may become. */
function startsAfter(texts: readonly string[], pattern: string, room: number): Start[] {
  const plain = plainStartOf(pattern);
  const after = pattern.slice(plain.length);
  const longer = texts.map((text) => `${text}${plain.toLowerCase()}`);
  if (after === '$') return longer.map((text) => ({ text, rest: 'end' }));
  if (SEGMENT.test(after)) return longer.map((text) => ({ text, rest: 'segment' }));
  if (/^[*?{]/.test(after)) return longer.map((text) => ({ text: text.slice(0, -1), rest: 'anything' }));
  const [group, body = ''] = GROUP.exec(after) ?? [];
  const options = body.toLowerCase().split('|');
  if (group === undefined || options.length > room) return longer.map((text) => ({ text, rest: 'anything' }));
  const ending = options.flatMap((option) => (option.includes('$') ? option.slice(0, option.indexOf('$')) : []));
  const open = options.filter((option) => !option.includes('$'));
  // A group of one also takes room, so that the groups are not too many.
  const left = Math.floor(room / Math.max(options.length, 2));
  return [
    ...joined(longer, ending).map((text): Start => ({ text, rest: 'end' })),
    ...startsAfter(joined(longer, open), after.slice(group.length), left),
  ];
}

function joined(texts: readonly string[], ends: readonly string[]): string[] {
  return texts.flatMap((text) => ends.map((end) => `${text}${end}`));
}

/** Whether there is a `|` outside of all groups. */
export function hasAlternatives(regex: string): boolean {
  let depth = 0;
  for (const letter of regex.replaceAll(QUOTED, '')) {
    if (letter === '(') depth += 1;
    else if (letter === ')') depth -= 1;
    else if (letter === '|' && depth <= 0) return true;
  }
  return false;
}

/** Names that a regex for everything leaves to others, so without what would stand for many of them. */
const NAMES = String.raw`(?:[^()[\]{}*+?^\\]|\\\W)*`;
const EXCEPTION = String.raw`\(\?!${NAMES}(?:\((?:\?:)?${NAMES}\)${NAMES})*\)`;

/** What in a regex does not restrict what it matches, but for slashes and exceptions. */
const FREE = new RegExp(String.raw`${EXCEPTION}|\(\?:|\[\^\\?/\][*+]\??|\.[*+]\??|/[*+]|[/()|$^?]`, 'g');

/** Whether nothing in a regex but its slashes, and names that it leaves out, restricts what it matches. */
export function isForAll(regex: string): boolean {
  return regex.replaceAll(FREE, '') === '';
}
