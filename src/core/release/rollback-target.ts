import type { LockHolder } from '../kube/lease.ts';
import { endedBeforeSwitch } from '../kube/lock-handover.ts';
import { isHalfwayBack } from './previous-revision.ts';
import type { Reverted } from './route-facts.ts';
import type { SwitchNote } from './switch-note.ts';

const NOWHERE = 'The live routes lead to no revision that is known; input to names the one to go to';

/** What a rollback was asked for, empty where it was not: the revision to go to, and the one to roll back from. */
interface Asked {
  readonly to: string;
  readonly revision: string;
}

/** Where visitors are, by what the live routes say. */
interface Standing {
  readonly revision: string | undefined;
  readonly switchNote: SwitchNote | undefined;
  readonly halfway: string | undefined;
  readonly reverted: Pick<Reverted, 'switchedTo'> | undefined;
}

/** The revision to go to, or why visitors stay; nothing of both if it is not known who was live before. */
export interface RollbackTarget {
  readonly to?: string;
  readonly stays?: string;
}

/** Where a rollback goes. `overtaken` gave way to it. Run twice, it never goes one release too far. */
export function rollbackTarget(asked: Asked, standing: Standing, overtaken: readonly LockHolder[]): RollbackTarget {
  const { revision: live, switchNote, halfway, reverted } = standing;
  if (asked.revision !== '' && ![live, halfway, reverted?.switchedTo].includes(asked.revision))
    return { stays: `Revision ${asked.revision} is not live (${live ?? 'an unknown revision'} is)` };
  if (asked.to !== '') return { to: asked.to };
  if (halfway !== undefined && isHalfwayBack(standing)) return { to: halfway };
  // The routes that are not where the last switch led them show where it came from.
  if (reverted !== undefined || halfway !== undefined) return live === undefined ? { stays: NOWHERE } : { to: live };
  if (switchNote?.left !== undefined)
    return { stays: `Visitors were taken off ${switchNote.left} already; input to names a revision to go further` };
  const ended = asked.revision === '' ? endedBeforeSwitch(overtaken, live) : undefined;
  if (ended !== undefined)
    return {
      stays: `${ended.mode} of ${ended.revision} ended before its switch, so there is nothing to take back; input to names a revision to go further`,
    };
  return switchNote === undefined || switchNote.previous === '' ? {} : { to: switchNote.previous };
}
