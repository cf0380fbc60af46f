/** The longest text that a sentence quotes, in characters. */
const LONGEST = 200;

/** A text of the user in a sentence: on one line, and cut if it is long. */
export function quoted(text: string): string {
  const line = (text.trim() || text).replaceAll(/\s*\n\s*/g, ' ⏎ ');
  return `"${shortened(line)}"`;
}

/** At most as much of a text as a sentence quotes. */
export function shortened(text: string): string {
  return cut(text, LONGEST);
}

/** At most `limit` characters of a text. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}…`;
}

/** Whether a text is so like the path of a file that it can be quoted, where it may also be a secret. */
export function looksLikePath(text: string): boolean {
  return text.length <= LONGEST && /^(~|\.{1,2})?\/|\.(ya?ml|json|conf|pem|crt|cer)$|(^|\/)(kube)?config$/.test(text);
}
