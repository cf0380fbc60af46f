/** What means something in a regular expression but the dot, which plain texts have too; to stand in a class. */
const SIGNS = String.raw`\\^$*+?()[\]{}|`;
const SPECIAL = new RegExp(`[.${SIGNS}]`, 'g');
const SIGN = new RegExp(`[${SIGNS}]`);
const PLAIN_START = new RegExp(`^[^.${SIGNS}]*`);

/** A text as a regular expression that matches it and nothing else. */
export function escapeRegex(text: string): string {
  return text.replaceAll(SPECIAL, '\\$&');
}

/** Whether a text may be meant as a regular expression; dots alone do not show that. */
export function mayBeRegex(text: string): boolean {
  return SIGN.test(text);
}

/** The text before the first character of `regex` that means something. */
export function plainStartOf(regex: string): string {
  return PLAIN_START.exec(regex)?.[0] ?? '';
}
