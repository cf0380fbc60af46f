import type { Check, Identity } from './config.ts';
import { isObject } from './json.ts';
import type { Difference } from './record.ts';

/** The parts of an HTTP answer that decisions are made of. */
export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/**
 * Who answered: `unknown` is a 2xx that nothing tells apart, `bad` a 5xx or an answer of neither side, `silent` no answer
 * at all, so that nothing is known of who is behind the proxy.
 */
export type Who = 'green' | 'blue' | 'unknown' | 'bad' | 'silent';

/** Why an answer does not pass a check, in one sentence; undefined if it passes. `{revision}` in the check is filled in. */
export function mismatch(check: Check, answer: Answered, revision: string): string | undefined {
  const fill = (text: string) => text.replaceAll('{revision}', revision);
  const { status, headers, body } = check.expect;
  const allowed = [status].flat();
  if (!allowed.some((one) => (typeof one === 'number' ? one === answer.status : one[0] === String(answer.status)[0]))) {
    const to = answer.headers.location === undefined ? '' : `, to ${answer.headers.location}`;
    return `status ${answer.status}${to}; expected ${allowed.join(' or ')}`;
  }
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

/** Whether an answer says by itself that it is of `revision`. */
export function claims(identity: Identity, answer: Answered, revision: string): boolean {
  if ('header' in identity) return answer.headers[identity.header.toLowerCase()]?.toString() === revision;
  if ('json' in identity) return jsonAt(answer.body, identity.json) === revision;
  return new RegExp(fillPattern(identity.matches, revision)).test(answer.body);
}

const FEATURES = ['body', 'etag', 'last-modified', 'server', 'status'] as const;

/**
 * A feature that is the same in all of blue's answers, the same in all of green's, and not the same in both; undefined
 * if there is none. `digest` makes a short text of a body.
 */
export function findDifference(
  path: string,
  blue: readonly Answered[],
  green: readonly Answered[],
  digest: (body: string) => string,
): Difference | undefined {
  for (const feature of FEATURES) {
    const values = (answers: readonly Answered[]) =>
      new Set(answers.map((answer) => featureOf(feature, answer, digest)));
    const [b, ...otherB] = values(blue);
    const [g, ...otherG] = values(green);
    if (b !== undefined && g !== undefined && otherB.length + otherG.length === 0 && b !== g)
      return { path, feature, blue: b, green: g };
  }
  return undefined;
}

/** The value of one feature of an answer. */
export function featureOf(feature: Difference['feature'], answer: Answered, digest: (body: string) => string): string {
  if (feature === 'body') return digest(answer.body);
  if (feature === 'status') return String(answer.status);
  return answer.headers[feature]?.toString() ?? '';
}

function fillPattern(pattern: string, revision: string): string {
  return pattern.replaceAll('{revision}', revision.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
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
