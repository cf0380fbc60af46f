const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000 } as const;
/** Units as people also write them. */
const WORDS: readonly (readonly [RegExp, string])[] = [
  [/^(milliseconds?|msecs?)$/, 'ms'],
  [/^(seconds?|secs?)$/, 's'],
  [/^(minutes?|mins?)$/, 'm'],
  [/^(hours?|hrs?)$/, 'h'],
];
/** The longest time that a timer of Node can wait, in milliseconds: 596 hours. A longer one would end at once. */
export const LONGEST_TIMER = 2 ** 31 - 1;
/** Amounts with units, of which at least one is not 0. */
export const DURATION_FORM = /^(0+(ms|s|m|h))*0*[1-9]\d*(ms|s|m|h)(\d+(ms|s|m|h))*$/;

/**
 * Milliseconds of a duration with a unit: `500ms`, `90s`, `1m30s`, `10m`, `1h`. Undefined for anything else, even a
 * bare number, so that nobody has to guess the unit, and for more than a number can hold.
 */
export function parseDuration(text: string): number | undefined {
  if (!DURATION_FORM.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/(\d+)(ms|s|m|h)/g)) total += Number(amount) * unitOf(unit);
  return Number.isSafeInteger(total) ? total : undefined;
}

/** The duration that a text with another form of its units was meant to be; undefined if it cannot be told. */
export function meantDuration(text: string): string | undefined {
  const near = text
    .toLowerCase()
    .replaceAll(/\s/g, '')
    .replaceAll(/(?<=\d)[a-z]+/g, (unit) => WORDS.find(([words]) => words.test(unit))?.[1] ?? unit);
  return near !== text && parseDuration(near) !== undefined ? near : undefined;
}

/** `1.4 s`, `2 min 5 s`: milliseconds as a person reads them. */
export function formatDuration(ms: number): string {
  if (Math.round(ms) < 1_000) return `${Math.round(ms)} ms`;
  if (Math.round(ms / 100) < 600) return `${(ms / 1_000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1_000);
  return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

function unitOf(unit: string | undefined): number {
  return unit !== undefined && unit in UNITS ? UNITS[unit as keyof typeof UNITS] : Number.NaN;
}
