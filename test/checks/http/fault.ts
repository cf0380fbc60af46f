import { load } from 'js-yaml';
import type { Attempt } from '../../../src/checks/check.ts';
import { only } from '../../core/support.ts';
import { Backend, type Handler } from '../../proof/backend.ts';
import { checkOf, subjectOf, toolsIn } from '../checks.ts';

/** Why this answer does not pass a check with this `expect`, given as YAML; undefined if it passes. */
export async function faultOf(
  expectation: string,
  handler: Handler,
  environment: Readonly<Record<string, string>> = {},
): Promise<Extract<Attempt, { passed: false }> | undefined> {
  const { front } = await Backend.start(handler);
  const check = checkOf({ request: 'GET /', expect: load(expectation) }, 'preview', toolsIn(environment));
  const ended = await only(check.targets(subjectOf([front]))).attempt(AbortSignal.timeout(60_000));
  return ended.passed ? undefined : ended;
}
/** Answers 200 with this body, as it is or as JSON. */
export const answer =
  (body: unknown, headers = {}): Handler =>
  (response) =>
    void response.writeHead(200, headers).end(typeof body === 'string' ? body : JSON.stringify(body));
