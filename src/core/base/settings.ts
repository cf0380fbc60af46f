import * as v from 'valibot';
import { parseDuration } from './duration.ts';
import { isObject } from './json.ts';
import { didYouMean, nearest } from './nearest.ts';
import { listed } from './plural.ts';

/**
 * A map with these settings and no others. The message about an unknown setting names the nearest one, and the message
 * about a missing one says what is allowed for it.
 */
export function settings<const T extends v.ObjectEntries>(entries: T) {
  const names = Object.keys(entries);
  const allowed = `expected a map with ${listed(names, 'or')}`;
  const map = v.strictObject(entries, ({ expected, path }) => {
    const item = path?.[0];
    if (item === undefined || !isObject(item.input)) return allowed;
    const key = String(item.key);
    return expected === 'never' ? unknownSettings(item.input, key, names) : messageOn(entries[key]);
  });
  // To valibot a list is a map with numbers for names.
  const none = v.never(allowed);
  return v.lazy((given) => (Array.isArray(given) ? none : map));
}

/** What is said of a missing setting. */
function messageOn(entry: unknown): string {
  return v.safeParse(entry as v.GenericSchema, undefined).issues?.[0].message ?? '';
}

/** What is said of `key`, the first unknown setting of a map, and of those after it, which valibot does not report. */
function unknownSettings(given: object, key: string, names: readonly string[]): string {
  const fault = (one: string) =>
    `no such setting${didYouMean(one, names) || `; allowed: ${names.length === 0 ? 'none' : names.join(', ')}`}`;
  const others = Object.keys(given).filter((one) => one !== key && !names.includes(one));
  return [fault(key), ...others.map((one) => `${one}: ${fault(one)}`)].join('; ');
}

/** One form of a map, which is recognised by a setting that the other forms do not have. */
interface MapForm {
  readonly key: string;
  readonly schema: unknown;
}

/** The form that `given` has, also if the setting that says so is mistyped; undefined if it has none. */
export function formOf<F extends MapForm>(given: unknown, forms: readonly F[]): F['schema'] | undefined {
  if (!isObject(given)) return undefined;
  const isMeant = (key: string) => Object.keys(given).some((one) => nearest(one, [key]) !== undefined);
  return (forms.find(({ key }) => Object.hasOwn(given, key)) ?? forms.find(({ key }) => isMeant(key)))?.schema;
}

const DURATION = 'expected a duration with a unit, such as 500ms, 30s or 2m';

/** A duration such as `30s`; its value is in milliseconds. */
export const duration = v.pipe(
  v.string(DURATION),
  v.rawTransform(({ dataset, addIssue, NEVER }): number => {
    const parsed = parseDuration(dataset.value);
    if (parsed === undefined) addIssue({ message: DURATION });
    return parsed ?? NEVER;
  }),
);

/** A whole number within limits. */
export const count = (least: number, most: number) => {
  const message = `expected a whole number from ${least} to ${most}`;
  return v.pipe(v.number(message), v.integer(message), v.minValue(least, message), v.maxValue(most, message));
};

/** One of a few words. */
export const choice = <const T extends readonly string[]>(words: T) =>
  v.picklist(words, `expected ${listed(words, 'or')}`);

/** `true` or `false`. */
export const flag = v.boolean('expected true or false');

/** A text that YAML may take for something else. */
export const text = v.string('expected a string: quote the value');

const EXPRESSION = 'expected a regular expression in JavaScript syntax';

/** The source of a regular expression. */
export const regularExpression = v.pipe(
  v.string(EXPRESSION),
  v.check((source) => compiles(source), EXPRESSION),
);

const HEADER = 'expected the name of a header';

/** The name of an HTTP header. */
export const headerName = v.pipe(v.string(HEADER), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, HEADER));

const PATH = 'expected a path that starts with / and has no spaces';

/** The path of a URL. */
export const path = v.pipe(v.string(PATH), v.regex(/^\/[!-~]*$/, PATH));

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
