import * as v from 'valibot';
import type { BrokenRule } from '../../core/base/config-rules.ts';
import { byValue, oneForm } from '../../core/base/forms.ts';
import { isObject } from '../../core/base/json.ts';
import { search } from '../../core/base/pattern.ts';
import { type Filling, filled, filledPattern } from '../../core/base/placeholders.ts';
import { headerName, mapOf, regularExpression, settings, text } from '../../core/base/settings.ts';
import { type Answered, expectsStatus, statusText } from '../../core/checks/expect.ts';
import type { Answer } from '../../proof/probe.ts';
import { brokenPaths, type Fault, jsonBody, jsonFault } from './json-body.ts';
import { statuses } from './line.ts';

const HEADER = 'expected a text, or a map with matches or absent';
const absent = v.literal(true, 'expected true');
const oneOfTwo = oneForm(
  [
    { key: 'matches', schema: settings({ matches: regularExpression }) },
    { key: 'absent', schema: settings({ absent }) },
  ],
  HEADER,
);
const header = byValue([text, oneOfTwo], (given) => (isObject(given) ? oneOfTwo : text));

/** Only the JSON Schema says here that none may be empty: `brokenIn` says it, but not of records. */
const someText = v.pipe(text, v.metadata({ minLength: 1 }));
const somePattern = v.pipe(regularExpression, v.metadata({ minLength: 1 }));
const listOf = <const S extends v.GenericSchema>(one: S) => v.pipe(v.array(one), v.metadata({ minItems: 1 }));
/** One text or pattern, or several of which all must be there. */
const contained = v.union([someText, listOf(someText)], 'expected a text, or a list of texts');
const matched = v.union([somePattern, listOf(somePattern)], 'expected a regular expression, or a list');

/** Which answer is right. */
export const expectation = settings({
  status: v.optional(statuses, '2xx'),
  headers: v.optional(mapOf(headerName, header, 'expected a map of headers'), {}),
  body: v.optional(
    settings({ contains: v.optional(contained), matches: v.optional(matched), json: v.optional(jsonBody) }),
    {},
  ),
});
export type Expectation = v.InferOutput<typeof expectation>;

const NOT_EMPTY = ' is "": expected at least one character: what is empty is in every body';

/** The parts of an expectation that expect nothing. */
export function brokenIn({ body }: Expectation): BrokenRule[] {
  const { contains, matches, json = {} } = body;
  return [
    ...emptyIn('contains', contains, 'text'),
    ...emptyIn('matches', matches, 'regular expression'),
    ...brokenPaths(json).map(({ path, what }) => ({ path: ['json', ...path], what })),
  ].map(({ path, what }) => ({ path: ['body', ...path], what }));
}

function emptyIn(name: string, given: string | readonly string[] | undefined, one: string): BrokenRule[] {
  if (given === undefined) return [];
  if (typeof given === 'string') return given === '' ? [{ path: [name], what: NOT_EMPTY }] : [];
  if (given.length === 0) return [{ path: [name], what: ` is an empty list: expected at least one ${one}` }];
  return given.flatMap((text, index) => (text === '' ? [{ path: [name, `${index}`], what: NOT_EMPTY }] : []));
}

/** What of an answer is not as expected; undefined if it is right. */
export function mismatch(expectation: Expectation, answer: Answer, filling: Filling): Fault | undefined {
  const { status, headers, body } = expectation;
  const statuses = [status].flat();
  if (!expectsStatus(statuses, answer.status))
    return { reason: `${statusText(answer)}; expected ${statuses.join(' or ')}` };
  for (const [name, wanted] of Object.entries(headers)) {
    const reason = headerFault(name, wanted, answer, filling);
    if (reason !== undefined) return { reason };
  }
  return bodyFault(body, answer, filling);
}

function headerFault(
  name: string,
  wanted: Expectation['headers'][string],
  { headers }: Answered,
  filling: Filling,
): string | undefined {
  // Another header that comes again continues a list, which is one value (RFC 9110 section 5.3).
  const values = [headers[name.toLowerCase()] ?? []].flat();
  const is = `header ${name} ${headerText(name, values)}`;
  if (typeof wanted === 'string') {
    const value = filled(wanted, filling);
    return values.includes(value) ? undefined : `${is}; expected "${value}"`;
  }
  if ('absent' in wanted) return values.length === 0 ? undefined : `${is}; expected no such header`;
  const pattern = filledPattern(wanted.matches, filling);
  for (const value of values) {
    const how = search(pattern, value);
    if (how === 'slow') return `${is}, and /${wanted.matches}/ takes too long to search for in it`;
    if (how === 'yes') return undefined;
  }
  return `${is}; expected a match of /${wanted.matches}/`;
}

/** What an answer says in a header, for sentences: of cookies only their names, since their values are credentials. */
function headerText(name: string, values: readonly string[]): string {
  if (values.length === 0) return 'is missing';
  if (name.toLowerCase() !== 'set-cookie') return `is "${values.join(', ')}"`;
  const pairs = values.map((cookie) => cookie.split(';', 1)[0] ?? '');
  const names = pairs.map((pair) => (pair.includes('=') ? `"${pair.split('=', 1)}"` : 'one without a name'));
  return `sets ${names.join(', ')}`;
}

function bodyFault(body: Expectation['body'], answer: Answer, filling: Filling): Fault | undefined {
  const { contains = [], matches = [], json } = body;
  const cut = answer.cutAt === undefined ? '' : `; only its first ${answer.cutAt / 1024} KiB are read`;
  for (const one of [contains].flat()) {
    const wanted = filled(one, filling);
    if (!answer.body.includes(wanted)) return { reason: `the body does not contain "${wanted}"${cut}` };
  }
  for (const pattern of [matches].flat()) {
    const found = search(filledPattern(pattern, filling), answer.body);
    if (found === 'slow') return { reason: `/${pattern}/ takes too long to search for in the body` };
    if (found === 'no') return { reason: `the body does not match /${pattern}/${cut}` };
  }
  const fault = json && jsonFault(json, answer.body, filling);
  return fault && { ...fault, reason: `${fault.reason}${cut}` };
}
