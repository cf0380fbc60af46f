import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../core/duration.ts';
import type { Who, Witness } from './identity.ts';
import { type Front, probe, type Reply, urlOf } from './probe.ts';

export interface ProofRequest {
  readonly fronts: readonly Front[];
  /** Put in front of the witness's path: empty for the live URLs, `/green` for the preview. */
  readonly prefix: string;
  readonly witness: Witness;
  /** How many answers in a row each front must give. */
  readonly answers: number;
  /** `performance.now()` of the change whose effect is proven, and how long after it the streak must reach at least. */
  readonly since: number;
  readonly settle: number;
  readonly within: number;
}

/** What was seen; `lastOther` is milliseconds from the change to the last answer that was not green's, if there was one. */
export interface ProofResult {
  readonly proven: boolean;
  readonly asked: number;
  readonly seen: Readonly<Record<Who, number>>;
  readonly lastOther: number | undefined;
  /** The last answer that was not acceptable, for messages. */
  readonly complaint: string | undefined;
}

/** Between two rounds through all fronts, in milliseconds. */
const PAUSE = 50;
const PROBE_TIMEOUT = 5_000;

/**
 * Asks every front, a fresh connection each time, until each of them gave `answers` acceptable answers in a row (green,
 * or any 2xx where nothing tells the sides apart) and the settling time has passed; anything else starts its count
 * again. Gives up after `within`.
 */
export async function prove(request: ProofRequest, signal: AbortSignal): Promise<ProofResult> {
  const { fronts, witness, since } = request;
  const streaks = fronts.map(() => 0);
  const seen: Record<Who, number> = { green: 0, blue: 0, unknown: 0, bad: 0 };
  let asked = 0;
  let lastOther: number | undefined;
  let complaint: string | undefined;
  const acceptable: Who = witness.proof === 'none' ? 'unknown' : 'green';
  for (;;) {
    await Promise.all(
      fronts.map(async (front, index) => {
        const path = request.prefix + witness.path;
        const reply = await probe(front, path, PROBE_TIMEOUT, signal);
        const who = witness.judge(reply);
        asked += 1;
        seen[who] += 1;
        streaks[index] = who === acceptable ? (streaks[index] ?? 0) + 1 : 0;
        if (who === acceptable) return;
        lastOther = performance.now() - since;
        complaint = `${urlOf(front, path)} through ${front.address.host}:${front.address.port}: ${describe(reply, who)}`;
      }),
    );
    const elapsed = performance.now() - since;
    const proven = elapsed >= request.settle && streaks.every((streak) => streak >= request.answers);
    if (proven || elapsed >= Math.max(request.within, request.settle))
      return { proven, asked, seen, lastOther, complaint };
    await delay(PAUSE, undefined, { signal });
  }
}

/** One line on what a proof saw. */
export function proofText(result: ProofResult): string {
  const last =
    result.lastOther === undefined
      ? 'no other answer was seen'
      : `last other answer ${formatDuration(result.lastOther)} after the change`;
  const seen = Object.entries(result.seen)
    .filter(([, count]) => count > 0)
    .map(([who, count]) => `${count} ${who}`);
  return `${result.asked} answers (${seen.join(', ')}), ${last}`;
}

function describe(reply: Reply, who: Who): string {
  if ('error' in reply) return reply.error;
  return `status ${reply.status}, ${who === 'blue' ? 'answered by blue' : 'not green'}`;
}
