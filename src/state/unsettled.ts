import { GreenpathError } from '../core/base/error.ts';
import { KIND } from '../core/kube/kinds.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { isHalfwayBack } from '../core/release/previous-revision.ts';
import { readTimeline, recordName } from '../core/release/record.ts';
import { revertedError } from '../core/release/route-facts.ts';
import { isUnfinished, unfinishedError } from '../core/release/unfinished-switch.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';

/**
 * Every mode except `promote` and `rollback`, which repair them, and `status` refuses routes that are not where a
 * switch moved them (`reverted`), or a switch that an earlier run did not finish (`unfinished`). `own` is the revision
 * whose switch the mode itself completes. If nothing is left to roll back to, a new version may be the only way out:
 * then it only warns.
 */
export async function refuseUnsettled(run: Run, situation: Situation, own?: string): Promise<void> {
  const found = await unsettled(run, situation);
  if (found === undefined) return;
  const { switchNote, canRollBack } = situation;
  const isSwitch = found.code === 'unfinished' && situation.halfway === undefined && switchNote?.left === undefined;
  if (isSwitch && own !== undefined && switchNote?.live === own) return;
  if (!isSwitch || canRollBack) throw found;
  run.report.warning(`${found.message}. There is no version to roll back to, so this step continues`);
}

/** What in an earlier switch blocks other modes; one request if a switch is noted as not finished. */
export async function unsettled(run: Run, situation: Situation): Promise<GreenpathError | undefined> {
  const { routes, reverted, revision, halfway, switchNote, canRollBack } = situation;
  const undone = routes.find((route) => route.reverted !== undefined);
  if (reverted !== undefined && undone !== undefined) return revertedError(undone, reverted, undone.revision);
  if (halfway !== undefined) {
    return new GreenpathError(
      'unfinished',
      `an earlier run switched only some of the routes to revision ${halfway}; the others are on ${revision ?? 'an unknown revision'}`,
      isHalfwayBack(situation)
        ? 'It was switching back: run rollback again to finish it.'
        : `Run promote for revision ${halfway} again to finish it, or rollback to revert it.`,
    );
  }
  if (switchNote === undefined || !isUnfinished(switchNote, [])) return undefined;
  const name = recordName(run.inputs.app, switchNote.left ?? switchNote.live);
  const record = await run.api.get<KubeObject>({ kind: KIND.ConfigMap, name });
  return isUnfinished(switchNote, record === undefined ? [] : readTimeline(record))
    ? unfinishedError(switchNote, canRollBack)
    : undefined;
}
