import { connect } from 'node:net';
import * as v from 'valibot';
import type { Blame } from '../../src/checks/check.ts';
import type { CheckKind } from '../../src/checks/check-kind.ts';
import { formatDuration } from '../../src/core/base/duration.ts';
import { messageOf } from '../../src/core/base/error.ts';
import { count, duration, settings } from '../../src/core/base/settings.ts';

/** A kind of check that knows nothing of HTTP, of the tests alone: it connects to a port of each address. */

const map = settings({ 'test-socket': count(1, 65_535), timeout: v.optional(duration, '2s') });
export const socket: CheckKind<v.InferOutput<typeof map>> = {
  key: 'test-socket',
  form: 'a map with test-socket and timeout',
  about: 'Connects to a port of each address.',
  example: { 'test-socket': 5432 },
  schema: map,
  make: ({ 'test-socket': port, timeout }, { clock }) => ({
    ...{ name: `TCP ${port}`, kind: 'test-socket', isReadOnly: true, points: ['preview', 'bake'] },
    targets: ({ endpoints }) =>
      endpoints.current.map(({ address: { host } }) => ({
        where: `${host}:${port}`,
        attempt: async (signal) => {
          const start = clock.now();
          const late = clock.timeout(timeout);
          const failure = await connectTo(host, port, AbortSignal.any([signal, late]));
          signal.throwIfAborted();
          const ms = clock.now() - start;
          if (failure === undefined) return { passed: true, ms };
          const reason = late.aborted ? `no connection within ${formatDuration(timeout)}` : messageOf(failure);
          return { passed: false, ms, reason, who: blameFor(failure) };
        },
      })),
  }),
};

/** Only a refusal comes from what is checked; all else may be the way to it. */
function blameFor(failure: Error): Blame {
  return 'code' in failure && failure.code === 'ECONNREFUSED' ? 'bad' : 'silent';
}

/** Why no connection stands; undefined if one does. */
function connectTo(host: string, port: number, signal: AbortSignal): Promise<Error | undefined> {
  const connection = connect({ host, port, signal });
  return new Promise<Error | undefined>((resolve) => {
    connection.once('connect', () => resolve(undefined));
    connection.once('error', resolve);
  }).finally(() => connection.destroy());
}
