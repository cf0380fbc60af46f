import type * as v from 'valibot';
import { nearest } from './nearest.ts';
import { quoted, shortened } from './quoted.ts';
import { isUnknownSetting } from './settings.ts';

/** What is wrong with a setting, at its place. */
interface Fault {
  readonly issue: v.BaseIssue<unknown>;
  /** From the whole config on. */
  readonly path: readonly v.IssuePathItem[];
}

/**
 * One sentence for each fault, with its place, the value there and what is allowed. Where several forms are allowed and
 * the value has one of them in part, the sentence is about that part.
 */
export function sentencesOf(issues: readonly v.BaseIssue<unknown>[]): string[] {
  const faults = issues.flatMap((issue) => innermost(issue, []));
  const sentences = faults.filter((fault) => !isMistyped(fault, faults)).map(sentenceOf);
  return [...new Set(sentences)];
}

/** The faults inside the forms of a union; the union's own if the value has none of them. */
function innermost(issue: v.BaseIssue<unknown>, above: readonly v.IssuePathItem[]): Fault[] {
  const path = [...above, ...(issue.path ?? [])];
  const inside = (issue.issues ?? []).flatMap((one) => innermost(one, path));
  const deeper = inside.filter((fault) => fault.path.length > path.length);
  return deeper.length > 0 ? deeper : [{ issue, path }];
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
  if (isUnknownSetting(issue)) return `${placeOf(path)}: ${issue.message}`;
  if (isMissing(issue)) return `${placeOf(path)} is missing: ${issue.message}`;
  return `${placeOf(path)} is ${valueText(issue)}: ${issue.message}`;
}

function isMissing({ type, path, expected }: v.BaseIssue<unknown>): boolean {
  return type === 'strict_object' && path?.at(-1)?.origin === 'key' && expected !== 'never';
}

function placeOf(path: readonly v.IssuePathItem[]): string {
  return path.length === 0 ? 'the config' : path.map(({ key }) => String(key)).join('.');
}

/** The value as a person would say it. valibot gives maps and lists the names that they have in JavaScript. */
function valueText({ input, received }: v.BaseIssue<unknown>): string {
  if (received === 'Object') return 'a map';
  if (Array.isArray(input)) return input.length === 0 ? 'an empty list' : 'a list';
  if (received === 'null' || received === 'undefined') return 'empty';
  return received === `"${input}"` ? quoted(received.slice(1, -1)) : shortened(received);
}
