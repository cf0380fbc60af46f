/** What the tests of a file opened and have not closed, the first opened first. */
const ENDS: (() => unknown)[] = [];

/** Calls `end` when all tests of this file have ended: files of one process share their modules. */
export function endWithFile(end: () => unknown): void {
  ENDS.push(end);
}

/** Ends what the tests of a file opened. Rejects if something cannot be ended, after the others. */
export async function endOpened(): Promise<void> {
  const ended = await Promise.allSettled(ENDS.splice(0).map(async (end) => end()));
  const failed = ended.find((one) => one.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
