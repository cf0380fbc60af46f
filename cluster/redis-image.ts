import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selection } from './debian.ts';

/** The server and its client. */
export const REDIS: Selection = {
  suite: 'bookworm',
  packages: ['redis-server'],
  programs: ['/usr/bin/redis-server', '/usr/bin/redis-cli'],
  data: [],
};

/** As the image that most people use: it answers everybody, and keeps what it holds in `/data` when it is told to end. */
export const REDIS_COMMAND: readonly string[] = ['/usr/bin/redis-server', '--protected-mode', 'no', '--dir', '/data'];

/** Adds the folder of its data, into which any account may write. */
export async function redisFiles(root: string): Promise<void> {
  for (const folder of ['data', 'tmp']) {
    await mkdir(join(root, folder));
    await chmod(join(root, folder), 0o777);
  }
}
