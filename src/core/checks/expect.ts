import type { CheckSettings, ExpectedAnswer, Identity } from '../base/config.ts';
import { escapeRegex } from '../base/escape-regex.ts';
import { isObject } from '../base/json.ts';
import { search } from '../base/pattern.ts';

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

/** Whether visitors may get this status at `path`, by the checks: a success, or what a check of that path expects. */
export function isFine(checks: readonly CheckSettings[], path: string, status: number): boolean {
  return isSuccess(status) || expectedAt(checks, path).some(({ statuses }) => expectsStatus(statuses, status));
}

/** What the checks say of answers to `path`. */
export function expectedAt(checks: readonly CheckSettings[], path: string): ExpectedAnswer[] {
  return checks.flatMap(({ expects }) => expects.filter((one) => one.path === path));
}

/** The paths by which versions are distinguished: those that the checks request, each once, the first of them first. */
export function probePaths(checks: readonly CheckSettings[]): string[] {
  const paths = checks.flatMap(({ expects }) => expects.map(({ path }) => path));
  return paths.length === 0 ? ['/'] : [...new Set(paths)];
}

/** Whether a status is one of these, or in one of these classes and ranges. */
export function expectsStatus(statuses: ExpectedAnswer['statuses'], status: number): boolean {
  return statuses.some((one) => {
    if (typeof one === 'number') return one === status;
    const [from, to] = one.split('-').map(Number);
    return to === undefined ? one[0] === `${status}`[0] : status >= Number(from) && status <= to;
  });
}

/** Whether a status is a 2xx. */
export function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** Whether clients follow this status to another place. */
export function isRedirect(status: number): boolean {
  return [301, 302, 303, 307, 308].includes(status);
}

/** `status 302, to /login?…`, for sentences: what follows the path may hold a token or a password. */
export function statusText({ status, headers }: Answered): string {
  const to = headers.location === undefined ? '' : `, to ${headers.location}`;
  return `status ${status}${to.replace(/([?#]).*/s, '$1…')}`;
}

/** Whether an answer says by itself that it is of `revision`. */
export function claims(identity: Identity, answer: Answered, revision: string): boolean {
  if ('header' in identity) return answer.headers[identity.header.toLowerCase()]?.toString() === revision;
  if ('json' in identity) return jsonAt(answer.body, identity.json) === revision;
  return search(fillPattern(identity.matches, revision), answer.body) === 'yes';
}

/** The revision that an answer says it is of, whichever that is; undefined if it says none, or a pattern cannot tell. */
export function saidBy(identity: Identity, answer: Answered): string | undefined {
  if ('header' in identity) return answer.headers[identity.header.toLowerCase()]?.toString() || undefined;
  return 'json' in identity ? jsonAt(answer.body, identity.json) : undefined;
}

/** The regular expression with `{revision}` standing for a revision. An identity takes no variables (config-rules.ts). */
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
