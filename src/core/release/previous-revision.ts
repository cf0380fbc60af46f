import type { SwitchNote } from './switch-note.ts';

/** What the live routes say about where visitors are and where they were. */
interface SwitchFacts {
  readonly revision: string | undefined;
  readonly switchNote: Pick<SwitchNote, 'live' | 'previous' | 'left'> | undefined;
  readonly halfway: string | undefined;
  readonly reverted: object | undefined;
  readonly canRollBack: boolean;
}

/** Whether the run that ended between two routes was a rollback. */
export function isHalfwayBack({ switchNote, halfway }: Pick<SwitchFacts, 'switchNote' | 'halfway'>): boolean {
  return halfway !== undefined && switchNote?.live === halfway && switchNote.left !== undefined;
}

/** The revision to which a rollback without inputs would go now; empty if there is none. */
export function previousOf(facts: SwitchFacts): string {
  const { revision, switchNote, halfway, reverted, canRollBack } = facts;
  if (halfway !== undefined) return (isHalfwayBack(facts) ? halfway : revision) ?? '';
  if (reverted !== undefined || switchNote === undefined || switchNote.left !== undefined) return '';
  return canRollBack ? switchNote.previous : '';
}
