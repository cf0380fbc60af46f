import { createHash } from 'node:crypto';
import { createServer } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';

/**
 * Does `action` while no other process on this machine does anything under the same `name`. The lock is a socket in
 * Linux's abstract namespace, which the kernel takes back when its process ends, however that happens.
 */
export async function exclusively<T>(name: string, action: () => Promise<T>): Promise<T> {
  const release = await take(`\0greenpath-${createHash('sha256').update(name).digest('hex')}`);
  try {
    return await action();
  } finally {
    release();
  }
}

async function take(path: string): Promise<() => void> {
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
}
