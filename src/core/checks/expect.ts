import type { Check, Identity } from '../base/config.ts';
import { escapeRegex } from '../base/escape-regex.ts';
import { isObject } from '../base/json.ts';

/** The parts of an HTTP answer that decisions are made of. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Who answered: `unknown` is an answer that visitors may get and that shows neither side, `bad` an answer that visitors should not get, or none although
 * the proxy answers, `silent` nothing from which anything could be said of who is behind the proxy.
 */
export type Who = 'green' | 'blue' | 'unknown' | 'bad' | 'silent';

/** Why an answer does not pass a check, in one sentence; undefined if it passes. `{revision}` in the check is filled in. */
export function mismatch(check: Check, answer: Answered, revision: string): string | undefined {
  const fill = (text: string) => text.replaceAll('{revision}', revision);
  const { status, headers, body } = check.expect;
  if (!expectsStatus(check, answer.status)) return `${statusText(answer)}; expected ${[status].flat().join(' or ')}`;
  for (const [name, value] of Object.entries(headers)) {
    const found = answer.headers[name.toLowerCase()];
    if (found?.toString() !== fill(value))
      return `header ${name} is ${found === undefined ? 'missing' : `"${found}"`}; expected "${fill(value)}"`;
  }
  if (body.contains !== undefined && !answer.body.includes(fill(body.contains)))
    return `the body does not contain "${fill(body.contains)}"`;
  if (body.matches !== undefined && !new RegExp(fillPattern(body.matches, revision)).test(answer.body))
    return `the body does not match /${body.matches}/`;
  return undefined;
}

/** Whether visitors may get this status at `path`, by the checks: a success, or what a check of that path expects. */
export function isFine(checks: readonly Check[], path: string, status: number): boolean {
  return isSuccess(status) || checks.some((check) => check.request === path && expectsStatus(check, status));
}

function expectsStatus({ expect }: Check, status: number): boolean {
  return [expect.status].flat().some((one) => (typeof one === 'number' ? one === status : one[0] === `${status}`[0]));
}

/** Whether a status is a 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** `status 302, to /login`, for sentences. */
export function statusText({ status, headers }: Answered): string {
  return `status ${status}${headers.location === undefined ? '' : `, to ${headers.location}`}`;
}

/** Whether an answer says by itself that it is of `revision`. */
export function claims(identity: Identity, answer: Answered, revision: string): boolean {
  if ('header' in identity) return answer.headers[identity.header.toLowerCase()]?.toString() === revision;
  if ('json' in identity) return jsonAt(answer.body, identity.json) === revision;
  return new RegExp(fillPattern(identity.matches, revision)).test(answer.body);
}

/** The revision that an answer says it is of, whichever that is; undefined if it says none, or a pattern cannot tell. */
export function saidBy(identity: Identity, answer: Answered): string | undefined {
  if ('header' in identity) return answer.headers[identity.header.toLowerCase()]?.toString() || undefined;
  return 'json' in identity ? jsonAt(answer.body, identity.json) : undefined;
}

function fillPattern(pattern: string, revision: string): string {
  return pattern.replaceAll('{revision}', escapeRegex(revision));
}

function jsonAt(text: string, path: string): string | undefined {
  try {
    let value: unknown = JSON.parse(text);
    for (const key of path.split('.')) value = isObject(value) ? value[key] : undefined;
    return typeof value === 'string' || typeof value === 'number' ? String(value) : undefined;
  } catch {
    return undefined;
  }
}
