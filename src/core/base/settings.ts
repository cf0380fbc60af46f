import * as v from 'valibot';
import { parseDuration } from './duration.ts';

/** A duration such as `30s`; its value is in milliseconds. */
export const duration = v.pipe(
  v.string('expected a duration with a unit, such as 500ms, 30s or 2m'),
  v.transform((text) => parseDuration(text)),
  v.number('expected a duration with a unit, such as 500ms, 30s or 2m'),
);

/** A whole number from 1 to `most`. */
export const count = (most: number) =>
  v.pipe(v.number(), v.integer('expected a whole number'), v.minValue(1), v.maxValue(most, `expected at most ${most}`));

/** `true` or `false`. */
export const flag = v.boolean('expected true or false');

/** A text that YAML may take for something else. */
export const text = v.string('expected a string: quote the value');

/** The source of a regular expression. */
export const regularExpression = v.pipe(
  v.string(),
  v.check((source) => compiles(source), 'expected a regular expression in JavaScript syntax'),
);

/** The name of an HTTP header. */
export const headerName = v.pipe(v.string(), v.regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'expected the name of a header'));

/** The path of a URL. */
export const path = v.pipe(v.string(), v.regex(/^\/[!-~]*$/, 'expected a path that starts with / and has no spaces'));

function compiles(source: string): boolean {
  try {
    new RegExp(source);
    return true;
  } catch {
    return false;
  }
}
