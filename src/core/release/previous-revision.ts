import type { SwitchNote } from './switch-note.ts';

/** What the live routes say about where visitors are and where they were. */
interface Standing {
  readonly revision: string | undefined;
  readonly switchNote: Pick<SwitchNote, 'live' | 'previous' | 'left'> | undefined;
  readonly halfway: string | undefined;
  readonly reverted: object | undefined;
  readonly canRollBack: boolean;
}

/** Whether the run that ended between two routes was a rollback. */
export function isHalfwayBack({ switchNote, halfway }: Pick<Standing, 'switchNote' | 'halfway'>): boolean {
  return halfway !== undefined && switchNote?.live === halfway && switchNote.left !== undefined;
}

/** The revision to which a rollback without inputs would go now; empty if there is none. */
export function previousOf(standing: Standing): string {
  const { revision, switchNote, halfway, reverted, canRollBack } = standing;
  if (halfway !== undefined) return (isHalfwayBack(standing) ? halfway : revision) ?? '';
  if (reverted !== undefined || switchNote === undefined || switchNote.left !== undefined) return '';
  return canRollBack ? switchNote.previous : '';
}
