import { setTimeout as delay } from 'node:timers/promises';
import { UNHURRIED } from '../core/checks/pace.ts';
import type { AnswerSeen } from '../core/report/journal.ts';
import { type ProbeRequest, probeRequests } from './probe.ts';
import type { ProofRequest } from './proof.ts';
import { see } from './see.ts';

/** How many answers from before a switch are reported at most. */
const LOOKS_KEPT = 100;

/**
 * Requests the live URLs while `work` runs, whose result says when the switch was sent. It then reports each answer
 * that came until `work` was done: what visitors got right before the switch.
 */
export async function watched<T extends { readonly since: number } | undefined>(
  { endpoints, versionProbe, seen }: Pick<ProofRequest, 'endpoints' | 'versionProbe' | 'seen'>,
  work: () => Promise<T>,
  signal: AbortSignal,
): Promise<T> {
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const answers: AnswerSeen[] = [];
  const look = async (request: ProbeRequest) => {
    for (;;) {
      const at = performance.now();
      const { who, reply } = await see(request, versionProbe.judge, versionProbe.timeout, until);
      answers.push({ at, who, ms: reply.ms });
      await delay(UNHURRIED, undefined, { signal: until });
    }
  };
  const looks = Promise.allSettled(
    probeRequests(endpoints.current, versionProbe.path, versionProbe.anywhere).map(look),
  );
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
