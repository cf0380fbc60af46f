import * as v from 'valibot';
import { parseDuration } from './duration.ts';
import { isObject, type Json } from './json.ts';
import { didYouMean, nearest } from './nearest.ts';
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

/** Settings that do not exist. The first without a near one says which do. */
function unknownSettings(keys: readonly string[], names: readonly string[]): v.ObjectEntries {
  const first = keys.find((key) => nearest(key, names) === undefined);
  const allowed = `; allowed: ${names.length === 0 ? 'none' : names.join(', ')}`;
  const schemas = keys.map((key) => {
    const hint = didYouMean(key, names) || (key === first ? allowed : '');
    return [key, v.custom(() => false, `no such setting${hint}`)] as const;
  });
  return Object.fromEntries(schemas);
}

/** Whether an issue is about a setting that does not exist. */
export function isUnknownSetting(issue: v.BaseIssue<unknown>): boolean {
  return issue.type === 'custom';
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

/** The end of a sentence about a value that is none of `words`: the one that was probably meant, or nothing. */
export function meant(value: unknown, words: readonly string[]): string {
  return typeof value === 'string' ? didYouMean(value, words) : '';
}

/** One of a few words; `where` says where they are explained. */
export const choice = <const T extends readonly string[]>(words: T, where = '') =>
  v.picklist(words, ({ input }) => `expected ${listed(words, 'or')}${meant(input, words)}${where}`);

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

/** A map from names of one form to values of another: `message` says so. To valibot a list is a map, too. */
export const mapOf = <const K extends v.GenericSchema<string, string>, const V extends v.GenericSchema>(
  key: K,
  value: V,
  message: string,
) => {
  const map = v.record(key, value, message);
  const none = v.never(message);
  return v.lazy((given) => (Array.isArray(given) ? none : map));
};

/** Any value of JSON. */
export const anything = v.pipe(
  v.unknown(),
  v.check((given) => given !== undefined, 'expected a value'),
  v.transform((given) => given as Json),
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
