import type { HeldLock, LockHolder } from './lease.ts';

/** The run that released the lock between two reads. A holder that is gone releases nothing: its lock expires. */
export function gaveBack(before: HeldLock | undefined, now: HeldLock): LockHolder | undefined {
  return before !== undefined && before.id !== '' && before.id !== now.id ? before.holder : undefined;
}

/**
 * Of the runs that released the lock for a rollback, the step that was about to make another version live and ended
 * before its switch. The rollback is meant for that version, so the one before `live` would be one release too far.
 */
export function endedBeforeSwitch(overtaken: readonly LockHolder[], live: string | undefined): LockHolder | undefined {
  return overtaken.findLast(({ mode, revision }) => ['promote', 'release'].includes(mode) && revision !== live);
}
