import type { Config } from '../core/config.ts';
import { digest } from '../core/digest.ts';
import { type Answered, claims, featureOf, type Who } from '../core/expect.ts';
import type { Difference } from '../core/record.ts';
import type { Reply } from './probe.ts';

/** How answers are told apart: what to ask, and who answered. */
export interface Witness {
  readonly proof: 'identity' | 'difference' | 'none';
  readonly path: string;
  /** Whether every path of the app says who answers, or only `path`. */
  readonly anywhere: boolean;
  judge(reply: Reply): Who;
}

/** The best witness there is: what the user configured, else the measured difference, else none. */
export function witnessOf(config: Config, revision: string, difference: Difference | undefined): Witness {
  const { identity } = config;
  if (identity !== undefined) {
    const judge = (reply: Answered): Who =>
      reply.status >= 500 ? 'bad' : claims(identity, reply, revision) ? 'green' : 'blue';
    return { proof: 'identity', path: identity.path, anywhere: 'header' in identity, judge: unlessSilent(judge) };
  }
  if (difference !== undefined) {
    return {
      proof: 'difference',
      path: difference.path,
      anywhere: false,
      judge: unlessSilent((reply) => side(difference, reply)),
    };
  }
  return {
    proof: 'none',
    path: config.checks[0]?.request ?? '/',
    anywhere: false,
    judge: unlessSilent((reply) => (reply.status > 299 ? 'bad' : 'unknown')),
  };
}

/** The same witness, for a switch the other way: what was blue is what is waited for. */
export function reversed(witness: Witness): Witness {
  const swap = (who: Who): Who => (who === 'green' ? 'blue' : who === 'blue' ? 'green' : who);
  return { ...witness, judge: (reply) => swap(witness.judge(reply)) };
}

function side(difference: Difference, reply: Answered): Who {
  const value = featureOf(difference.feature, reply, digest);
  return value === difference.green ? 'green' : value === difference.blue ? 'blue' : 'bad';
}

function unlessSilent(judge: (reply: Answered) => Who): (reply: Reply) => Who {
  return (reply) => ('error' in reply ? 'silent' : judge(reply));
}
