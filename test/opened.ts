/** What the tests of a file opened and have not closed, the first opened first. */
const ENDS: (() => unknown)[] = [];

/** Calls `end` when all tests of this file have ended: files of one process share their modules. */
export function endWithFile(end: () => unknown): void {
  ENDS.push(end);
}

/** Ends what the tests of a file opened. */
export async function endOpened(): Promise<void> {
  for (const end of ENDS.splice(0)) await end();
}
