import { inert } from './inert.ts';

/**
 * External text as inline code that cannot break out: every character that Markdown, HTML, a table or an autolink could
 * interpret becomes a character reference. It is one line of at most `limit` characters.
 */
export function code(text: string, limit = 300): string {
  return `<code>${escaped(lineOf(text, limit))}</code>`;
}

/** The same without the code element, for use within a sentence. */
export function plain(text: string, limit = 2_000): string {
  return escaped(lineOf(text, limit));
}

/** External text on one line of at most `limit` characters. */
function lineOf(text: string, limit: number): string {
  const line = inert(text).replaceAll(/\s+/g, ' ').trim();
  return line.length <= limit ? line : `${line.slice(0, limit)}…`;
}

/** A block of text that shows every character unchanged, whatever fences are in it; `limit` is in characters. */
export function block(text: string, language: string, limit: number): string {
  const clean = inert(text);
  const cut = clean.length <= limit ? clean : `${clean.slice(0, limit)}\n… ${clean.length - limit} more characters`;
  const longest = Math.max(2, ...[...cut.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}${language}\n${cut}\n${fence}`;
}

/** More names in one line are of no use to somebody who reads them. */
const NAMES = 100;
const DIFF_LIMIT = 20_000;

/** Names as inline code; of very many, the first ones and how many more. */
export function codes(names: readonly string[]): string {
  const more = names.length > NAMES ? ` and ${names.length - NAMES} more` : '';
  return `${names
    .slice(0, NAMES)
    .map((name) => code(name))
    .join(', ')}${more}`;
}

/** A unified diff, folded below `title`, which is already Markdown. */
export function foldedDiff(title: string, diff: string, options: { open?: boolean } = {}): string {
  return details(title, block(diff, 'diff', DIFF_LIMIT), options);
}

/** A section that can be folded, and is if it is not `open`; `body` is already Markdown. */
function details(title: string, body: string, { open = false } = {}): string {
  return `<details${open ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/**
 * Everything that Markdown could interpret, as numeric character references: all but letters, digits, spaces, and signs
 * without a meaning inside a line. A colon begins an autolink, and so does `www.`; `_` is emphasis only at the edge of
 * a word.
 */
function escaped(text: string): string {
  return text
    .replaceAll(/[^\p{L}\p{N} ,;()'"…·✓✗./?%=+_-]/gu, (sign) => `&#${sign.codePointAt(0)};`)
    .replaceAll(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, '&#95;')
    .replaceAll(/www\./gi, (word) => `${word.slice(0, 3)}&#46;`);
}
