import type { Stamp, TimelineEvent } from './record.ts';
import type { SwitchNote } from './switch-note.ts';

/**
 * When visitors were moved off the release after its checks had passed, so that its stamp no longer counts; undefined
 * if they were not. It goes by the order of events, whatever the clocks said: by the timeline, and by the annotation
 * (`switchNote`), which is already written if a run is interrupted before it writes the record.
 */
export function leftSince(
  stamp: Pick<Stamp, 'left'>,
  timeline: readonly TimelineEvent[],
  revision: string,
  switchNote: Pick<SwitchNote, 'live' | 'left' | 'at'> | undefined,
): string | undefined {
  // The last switch brought visitors to it, so earlier events do not matter.
  if (switchNote?.live === revision) return undefined;
  const verified = timeline.findLastIndex(({ event }) => event === 'verified');
  const left = timeline.findLastIndex(({ event }) => event === 'restored' || event === 'rolled-back');
  if (left > verified) return timeline[left]?.at;
  return switchNote?.left === revision && stamp.left !== switchNote.at ? switchNote.at : undefined;
}
