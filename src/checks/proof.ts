import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../core/duration.ts';
import type { Who } from '../core/expect.ts';
import type { AnswerSeen } from '../core/journal.ts';
import { counted } from '../core/words.ts';
import type { Witness } from './identity.ts';
import { type Ask, asksOf, type Front, probe, type Reply, urlOf } from './probe.ts';

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
  /** Called with each answer. */
  readonly seen?: (answer: AnswerSeen) => void;
}

/**
 * How a look at the live URLs ended: `bad` is answers that visitors should not get, `lagging` whole answers by the side
 * that was left, `blind` no answers at all, so that nothing is known.
 */
export type Verdict = 'proven' | 'bad' | 'lagging' | 'blind';

/** What was seen; `lastOther` is milliseconds from the change to the last answer that was not green's, if there was one. */
export interface ProofResult {
  readonly verdict: Verdict;
  readonly asked: number;
  readonly seen: Readonly<Record<Who, number>>;
  readonly lastOther: number | undefined;
  /** The last answer that was not acceptable, for messages. */
  readonly complaint: string | undefined;
}

/** Between two rounds through all fronts, in milliseconds. */
const PAUSE = 50;
const PROBE_TIMEOUT = 5_000;
/** How many answers from before a switch are told at most. */
const LOOKS_KEPT = 100;
/** Bad answers without a break for so long after the settling time are no transition any more, in milliseconds. */
const BAD_PATIENCE = 3_000;

/**
 * Asks every front, a fresh connection each time, until each of them gave `answers` acceptable answers in a row (green,
 * or any 2xx where nothing tells the sides apart) and the settling time has passed; anything else starts its count
 * again. Gives up after `within`, or as soon as bad answers last.
 */
export async function prove(request: ProofRequest, signal: AbortSignal): Promise<ProofResult> {
  const { witness, since } = request;
  const asks = asksOf(request.fronts, witness.path, witness.anywhere);
  const streaks = asks.map(() => 0);
  const seen: Record<Who, number> = { green: 0, blue: 0, unknown: 0, bad: 0, silent: 0 };
  const last: Who[] = [];
  let badSince: number | undefined;
  let asked = 0;
  let lastOther: number | undefined;
  let complaint: string | undefined;
  const acceptable: Who = witness.proof === 'none' ? 'unknown' : 'green';
  for (;;) {
    await Promise.all(
      asks.map(async ({ front, path: own }, index) => {
        const path = request.prefix + own;
        const reply = await probe(front, path, PROBE_TIMEOUT, signal);
        const who = witness.judge(reply);
        asked += 1;
        seen[who] += 1;
        request.seen?.({ at: performance.now() - since - reply.ms, who, ms: reply.ms });
        last[index] = who;
        streaks[index] = who === acceptable ? (streaks[index] ?? 0) + 1 : 0;
        if (who === acceptable) return;
        lastOther = performance.now() - since;
        complaint = `${urlOf(front, path)} through ${front.address.host}:${front.address.port}: ${describe(reply, who)}`;
      }),
    );
    const elapsed = performance.now() - since;
    const result = { asked, seen, lastOther, complaint };
    badSince = last.includes('bad') ? (badSince ?? elapsed) : undefined;
    const lasting = badSince !== undefined && elapsed - Math.max(badSince, request.settle) >= BAD_PATIENCE;
    if (elapsed >= request.settle && streaks.every((streak) => streak >= request.answers))
      return { ...result, verdict: 'proven' };
    if (lasting || elapsed >= Math.max(request.within, request.settle)) return { ...result, verdict: verdictOf(last) };
    await delay(PAUSE, undefined, { signal });
  }
}

/**
 * Looks at the live URLs beside `work`, whose result says when the switch was sent, and then tells each answer that
 * came until `work` was done: what visitors got right before the switch.
 */
export async function watched<T extends { readonly since: number } | undefined>(
  { fronts, witness, seen }: Pick<ProofRequest, 'fronts' | 'witness' | 'seen'>,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const answers: AnswerSeen[] = [];
  const look = async ({ front, path }: Ask) => {
    for (;;) {
      const at = performance.now();
      const reply = await probe(front, path, PROBE_TIMEOUT, until);
      answers.push({ at, who: witness.judge(reply), ms: reply.ms });
      await delay(PAUSE, undefined, { signal: until });
    }
  };
  const looks = Promise.allSettled(asksOf(fronts, witness.path, witness.anywhere).map(look));
  try {
    const result = await work();
    if (result !== undefined)
      for (const one of answers.slice(-LOOKS_KEPT)) seen?.({ ...one, at: one.at - result.since });
    return result;
  } finally {
    stop.abort();
    await looks;
  }
}

/** One line on what a proof saw that waited for `revision`. */
export function proofText(result: ProofResult, revision: string): string {
  const last =
    result.lastOther === undefined
      ? 'no other answer was seen'
      : `last other answer ${formatDuration(result.lastOther)} after the change`;
  const words: Record<Who, string> = {
    green: `by ${revision}`,
    blue: 'by another version',
    unknown: '2xx by nobody knows which version',
    bad: 'bad',
    silent: 'that never came',
  };
  const seen = WHO.filter((who) => result.seen[who] > 0).map((who) => `${result.seen[who]} ${words[who]}`);
  return `${counted(result.asked, 'answer')} (${seen.join(', ')}), ${last}`;
}

const WHO: readonly Who[] = ['green', 'blue', 'unknown', 'bad', 'silent'];

function verdictOf(last: readonly Who[]): Verdict {
  if (last.includes('bad')) return 'bad';
  return last.includes('blue') ? 'lagging' : 'blind';
}

function describe(reply: Reply, who: Who): string {
  if ('error' in reply) return reply.error;
  return `status ${reply.status}, ${who === 'blue' ? 'answered by another version' : 'not as expected'}`;
}
