import { setTimeout as delay } from 'node:timers/promises';
import type { Check, Config } from '../core/base/config.ts';
import { ADOPTED } from '../core/base/revision.ts';
import { claims, mismatch } from '../core/checks/expect.ts';
import { pauseAfterFailure } from '../core/checks/pace.ts';
import { type Endpoint, type ProbeRequest, probe, probeRequests, type Reply, urlOf } from '../proof/probe.ts';
import { type RefusedAt, refusedBy } from '../proof/refused.ts';

export interface CheckRequest {
  readonly endpoints: readonly Endpoint[];
  readonly prefix: string;
  readonly revision: string;
  readonly config: Config;
}

/** How one check ended: `failure` is undefined if it passed through every endpoint. */
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
 * Runs one check through every endpoint until it passes `verify.passes` times in a row, or `verify.within` is over. A
 * failure starts the count again after a pause that doubles each time. Never throws but for `signal`.
 */
export async function runCheck(check: Check, request: CheckRequest, signal: AbortSignal): Promise<CheckResult> {
  const { verify } = request.config;
  const deadline = performance.now() + verify.within;
  const path = request.prefix + check.request;
  const requests = probeRequests(request.endpoints, check.request);
  const url = requests[0] ? urlOf(requests[0].endpoint, path) : path;
  let passes = 0;
  let failures = 0;
  let asked = 0;
  let slowest: number | undefined;
  for (;;) {
    const replies = await Promise.all(requests.map(({ endpoint }) => probe(endpoint, path, check.timeout, signal)));
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
      const why = `${failure ?? 'it passed too few times in a row'}${stray(check, requests)}`;
      const index = complaints.indexOf(failure);
      return { url, asked, failure: why, refused: refusedAt(requests[index]?.endpoint, path, replies[index]), slowest };
    }
    await delay(pause, undefined, { signal });
  }
}

function refusedAt(endpoint: Endpoint | undefined, path: string, reply: Reply | undefined): RefusedAt | undefined {
  if (endpoint === undefined || reply === undefined) return undefined;
  const refused = refusedBy(reply, endpoint);
  return refused && { ...refused, endpoint, path };
}

/** A check that no path of the app leads to was answered by somebody else, if at all. */
function stray({ request }: Check, requests: readonly ProbeRequest[]): string {
  return requests.some(({ endpoint }) => endpoint.serves(request)) ? '' : `; no path of the app leads to ${request}`;
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
