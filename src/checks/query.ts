import * as v from 'valibot';
import { mapOf, number } from '../core/base/settings.ts';

const VALUE = 'expected a text, a number, true or false';
/** What follows `?` in a URL, by name. */
export const query = mapOf(
  v.string(),
  v.pipe(v.union([v.string(), number(VALUE), v.boolean()], VALUE), v.transform(String)),
  'expected a map of query parameters',
);

/** A path with its query; `write` says how names and values are written. */
export function withQuery(
  path: string,
  query: Readonly<Record<string, string>>,
  write: (text: string) => string,
): string {
  const pairs = Object.entries(query).map(([name, value]) => `${write(name)}=${write(value)}`);
  if (pairs.length === 0) return path;
  return `${path}${path.includes('?') ? '&' : '?'}${pairs.join('&')}`;
}
