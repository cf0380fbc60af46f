import type * as v from 'valibot';
import { HOLDING_SECRETS } from './credentials.ts';
import { isObject, typeText } from './json.ts';
import { nearest } from './nearest.ts';
import { listed } from './plural.ts';
import { quoted, shortened } from './quoted.ts';
import { isUnknownSetting } from './settings.ts';

/** What is wrong with a config, and the path of the setting. */
export interface ConfigFault {
  readonly text: string;
  readonly path: readonly string[];
}

/** What is wrong with a setting, at its place. */
interface Fault {
  readonly issue: v.BaseIssue<unknown>;
  /** From the whole config on. */
  readonly path: readonly v.IssuePathItem[];
}

/**
 * A sentence for each setting that is wrong, with its place, the value there and what is allowed. Where several forms are
 * allowed and the value has one of them in part, the sentence is about that part.
 */
export function faultsOf(issues: readonly v.BaseIssue<unknown>[]): ConfigFault[] {
  const faults = issues.flatMap((issue) => innermost(issue, []));
  const told = faults
    .filter((fault) => !isMistyped(fault, faults))
    .map((fault) => ({ text: sentenceOf(fault), path: fault.path.map(({ key }) => String(key)) }));
  // One value may break several rules: the first says what it is not.
  return told.filter(({ text }, index) => told.findIndex((other) => start(other.text) === start(text)) === index);
}

/** A sentence up to what is allowed. */
function start(sentence: string): string {
  return sentence.slice(0, sentence.indexOf(': expected '));
}

/** The faults inside the forms of a union; the union's own if the value has none of them. */
function innermost(issue: v.BaseIssue<unknown>, above: readonly v.IssuePathItem[]): Fault[] {
  const path = [...above, ...(issue.path ?? [])];
  const inside = (issue.issues ?? []).flatMap((one) => innermost(one, path));
  const deeper = inside.filter((fault) => fault.path.length > path.length);
  if (deeper.length > 0) return deeper;
  // A form of the right type, whose rules the value breaks.
  const near = inside.filter((fault) => fault.issue.kind === 'validation');
  return near.length > 0 ? near : [{ issue, path }];
}

/** Whether a setting is missing only because its name is mistyped, which is a fault of its own. */
function isMistyped({ issue, path }: Fault, all: readonly Fault[]): boolean {
  const item = path.at(-1);
  if (!isMissing(issue) || item === undefined) return false;
  return all.some((other) => {
    const beside = isUnknownSetting(other.issue) && other.path.at(-1)?.input === item.input;
    return beside && nearest(String(other.path.at(-1)?.key), [String(item.key)]) !== undefined;
  });
}

function sentenceOf({ issue, path }: Fault): string {
  const place = placeOf(path);
  if (isUnknownSetting(issue)) return `${place}: ${issue.message}`;
  if (isMissing(issue)) return `${place} is missing: ${issue.message}`;
  const last = path.at(-1);
  if (last?.origin === 'key')
    return `${placeOf(path.slice(0, -1))} has the key ${quoted(String(last.key))}: ${issue.message}`;
  return `${place} is ${valueText(issue, path)}: ${issue.message}${bracesHint(issue.input)}`;
}

function isMissing({ type, path, expected }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && path?.at(-1)?.origin === 'key' && expected !== 'never';
}

function placeOf(path: readonly v.IssuePathItem[]): string {
  return path.length === 0 ? 'the config' : path.map(({ key }) => String(key)).join('.');
}

/** The value as a person would say it: as it is in the config, not what a rule before this one made of it. */
function valueText(issue: v.BaseIssue<unknown>, path: readonly v.IssuePathItem[]): string {
  const last = path.at(-1);
  const value = last === undefined ? issue.input : last.value;
  if (holdsSecrets(path)) return typeof value === 'string' ? 'a fixed text' : typeText(value ?? null);
  if (isObject(value)) return mapText(Object.keys(value));
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  if (value === null || value === undefined) return 'empty';
  if (typeof value !== 'string') return shortened(String(value));
  // A rule in code may have words of its own for what it got.
  if (issue.type === 'raw_check' && issue.received !== `"${value}"`) return issue.received;
  return `${UNQUOTED.test(value) ? 'the text ' : ''}${quoted(value)}`;
}

/** What YAML takes for something else than a text without quotes. */
const UNQUOTED = /^([-+]?\d+(\.\d+)?|true|false|null)$/;

/** Whether what is wrong may be a secret that is not where it belongs. What a check expects of headers is none. */
function holdsSecrets(path: readonly v.IssuePathItem[]): boolean {
  return path.some(({ key }, index) => HOLDING_SECRETS.includes(String(key)) && path[index - 1]?.key !== 'expect');
}

/** How many keys of a map are named. */
const NAMED = 3;

/** A map, by its keys. */
export function mapText(keys: readonly string[]): string {
  if (keys.length === 0) return 'an empty map';
  const named = keys.slice(0, NAMED).map((key) => (/^[\w.-]{1,40}$/.test(key) ? key : quoted(key)));
  return `a map with ${keys.length > NAMED ? `${named.join(', ')} and more` : listed(named, 'and')}`;
}

/** Words that stand for something in texts of the config. */
const PLACEHOLDER = /^(env\.[A-Za-z_]\w*|revision|previous|window|from|to|host)$/;

/** What to do about a placeholder without quotes, of which YAML makes a map. */
function bracesHint(input: unknown): string {
  const [[key = '', value] = [], ...more] = isObject(input) ? Object.entries(input) : [];
  if (more.length > 0 || value !== null || !PLACEHOLDER.test(key)) return '';
  return `; write "{${key}}" in quotes, since YAML makes a map of braces`;
}
