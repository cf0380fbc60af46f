import type { ChildProcess } from 'node:child_process';

/**
 * Kills the process group that `child` leads, and says whether nothing of it runs then: what has become another user's, as
 * by sudo, cannot be killed.
 */
export function killGroup({ pid }: ChildProcess): boolean {
  if (pid === undefined) return true;
  try {
    process.kill(-pid, 'SIGKILL');
    return true;
  } catch (error) {
    // Else nothing of it runs any more.
    return !(error instanceof Error && 'code' in error && error.code === 'EPERM');
  }
}
