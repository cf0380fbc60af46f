import type { Phase } from './phase.ts';

/** What the live routes say about where visitors are and where they were. */
interface Standing {
  readonly revision: string | undefined;
  readonly phase: Pick<Phase, 'live' | 'previous' | 'left'> | undefined;
  readonly halfway: string | undefined;
  readonly reverted: object | undefined;
  readonly wayBack: boolean;
}

/** Whether the run that ended between two routes was taking visitors back. */
export function isHalfwayBack({ phase, halfway }: Pick<Standing, 'phase' | 'halfway'>): boolean {
  return halfway !== undefined && phase?.live === halfway && phase.left !== undefined;
}

/** The revision to which a rollback would take visitors now, if it is not told another one; empty if there is none. */
export function previousOf(standing: Standing): string {
  const { revision, phase, halfway, reverted, wayBack } = standing;
  if (halfway !== undefined) return (isHalfwayBack(standing) ? halfway : revision) ?? '';
  if (reverted !== undefined || phase === undefined || phase.left !== undefined) return '';
  return wayBack ? phase.previous : '';
}
