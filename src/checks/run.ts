import { setTimeout as delay } from 'node:timers/promises';
import type { Check, Config } from '../core/base/config.ts';
import { ADOPTED } from '../core/base/revision.ts';
import { claims, mismatch } from '../core/checks/expect.ts';
import { pauseAfterFailure } from '../core/checks/pace.ts';
import { type Ask, asksOf, type Front, probe, type Reply, urlOf } from './probe.ts';
import { type RefusedAt, refusedBy } from './refused.ts';

export interface CheckRequest {
  readonly fronts: readonly Front[];
  readonly prefix: string;
  readonly revision: string;
  readonly config: Config;
}

/** How one check ended: `failure` is undefined if it passed through every front. */
export interface CheckResult {
  readonly url: string;
  readonly asked: number;
  readonly failure: string | undefined;
  /** If it was refused in the end: where, and how. */
  readonly refused: RefusedAt | undefined;
  /** Milliseconds of the slowest answer that counted; undefined if none did. */
  readonly slowest: number | undefined;
}

/**
 * Runs one check through every front until it passes `verify.passes` times in a row, or `verify.within` is over. A
 * failure starts the count again after a pause that doubles each time. Never throws but for `signal`.
 */
export async function runCheck(check: Check, request: CheckRequest, signal: AbortSignal): Promise<CheckResult> {
  const { verify } = request.config;
  const deadline = performance.now() + verify.within;
  const path = request.prefix + check.request;
  const asks = asksOf(request.fronts, check.request);
  const url = asks[0] ? urlOf(asks[0].front, path) : path;
  let passes = 0;
  let failures = 0;
  let asked = 0;
  let slowest: number | undefined;
  for (;;) {
    const replies = await Promise.all(asks.map(({ front }) => probe(front, path, check.timeout, signal)));
    asked += replies.length;
    const complaints = replies.map((reply) => complaintOf(check, reply, request));
    const failure = complaints.find((one) => one !== undefined);
    if (failure === undefined) {
      passes += 1;
      slowest = Math.max(slowest ?? 0, ...replies.map((reply) => reply.ms));
      if (passes >= verify.passes) return { url, asked, failure: undefined, refused: undefined, slowest };
    } else {
      passes = 0;
      slowest = undefined;
      failures += 1;
    }
    const pause = failure === undefined ? verify.interval : pauseAfterFailure(verify.interval, failures);
    if (performance.now() + pause >= deadline) {
      const why = `${failure ?? 'it passed too few times in a row'}${stray(check, asks)}`;
      const index = complaints.indexOf(failure);
      return { url, asked, failure: why, refused: refusedAt(asks[index]?.front, path, replies[index]), slowest };
    }
    await delay(pause, undefined, { signal });
  }
}

function refusedAt(front: Front | undefined, path: string, reply: Reply | undefined): RefusedAt | undefined {
  if (front === undefined || reply === undefined) return undefined;
  const refused = refusedBy(reply, front);
  return refused && { ...refused, front, path };
}

/** A check that no path of the app leads to was answered by somebody else, if at all. */
function stray({ request }: Check, asks: readonly Ask[]): string {
  return asks.some(({ front }) => front.serves(request)) ? '' : `; no path of the app leads to ${request}`;
}

/** Why a reply does not pass a check at `request`, in one sentence; undefined if it passes. */
export function complaintOf(
  check: Check,
  reply: Reply,
  request: Pick<CheckRequest, 'config' | 'revision'>,
): string | undefined {
  if ('error' in reply) return reply.error;
  const { identity } = request.config;
  // What was there before Greenpath does not say who it is.
  const saysWho = identity !== undefined && request.revision !== ADOPTED;
  if (saysWho && 'header' in identity && !claims(identity, reply, request.revision)) {
    return `not answered by ${request.revision}: header ${identity.header} is ${reply.headers[identity.header.toLowerCase()] ?? 'missing'}`;
  }
  return mismatch(check, reply, request.revision);
}
