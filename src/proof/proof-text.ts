import { addressText } from '../core/base/addresses.ts';
import { formatDuration } from '../core/base/duration.ts';
import { counted } from '../core/base/plural.ts';
import { statusText, type Who } from '../core/checks/expect.ts';
import { type Endpoint, placeOf } from './probe.ts';
import type { ProofResult } from './proof-result.ts';
import { asksForPatience, type Sighting } from './see.ts';

/** Which URL was asked through which address, for sentences. */
export function endpointText(endpoint: Endpoint, path: string): string {
  return `${placeOf(endpoint, path)} through ${addressText(endpoint.address)}`;
}

/** One line on what a proof saw that waited for `revision`; `bad` says what an answer is that is not as expected. */
export function proofText(result: ProofResult, revision: string, bad = 'bad'): string {
  const last =
    result.lastOther === undefined
      ? 'no other answer was seen'
      : `last other answer ${formatDuration(result.lastOther)} after the change`;
  const words: Record<Who, string> = {
    green: `by ${revision}`,
    blue: 'by another version',
    unknown: 'version unknown',
    bad,
    silent: 'that never came',
  };
  const seen = WHO.filter((who) => result.seen[who] > 0).map((who) => `${result.seen[who]} ${words[who]}`);
  return `${counted(result.asked, 'answer')} (${seen.join(', ')}), ${last}`;
}

const WHO: readonly Who[] = ['green', 'blue', 'unknown', 'bad', 'silent'];

/** What is wrong with an answer, for sentences. */
export function describe({ reply, who }: Sighting): string {
  if ('error' in reply) return who === 'bad' ? `${reply.error}, although the proxy itself answers` : reply.error;
  const what = statusText(reply);
  if (asksForPatience(reply))
    return reply.status === 503
      ? `${what}, which asks to come back later`
      : `${what}: the proxy limits the rate of requests`;
  if (who === 'blue') return `${what}, answered by another version`;
  return `${what}, ${who === 'unknown' ? 'and nothing in it shows which version answered' : 'not as expected'}`;
}
