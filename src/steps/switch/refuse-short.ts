import { longestBake } from '../../checks/bake.ts';
import { checksAt } from '../../checks/registry.ts';
import { bakeOf } from '../../core/base/config-rules.ts';
import { formatDuration } from '../../core/base/duration.ts';
import { GreenpathError } from '../../core/base/error.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { longestSettleTimeOf, settleTimeOf } from '../../state/routers.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { checkTools } from '../checks/check-tools.ts';
import { RESERVE } from './switch.ts';

/** A step that would run out of time after its switch could not switch back. */
export function refuseShort(run: Run, { config }: ReleaseRecord, situation: Situation): void {
  const bake = bakeOf(config);
  const bakes = bake === undefined ? 0 : longestBake(bake, checksAt('bake', config, checkTools(run)));
  // Without an identity, a proof may have to wait as long as the router may need at most.
  const proof = (config.identity === undefined ? longestSettleTimeOf : settleTimeOf)(config, situation);
  const needed = proof + bakes + RESERVE;
  if (run.deadline - performance.now() >= needed) return;
  throw new GreenpathError(
    'timeout',
    `what is left of the timeout is less than proof, bake and a switch back may take (${formatDuration(needed)})`,
    'Give the step a longer timeout.',
  );
}
