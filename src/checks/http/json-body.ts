import * as v from 'valibot';
import { bounded } from '../../core/base/bounded.ts';
import { mapText } from '../../core/base/config-faults.ts';
import type { BrokenRule } from '../../core/base/config-rules.ts';
import { byValue } from '../../core/base/forms.ts';
import { isObject, isSameJson, type Json, jsonIn, typeText } from '../../core/base/json.ts';
import { type Filling, filledIn, filledPattern } from '../../core/base/placeholders.ts';
import { counted } from '../../core/base/plural.ts';
import { shortened } from '../../core/base/quoted.ts';
import { anything, count, mapOf, regularExpression, settings } from '../../core/base/settings.ts';
import type { Detail } from '../../core/checks/failed-check.ts';
import { brokenOrder, ORDER } from '../../core/checks/order.ts';
import { jsonPath, selected } from '../json-path.ts';
import { diffDetail, hasParts, partsDiffer } from './json-diff.ts';

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
  v.unknown(),
  v.metadata({ type: ['string', 'number', 'boolean', 'array', 'null'] }),
  anything,
  v.transform((equals) => ({ equals })),
);
const expected = byValue([equal, comparison], (given) => (isObject(given) ? comparison : equal));
export const jsonBody = mapOf(jsonPath, expected, 'expected a map from JSONPaths to what they select');
type Comparison = v.InferOutput<typeof comparisons>;
export type JsonBody = v.InferOutput<typeof jsonBody>;

const ALONE = 'expected absent alone: where nothing is, there is nothing to compare';

/** The paths where nothing may be, and which compare it all the same. */
export function brokenPaths(expectations: JsonBody): BrokenRule[] {
  return Object.entries<Comparison>(expectations).flatMap(([path, { absent, ...others }]) => {
    const keys = Object.keys(others);
    if (absent === undefined || keys.length === 0) return [];
    return [{ path: [path], what: ` is ${mapText(['absent', ...keys])}: ${ALONE}` }];
  });
}

/** Why something does not meet a check: a part of a sentence, and lines that show more. */
export interface Fault {
  readonly reason: string;
  readonly detail?: Detail;
}

/** What is wrong where a path leads. */
interface PathFault {
  readonly reason: string;
  /** The path, what is expected (-) and what is there (+); none if that could not be looked at. */
  readonly lines: readonly string[];
  /** In place of that, where both have parts: in which of them they differ. */
  readonly diff?: readonly string[];
}

/** How many paths are reported. */
const MOST = 10;

/** What of a JSON body is not as expected; undefined if nothing is. */
export function jsonFault(expectations: JsonBody, text: string, filling: Filling): Fault | undefined {
  const value = jsonIn(text);
  if (value === undefined) return { reason: 'the body is not JSON' };
  const faults: PathFault[] = [];
  for (const [path, comparison] of Object.entries(expectations)) {
    const fault = pathFault(path, comparison, value, filling);
    if (fault !== undefined) faults.push(fault);
    // What takes too long must not take that long for each path.
    if (fault?.lines.length === 0 || faults.length === MOST) break;
  }
  const [first, ...more] = faults;
  if (first === undefined) return undefined;
  const least = faults.length === MOST ? 'at least ' : '';
  const reason = more.length === 0 ? first.reason : `${first.reason}; and ${least}${counted(more.length, 'more path')}`;
  // The reason says all of a single value.
  const lines = more.length === 0 ? (first.diff ?? []) : faults.flatMap((fault) => fault.diff ?? fault.lines);
  return { reason, ...(lines.length > 0 && { detail: diffDetail(lines) }) };
}

function pathFault(path: string, comparison: Comparison, value: Json, filling: Filling): PathFault | undefined {
  const nodes = selected(path, value);
  if (typeof nodes === 'string') return { reason: nodes, lines: [] };
  const { absent, count, ...rest } = comparison;
  if (absent) {
    const [first] = nodes;
    if (first === undefined) return undefined;
    return faultAt(path, `${path} selects ${shown(first)}; expected nothing there`, ['nothing', shown(first)]);
  }
  const there = counted(nodes.length, 'value');
  if (count !== undefined && nodes.length !== count)
    return faultAt(path, `${path} selects ${there}; expected ${count}`, [counted(count, 'value'), there]);
  if (nodes.length === 0 && count === undefined)
    return faultAt(path, `${path} selects nothing`, ['a value', 'nothing']);
  return valuesFault(path, rest, nodes, filling);
}

/** What is wrong with the first value that does not compare. All of them together have the time of one. */
function valuesFault(
  path: string,
  comparison: Comparison,
  values: readonly Json[],
  filling: Filling,
): PathFault | undefined {
  const { matches } = comparison;
  const pattern = matches === undefined ? undefined : filledPattern(matches, filling);
  const found = bounded(`${path} ${pattern ?? ''}`, () => {
    const wanted = wantedBy(comparison, pattern, filling);
    for (const value of values) {
      const fault = valueFault(path, wanted, value);
      if (fault !== undefined) return fault;
    }
    return undefined;
  });
  if (found !== undefined) return found.value;
  const what = `what ${path} selects`;
  const slow =
    matches === undefined
      ? `${what} takes too long to compare`
      : `/${matches}/ takes too long to search for in ${what}`;
  return { reason: slow, lines: [] };
}

/** What values are compared with. */
interface Wanted {
  readonly comparison: Comparison;
  readonly equals: Json | undefined;
  readonly among: readonly Json[] | undefined;
  readonly pattern: RegExp | undefined;
}

function wantedBy(comparison: Comparison, pattern: string | undefined, filling: Filling): Wanted {
  return {
    comparison,
    equals: comparison.equals === undefined ? undefined : (filledIn(comparison.equals, filling) as Json),
    among: comparison.in?.map((one) => filledIn(one, filling) as Json),
    pattern: pattern === undefined ? undefined : new RegExp(pattern),
  };
}

/** What is wrong with one value that a path selects. */
function valueFault(path: string, { comparison, equals, among, pattern }: Wanted, value: Json): PathFault | undefined {
  const fault = (expected: string) =>
    faultAt(path, `${path} is ${shown(value)}; expected ${expected}`, [expected, shown(value)]);
  if (equals !== undefined && !isSameJson(equals, value))
    return { ...fault(shown(equals)), ...partsDiffer(path, equals, value) };
  if (among !== undefined && !among.some((one) => isSameJson(one, value)))
    return fault(`one of ${among.map(shown).join(', ')}`);
  if (pattern !== undefined && !(typeof value === 'string' && pattern.test(value)))
    return fault(`a text that matches /${comparison.matches}/`);
  const order = brokenOrder(comparison, value);
  return order === undefined ? undefined : fault(`${typeof value === 'number' ? '' : 'a number, '}${order}`);
}

function faultAt(path: string, reason: string, [expected, got]: readonly [string, string]): PathFault {
  return { reason, lines: [` ${path}`, `-  ${expected}`, `+  ${got}`] };
}

function shown(value: Json): string {
  const text = JSON.stringify(value);
  return hasParts(value) && text.length > 80 ? typeText(value) : shortened(text);
}
