import { ADOPTED } from '../../core/base/revision.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import { bareAmong, deploymentsBehind, lastingBehind } from '../../state/deployments-behind.ts';
import { gone } from '../../state/rollback-target.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';

/**
 * Throws `no-way-back` if a run that removes the stack of `side` has deleted a Deployment of it. Services go last, so
 * they are still there, and until its pods end they look ready.
 */
export async function refuseRemoved(run: Run, situation: Situation, side: RevisionServices): Promise<void> {
  // What existed before Greenpath is scaled down, never deleted.
  if (side.revision === ADOPTED) return;
  const names = Object.values(side.services);
  const services = situation.services.filter(({ metadata }) => names.includes(metadata.name));
  const bare = bareAmong(services, lastingBehind(services, await deploymentsBehind(run, services)));
  if (bare !== undefined)
    throw gone(
      situation,
      side.revision,
      `it is being removed, and the Deployment behind Service ${bare.metadata.name} is deleted`,
    );
}
