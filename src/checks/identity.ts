import { createHash } from 'node:crypto';
import type { Config } from '../core/config.ts';
import { claims, featureOf } from '../core/expect.ts';
import type { Difference } from '../core/record.ts';
import type { Reply } from './probe.ts';

/** Who answered: `unknown` is a 2xx that nothing tells apart, `bad` is no answer, a 5xx, or an answer of neither side. */
export type Who = 'green' | 'blue' | 'unknown' | 'bad';

/** How answers are told apart: what to ask, and who answered. */
export interface Witness {
  readonly proof: 'identity' | 'difference' | 'none';
  readonly path: string;
  judge(reply: Reply): Who;
}

/** The best witness there is: what the user configured, else the measured difference, else none. */
export function witnessOf(config: Config, revision: string, difference: Difference | undefined): Witness {
  const { identity } = config;
  if (identity !== undefined) {
    const judge = (reply: Reply): Who => (isBad(reply) ? 'bad' : claims(identity, reply, revision) ? 'green' : 'blue');
    return { proof: 'identity', path: identity.path, judge };
  }
  if (difference !== undefined) {
    return {
      proof: 'difference',
      path: difference.path,
      judge: (reply) => ('error' in reply ? 'bad' : side(difference, reply)),
    };
  }
  return {
    proof: 'none',
    path: config.checks[0]?.request ?? '/',
    judge: (reply) => ('error' in reply || reply.status > 299 ? 'bad' : 'unknown'),
  };
}

/** A short digest of a body, to compare answers without keeping them. */
export function bodyDigest(body: string): string {
  return createHash('sha256').update(body).digest('hex').slice(0, 16);
}

function side(difference: Difference, reply: Exclude<Reply, { error: string }>): Who {
  const value = featureOf(difference.feature, reply, bodyDigest);
  return value === difference.green ? 'green' : value === difference.blue ? 'blue' : 'bad';
}

function isBad(reply: Reply): reply is Extract<Reply, { error: string }> {
  return 'error' in reply || reply.status >= 500;
}
