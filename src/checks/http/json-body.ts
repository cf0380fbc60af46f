import { isDeepStrictEqual } from 'node:util';
import * as v from 'valibot';
import { messageOf } from '../../core/base/error.ts';
import { escapeRegex } from '../../core/base/escape-regex.ts';
import { byValue } from '../../core/base/forms.ts';
import { isObject, type Json, typeText } from '../../core/base/json.ts';
import { search } from '../../core/base/pattern.ts';
import { type Filling, filledIn } from '../../core/base/placeholders.ts';
import { counted } from '../../core/base/plural.ts';
import { shortened } from '../../core/base/quoted.ts';
import { anything, count, mapOf, regularExpression, settings } from '../../core/base/settings.ts';
import { brokenOrder, ORDER } from '../../core/checks/order.ts';
import { differenceOf } from '../../core/kube/diff.ts';
import { jsonPath, selected } from '../json-path.ts';

/** What a check expects of a JSON body, by JSONPath (RFC 9535). */

const comparisons = settings({
  equals: v.optional(anything),
  in: v.optional(v.pipe(v.array(anything, 'expected a list of values'), v.minLength(1, 'expected at least one value'))),
  matches: v.optional(regularExpression),
  ...ORDER,
  count: v.optional(count(0, 1_000_000)),
  absent: v.optional(v.literal(true, 'expected true')),
});
const EMPTY = 'expected at least one comparison, or equals: {} for an empty map';
const comparison = v.pipe(comparisons, v.minEntries(1, EMPTY));
/** A map compares; anything else must be equal. */
const equal = v.pipe(
  anything,
  v.metadata({ type: ['string', 'number', 'boolean', 'array', 'null'] }),
  v.transform((equals) => ({ equals })),
);
const expected = byValue([equal, comparison], (given) => (isObject(given) ? comparison : equal));
export const jsonBody = mapOf(jsonPath, expected, 'expected a map from JSONPaths to what they select');
type Comparison = v.InferOutput<typeof comparisons>;
export type JsonBody = v.InferOutput<typeof jsonBody>;

/** Why something does not meet a check: a part of a sentence, and lines that show more. */
export interface Fault {
  readonly reason: string;
  readonly detail?: string;
}

/** What of a JSON body is not as expected; undefined if nothing is. */
export function jsonFault(expectations: JsonBody, text: string, filling: Filling): Fault | undefined {
  let value: Json;
  try {
    value = JSON.parse(text) as Json;
  } catch (error) {
    return { reason: `the body is not JSON: ${messageOf(error)}` };
  }
  for (const [path, comparison] of Object.entries(expectations)) {
    const fault = pathFault(path, comparison, value, filling);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function pathFault(path: string, comparison: Comparison, value: Json, filling: Filling): Fault | undefined {
  const nodes = selected(path, value);
  if (typeof nodes === 'string') return { reason: nodes };
  const { absent, count, ...rest } = comparison;
  if (absent) {
    const [first] = nodes;
    return first === undefined ? undefined : { reason: `${path} selects ${shown(first)}; expected nothing there` };
  }
  if (count !== undefined && nodes.length !== count)
    return { reason: `${path} selects ${counted(nodes.length, 'value')}; expected ${count}` };
  if (nodes.length === 0 && count === undefined) return { reason: `${path} selects nothing` };
  for (const node of nodes) {
    const fault = valueFault(path, rest, node, filling);
    if (fault !== undefined) return fault;
  }
  return undefined;
}

/** What is wrong with one value that a path selects. */
function valueFault(path: string, comparison: Comparison, value: Json, filling: Filling): Fault | undefined {
  const is = `${path} is ${shown(value)}`;
  if (comparison.equals !== undefined) {
    const wanted = filledIn(comparison.equals, filling) as Json;
    if (!isDeepStrictEqual(wanted, value))
      return { reason: `${is}; expected ${shown(wanted)}`, ...detailOf(path, wanted, value) };
  }
  const among = comparison.in?.map((one) => filledIn(one, filling) as Json);
  if (among !== undefined && !among.some((one) => isDeepStrictEqual(one, value)))
    return { reason: `${is}; expected one of ${among.map(shown).join(', ')}` };
  if (comparison.matches !== undefined) {
    const pattern = comparison.matches.replaceAll('{revision}', escapeRegex(filling.revision));
    const found = typeof value === 'string' ? search(pattern, value) : 'no';
    if (found === 'slow') return { reason: `${is}, and /${comparison.matches}/ takes too long to search for in it` };
    if (found === 'no') return { reason: `${is}; expected a text that matches /${comparison.matches}/` };
  }
  const order = brokenOrder(comparison, value);
  const what = typeof value === 'number' ? '' : 'a number, ';
  return order === undefined ? undefined : { reason: `${is}; expected ${what}${order}` };
}

/** A diff, where the values have parts. */
function detailOf(path: string, wanted: Json, value: Json): Pick<Fault, 'detail'> {
  if (typeof wanted !== 'object' || typeof value !== 'object') return {};
  return { detail: `expected (-) and got (+):\n${differenceOf({ [path]: wanted }, { [path]: value })}` };
}

function shown(value: Json): string {
  const isPart = typeof value === 'object' && value !== null;
  const text = JSON.stringify(value);
  return isPart && text.length > 80 ? typeText(value) : shortened(text);
}
