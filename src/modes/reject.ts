import { GreenpathError } from '../core/error.ts';
import { tellDrift } from './drift.ts';
import { refuseLedTo, refuseNamed } from './led-to.ts';
import { routeSettings } from './live-route.ts';
import { readNamespace, requireRoutes } from './namespace.ts';
import { dropPreviewOf } from './own-routes.ts';
import { listOwned } from './owned.ts';
import { unpark } from './parking.ts';
import { findRecord, note, type Recorded, twinsIn } from './release-record.ts';
import { removeStack } from './remove.ts';
import type { Run } from './run.ts';
import { previewedServices } from './shown.ts';
import { type Situation, situate } from './situation.ts';
import { standsOf } from './stands.ts';
import { refuseUnsettled } from './unsettled.ts';

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
