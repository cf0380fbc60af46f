import type { Who } from '../core/checks/expect.ts';
import { type Answer, answersItself, type Endpoint, type ProbeRequest, probe, type Reply } from './probe.ts';

/** One answer and who gave it: `who` for people, and `evidence` for the verdict. */
export interface Sighting<W extends Who = Who> {
  readonly reply: Reply;
  readonly who: W;
  readonly evidence: W | 'busy';
}

/** Sends one request and finds out who answered. */
export async function see(
  { endpoint, path }: ProbeRequest,
  judge: (answer: Answer) => Who,
  timeout: number,
  signal: AbortSignal,
): Promise<Sighting> {
  return judged(endpoint, await probe(endpoint, path, timeout, signal), judge, signal);
}

/**
 * Who gave a reply, by `judge` if it is a complete answer. If a request was sent and not answered, the revision that
 * should have answered is to blame, provided that the proxy itself still answers. Otherwise, and without a connection,
 * nothing is known. An answer that asks to wait shows nothing either.
 */
export async function judged<W extends Who>(
  endpoint: Endpoint,
  reply: Reply,
  judge: (answer: Answer) => W,
  signal: AbortSignal,
): Promise<Sighting<W | 'bad' | 'silent'>> {
  if ('error' in reply) {
    const who = reply.sent && (await answersItself(endpoint, signal)) ? 'bad' : 'silent';
    return { reply, who, evidence: who };
  }
  if (asksForPatience(reply)) return { reply, who: 'silent', evidence: reply.status === 503 ? 'busy' : 'silent' };
  const who = judge(reply);
  return { reply, who, evidence: who };
}

/** Whether an answer asks for fewer or later requests: RFC 6585 section 4, RFC 9110 section 15.6.4. */
export function asksForPatience(reply: Reply): boolean {
  if ('error' in reply) return false;
  return reply.status === 429 || (reply.status === 503 && reply.headers['retry-after'] !== undefined);
}
