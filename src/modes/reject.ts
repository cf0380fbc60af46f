import { GreenpathError } from '../core/base/error.ts';
import type { Situation } from '../state/app-state.ts';
import { tellDrift } from '../state/drift.ts';
import { refuseLedTo, refuseNamed } from '../state/led-to.ts';
import { routeSettings } from '../state/live-route.ts';
import { readNamespace, requireRoutes } from '../state/namespace.ts';
import { listOwned } from '../state/owned.ts';
import { previewedServices } from '../state/preview-state.ts';
import { findRecord, note, type Recorded, twinsIn } from '../state/records.ts';
import { standsOf } from '../state/role.ts';
import type { Run } from '../state/run.ts';
import { situate } from '../state/situation.ts';
import { refuseUnsettled } from '../state/unsettled.ts';
import { dropPreviewOf } from '../steps/own-routes.ts';
import { unpark } from '../steps/parking.ts';
import { removeStack } from '../steps/remove.ts';

/** Removes the candidate and its preview; nobody but testers ever saw it. */
export async function reject(run: Run): Promise<void> {
  const { revision } = run.inputs;
  run.report.stage('Situation');
  await run.takeLock();
  const [recorded, namespace, objects] = await Promise.all([
    findRecord(run, revision),
    readNamespace(run),
    listOwned(run, revision),
  ]);
  const read = requireRoutes(run, namespace, recorded?.release.ingresses);
  const config = recorded?.config ?? run.inputs.config;
  const twins = recorded?.release.twins ?? twinsIn(run, read.services, revision, config['revision-label']);
  if (twins.length === 0 && objects.length === 0) {
    return run.report.verdict(`Greenpath has nothing of revision ${revision} here: nothing to do.`);
  }
  if (twins.length === 0) {
    await removeStack(run, { revision, objects, recorded });
    return tellRejected(run);
  }
  const situation = situate(run, read, twins, routeSettings(config));
  await refuseUnsettled(run, situation);
  // A preview of several revisions would go on naming what is removed.
  previewedServices(run, situation);
  tellDrift(run, situation);
  refuseSeen(run, situation, recorded);
  const services = twins.map((twin) => twin.service);
  refuseNamed(run, situation, revision, services);
  await refuseLedTo(run, situation, revision);
  run.report.stage('Removal');
  if (recorded !== undefined && !run.inputs.dryRun) await note(run, recorded, 'retiring');
  await dropPreviewOf(run, situation, services);
  await unpark(run, situation, services, config);
  await removeStack(run, { revision, objects: run.inputs.dryRun ? objects : await listOwned(run, revision), recorded });
  tellRejected(run);
}

function tellRejected({ inputs, known, report }: Run): void {
  if (!inputs.dryRun) known.outputs.state = 'rejected';
  report.verdict(`${inputs.dryRun ? 'Dry run: would reject' : 'Rejected'} ${inputs.revision}. ${known.visitors}`);
}

function refuseSeen(run: Run, situation: Situation, recorded: Recorded | undefined): void {
  const { revision } = run.inputs;
  const stands = standsOf(run, situation, revision, recorded);
  if (stands === 'live') {
    throw new GreenpathError(
      'is-live',
      `revision ${revision} is live, so it was not rejected`,
      'Run rollback to take visitors off it, then reject.',
    );
  }
  if (stands !== 'previous' || situation.phase?.left === revision) return;
  throw new GreenpathError(
    'is-live',
    `revision ${revision} was live before, and rollback may need it, so it was not rejected`,
    'Mode retire removes stacks that were live, when they are old enough.',
  );
}
