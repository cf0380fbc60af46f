import type { LockHolder } from '../kube/lease.ts';
import { endedBeforeSwitch } from '../kube/lock-handover.ts';
import { isHalfwayBack } from './previous-revision.ts';
import type { Reverted } from './route-facts.ts';
import type { SwitchNote } from './switch-note.ts';

const NOWHERE = 'The live routes name no known revision; set the input to to the revision to go to';

/** The inputs of a rollback, empty if not set: the revision to go to, and the one to roll back from. */
interface Asked {
  readonly to: string;
  readonly revision: string;
}

/** Where visitors are, according to the live routes. */
interface Standing {
  readonly revision: string | undefined;
  readonly switchNote: SwitchNote | undefined;
  readonly halfway: string | undefined;
  readonly reverted: Pick<Reverted, 'switchedTo'> | undefined;
}

/** The revision to go to, or why visitors stay; neither if it is not known who was live before. */
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
  // The routes that are not where the last switch moved them show where it came from.
  if (reverted !== undefined || halfway !== undefined) return live === undefined ? { stays: NOWHERE } : { to: live };
  if (switchNote?.left !== undefined)
    return { stays: `Visitors were moved off ${switchNote.left} already; to go further back, set the input to` };
  const ended = asked.revision === '' ? endedBeforeSwitch(overtaken, live) : undefined;
  if (ended !== undefined)
    return {
      stays: `${ended.mode} of ${ended.revision} ended before its switch, so there is nothing to roll back; to go back further, set the input to`,
    };
  return switchNote === undefined || switchNote.previous === '' ? {} : { to: switchNote.previous };
}
