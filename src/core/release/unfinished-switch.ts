import { GreenpathError } from '../base/error.ts';
import type { TimelineEvent } from './record.ts';
import type { SwitchNote } from './switch-note.ts';

/**
 * The newest annotation of several routes. For one switch they agree; as long as one of them waits for its proof, the
 * whole switch does.
 */
export function newestOf(notes: readonly SwitchNote[]): SwitchNote | undefined {
  const waits = (note: SwitchNote) => note.phase === 'switched';
  return notes.toSorted((a, b) => (a.at === b.at ? Number(waits(b)) - Number(waits(a)) : a.at < b.at ? 1 : -1))[0];
}

/**
 * Whether an earlier run ended between the noted switch and the end of what follows it. With the proof off, versions of
 * Greenpath before `proof-off` left `switched` in the annotation and noted the end in a record: that of the revision to
 * which visitors were switched, or from which they were moved.
 */
export function isUnfinished(switchNote: SwitchNote, timeline: readonly TimelineEvent[]): boolean {
  const end = switchNote.left === undefined ? 'switched' : 'rolled-back';
  return switchNote.phase === 'switched' && !timeline.some(({ event, at }) => event === end && at >= switchNote.at);
}

/** What to do if no version answers as it should, so that nothing can be proven. */
export const WITHOUT_PROOF =
  'If neither version answers as it should, so that no proof can succeed, give that step the input config with `proof: off`.';

/** The refusal of a step that would start or move something else before that switch is finished. */
export function unfinishedError({ live, previous, left, at, run }: SwitchNote, canRollBack: boolean): GreenpathError {
  if (left !== undefined) {
    return new GreenpathError(
      'unfinished',
      `visitors were switched back from revision ${left} to ${live} at ${at} (${run}), and that is not finished: workers and plain Services may still be those of ${left}`,
      `Run rollback to finish it. ${WITHOUT_PROOF}`,
    );
  }
  return new GreenpathError(
    'unfinished',
    `visitors were switched to revision ${live} at ${at} (${run}), and that is not finished: it is not proven, and workers and plain Services may still be those of ${previous || 'the version before'}`,
    canRollBack
      ? `Run promote for revision ${live} to finish it, or rollback to revert it.`
      : `Run promote for revision ${live} to finish it, or deploy-green for a new revision, since there is nothing to roll back to.`,
  );
}
