import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { type Log, tellNowAndThen } from './steps.ts';

/** How long somebody waits before it is worth a line, in milliseconds. */
const PATIENCE = 1_000;

/** What a process that waits says: what the other one is `doing`. */
export interface Waiting {
  readonly doing: string;
  readonly log: Log;
}

/**
 * Does `action` while no other process on this machine does anything under the same `name`. The lock is a socket in
 * Linux's abstract namespace, which the kernel takes back when its process ends, however that happens.
 */
export async function exclusively<T>(name: string, waiting: Waiting, action: () => Promise<T>): Promise<T> {
  const release = await take(`\0greenpath-${createHash('sha256').update(name).digest('hex')}`, waiting);
  try {
    return await action();
  } finally {
    release();
  }
}

async function take(path: string, { doing, log }: Waiting): Promise<() => void> {
  const start = performance.now();
  const seconds = () => ((performance.now() - start) / 1_000).toFixed(0);
  const stop = tellNowAndThen(log, () => `waiting for another process, for ${seconds()} s: it is ${doing}`, PATIENCE);
  try {
    for (;;) {
      const server = createServer();
      const taken = await new Promise<boolean>((resolve, reject) => {
        server.on('listening', () => resolve(true));
        server.on('error', (error: NodeJS.ErrnoException) =>
          error.code === 'EADDRINUSE' ? resolve(false) : reject(error),
        );
        server.listen(path);
      });
      if (taken) return () => server.close();
      await delay(100);
    }
  } finally {
    stop();
  }
}
