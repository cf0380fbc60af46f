import * as v from 'valibot';
import { DURATION_FORM, meantDuration, parseDuration } from './duration.ts';
import { isObject, type Json } from './json.ts';
import { didYouMean } from './nearest.ts';
import { listed } from './plural.ts';

/**
 * A map with these settings and no others. The message about an unknown setting names the nearest one, and the message
 * about a missing one says what is allowed for it.
 */
export function settings<const T extends v.ObjectEntries>(entries: T) {
  const names = Object.keys(entries);
  const allowed = `expected a map with ${listed(names, 'or')}`;
  const message = ({ path }: v.StrictObjectIssue) => {
    const item = path?.[0];
    return item === undefined || !isObject(item.input) ? allowed : messageOn(entries[String(item.key)]);
  };
  const map = v.strictObject(entries, message);
  // To valibot a list is a map with numbers for names.
  const none = v.never(allowed);
  return v.lazy((given) => {
    if (Array.isArray(given)) return none;
    const unknown = isObject(given) ? Object.keys(given).filter((key) => !names.includes(key)) : [];
    if (unknown.length === 0) return map;
    // valibot reports the first unknown setting alone, so each becomes a setting without a valid value.
    return v.strictObject({ ...entries, ...unknownSettings(unknown, names) }, message) as unknown as typeof map;
  });
}

/** What is said of a missing setting. */
function messageOn(entry: unknown): string {
  return v.safeParse(entry as v.GenericSchema, undefined).issues?.[0].message ?? '';
}

/** Settings that do not exist. What is said of each names a near one, or else those that do. */
function unknownSettings(keys: readonly string[], names: readonly string[]): v.ObjectEntries {
  const allowed = `; allowed: ${names.length === 0 ? 'none' : names.join(', ')}`;
  return Object.fromEntries(
    keys.map((key) => [key, v.custom(() => false, `no such setting${didYouMean(key, names) || allowed}`)]),
  );
}

/** Whether an issue is about a setting that does not exist. */
export function isUnknownSetting(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'custom';
}

const DURATION = 'expected a duration with a unit, such as 500ms, 30s or 2m';
const durationFault = ({ input }: v.BaseIssue<unknown>) => {
  const near = typeof input === 'string' ? meantDuration(input) : undefined;
  return near === undefined ? DURATION : `${DURATION}; did you mean ${near}?`;
};

/** A duration such as `30s`; its value is in milliseconds. */
export const duration = v.pipe(
  v.string(DURATION),
  v.regex(DURATION_FORM, durationFault),
  v.rawTransform(({ dataset, addIssue, NEVER }): number => {
    const parsed = parseDuration(dataset.value);
    if (parsed === undefined) addIssue({ message: 'expected a shorter duration' });
    return parsed ?? NEVER;
  }),
);

/** A whole number within limits. */
export const count = (least: number, most: number) => {
  const message = `expected a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};

/** The end of a sentence about a value that is none of `words`: the one that was probably meant, or nothing. */
export function meant(value: unknown, words: readonly string[]): string {
  return typeof value === 'string' ? didYouMean(value, words) : '';
}

/** One of a few words; `where` says where they are explained. */
export const choice = <const T extends readonly string[]>(words: T, where = '') =>
  v.picklist(words, ({ input }) => `expected ${listed(words, 'or')}${meant(input, words)}${where}`);

/** Booleans of YAML 1.1, which are texts in YAML 1.2. */
const FORMER: Readonly<Record<string, boolean>> = { yes: true, on: true, no: false, off: false };
/** `true` or `false`. */
export const flag = v.boolean(({ input }) => {
  const near = typeof input === 'string' ? FORMER[input.toLowerCase()] : undefined;
  return `expected true or false${near === undefined ? '' : `; did you mean ${near}?`}`;
});

/** A number that JSON has, since the config is stored as JSON. */
export const number = (message: string) =>
  v.pipe(
    v.number(message),
    v.check((given) => Number.isFinite(given), message),
  );

/** A text that YAML may take for something else. */
export const text = v.string('expected a string: quote the value');

const EXPRESSION = 'expected a regular expression in JavaScript syntax';

/** The source of a regular expression. */
export const regularExpression = v.pipe(
  v.string(EXPRESSION),
  v.check((source) => compiles(source), EXPRESSION),
  v.metadata({ format: 'regex' }),
);

/** Keys that valibot leaves out of a map without a word. */
const LEFT_OUT = ['__proto__', 'prototype', 'constructor'];

/** A map from names of one form to values of another: `message` says so. To valibot a list is a map, too. */
export const mapOf = <const K extends v.GenericSchema<string, string>, const V extends v.GenericSchema>(
  key: K,
  value: V,
  message: string,
) => {
  const map = v.record(key, value, message);
  const none = v.never(message);
  return v.lazy((given) => {
    if (Array.isArray(given)) return none;
    const own = isObject(given) ? Object.keys(given).find((name) => LEFT_OUT.includes(name)) : undefined;
    return own === undefined ? map : v.never(`${message}, none of which can be called ${own}`);
  });
};

/** Any value of JSON. */
export const anything = v.pipe(
  v.unknown(),
  v.check((given) => isJson(given), 'expected a value of JSON'),
  v.transform((given) => given as Json),
);

const HEADER = 'expected the name of a header';

/** The name of an HTTP header. */
export const headerName = v.pipe(v.string(HEADER), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, HEADER));

const PATH = 'expected a path that starts with / and has no spaces';

/** The path of a URL. */
export const path = v.pipe(v.string(PATH), v.regex(/^\/[!-~]*$/, PATH));

/** Whether a value can be stored as JSON and read again: YAML also has infinite numbers. */
function isJson(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.values(value).every(isJson);
  return value === null || ['string', 'boolean'].includes(typeof value) || Number.isFinite(value);
}

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
