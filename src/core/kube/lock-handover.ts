import type { HeldLock, LockHolder } from './lease.ts';

/** Who gave the lock back between two looks at it. A holder that is gone gives nothing back: its lock expires. */
export function gaveBack(before: HeldLock | undefined, now: HeldLock): LockHolder | undefined {
  return before !== undefined && before.id !== '' && before.id !== now.id ? before.holder : undefined;
}

/**
 * Of those that gave the lock back to a rollback, the step that would have made another version live, and has not: it
 * ended before its switch. Whoever overtook it meant that version, so the one before `live` is one release too far.
 */
export function endedBeforeSwitch(overtaken: readonly LockHolder[], live: string | undefined): LockHolder | undefined {
  return overtaken.findLast(({ mode, revision }) => ['promote', 'release'].includes(mode) && revision !== live);
}
