import { GreenpathError } from '../core/base/error.ts';
import type { Situation } from '../state/app-state.ts';
import { tellDrift } from '../state/drift.ts';
import { routeSettings } from '../state/live-route.ts';
import { readNamespace, requireRoutes } from '../state/namespace.ts';
import { listOwned } from '../state/owned-objects.ts';
import { previewedServices } from '../state/preview-state.ts';
import { counterpartsIn, findRecord, note, type ReleaseRecord } from '../state/records.ts';
import { roleIn } from '../state/role.ts';
import { refuseLedTo, refuseNamed } from '../state/route-references.ts';
import type { Run } from '../state/run.ts';
import { readAppState } from '../state/situation.ts';
import { refuseUnsettled } from '../state/unsettled.ts';
import { dropPreviewOf } from '../steps/own-routes.ts';
import { unpark } from '../steps/parking.ts';
import { removeStack } from '../steps/remove-stack.ts';

/** Removes the candidate and its preview; nobody but testers ever saw it. */
export async function reject(run: Run): Promise<void> {
  const { revision } = run.inputs;
  run.report.stage('Situation');
  await run.takeLock();
  const [releaseRecord, namespace, objects] = await Promise.all([
    findRecord(run, revision),
    readNamespace(run),
    listOwned(run, revision),
  ]);
  const read = requireRoutes(run, namespace, releaseRecord?.release.ingresses);
  const config = releaseRecord?.config ?? run.inputs.config;
  const counterparts =
    releaseRecord?.release.counterparts ?? counterpartsIn(run, read.services, revision, config['revision-label']);
  if (counterparts.length === 0 && objects.length === 0) {
    return run.report.verdict(`Greenpath has nothing of revision ${revision} here: nothing to do.`);
  }
  if (counterparts.length === 0) {
    await removeStack(run, { revision, objects, releaseRecord });
    return tellRejected(run);
  }
  const situation = readAppState(run, read, counterparts, routeSettings(config));
  await refuseUnsettled(run, situation);
  // A preview of several revisions would go on naming what is removed.
  previewedServices(run, situation);
  tellDrift(run, situation);
  refuseSeen(run, situation, releaseRecord);
  const services = counterparts.map((counterpart) => counterpart.service);
  refuseNamed(run, situation, revision, services);
  await refuseLedTo(run, situation, revision);
  run.report.stage('Removal');
  if (releaseRecord !== undefined && !run.inputs.dryRun) await note(run, releaseRecord, 'retiring');
  await dropPreviewOf(run, situation, services);
  await unpark(run, situation, services, config);
  await removeStack(run, {
    revision,
    objects: run.inputs.dryRun ? objects : await listOwned(run, revision),
    releaseRecord,
  });
  tellRejected(run);
}

function tellRejected({ inputs, known, report }: Run): void {
  if (!inputs.dryRun) known.outputs.state = 'rejected';
  report.verdict(`${inputs.dryRun ? 'Dry run: would reject' : 'Rejected'} ${inputs.revision}. ${known.visitors}`);
}

function refuseSeen(run: Run, situation: Situation, releaseRecord: ReleaseRecord | undefined): void {
  const { revision } = run.inputs;
  const role = roleIn(run, situation, revision, releaseRecord);
  if (role === 'live') {
    throw new GreenpathError(
      'is-live',
      `revision ${revision} is live, so it was not rejected`,
      'Run rollback to take visitors off it, then reject.',
    );
  }
  if (role !== 'previous' || situation.switchNote?.left === revision) return;
  throw new GreenpathError(
    'is-live',
    `revision ${revision} was live before, and rollback may need it, so it was not rejected`,
    'Mode retire removes stacks that were live, when they are old enough.',
  );
}
