import { GreenpathError } from '../core/base/error.ts';
import { there } from '../core/base/plural.ts';
import { ADOPTED } from '../core/base/revision.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { entriesOfCandidate } from '../core/release/candidate-entries.ts';
import { manifestsOf } from '../core/release/record.ts';
import { tellDrift } from '../state/drift.ts';
import { requireRoutes } from '../state/namespace.ts';
import { openApp } from '../state/open-app.ts';
import type { Outcome } from '../state/outcome.ts';
import { listOwned } from '../state/owned-objects.ts';
import { previewedServices } from '../state/preview-state.ts';
import { counterpartsIn } from '../state/rebuild-record.ts';
import { findRecord, noteRetiring, type ReleaseRecord } from '../state/records.ts';
import { roleIn } from '../state/role.ts';
import { refuseLedTo, refuseNamed } from '../state/route-references.ts';
import { observeDone, type Run } from '../state/run.ts';
import type { Situation } from '../state/situation.ts';
import { presentRevisions } from '../state/unknown-revision.ts';
import { removeObject } from '../steps/objects/remove-object.ts';
import { removeStack } from '../steps/objects/remove-stack.ts';
import { dropPreviewOf } from '../steps/own-routes/own-routes.ts';
import { stopNaming } from '../steps/own-routes/parking.ts';
import { releaseStrength } from '../steps/pods/hpa-limits.ts';

/** Removes the candidate and its preview; visitors never saw it. */
export async function reject(run: Run): Promise<Outcome> {
  const { revision } = run.inputs;
  const app = await openApp(run, {
    read: () => Promise.all([findRecord(run, revision), listOwned(run, revision)]),
    basis: ([releaseRecord], namespace) => {
      const { config } = releaseRecord ?? run.inputs;
      const planned = releaseRecord === undefined ? [] : manifestsOf(releaseRecord.release);
      const { services } = requireRoutes(run, namespace, planned);
      const counterparts =
        releaseRecord?.release.counterparts ?? counterpartsIn(run, services, revision, config['revision-label']);
      return counterparts.length === 0 ? undefined : { counterparts, config, planned };
    },
    finishes: 'none',
    removes: true,
  });
  const [releaseRecord, objects] = app.read;
  if (app.situation === undefined) return rejectRest(run, objects, releaseRecord);
  const {
    situation,
    basis: { counterparts, config },
  } = app;
  // A preview of several revisions would keep naming what is removed.
  previewedServices(situation);
  tellDrift(run, situation);
  refuseSeen(run, situation, releaseRecord);
  const services = counterparts.map((counterpart) => counterpart.service);
  const entries = entriesOfCandidate(situation, revision);
  refuseNamed(situation, revision, [...services, ...entries.map(({ metadata }) => metadata.name)]);
  const others = situation.services.filter((service) => !entries.includes(service));
  await refuseLedTo(run, { ...situation, services: others }, revision);
  run.report.stage('Removal');
  if (await isLastOverAdopted(run, situation)) await releaseStrength(run, situation);
  await noteRetiring(run, releaseRecord);
  await dropPreviewOf(run, situation, services);
  await stopNaming(run, situation, services, config);
  // Nothing but the candidate was ever behind them.
  for (const entry of entries) await removeObject(run, entry, () => false);
  await removeStack(run, {
    revision,
    objects: await listOwned(run, revision),
    releaseRecord,
  });
  return rejected(run);
}

/** Whether only what ran before Greenpath is left afterwards: then `retire` finds no record, and does nothing. */
async function isLastOverAdopted(run: Run, situation: Situation): Promise<boolean> {
  if (situation.revision !== ADOPTED) return false;
  return (await presentRevisions(run)).every((one) => one === ADOPTED || one === run.inputs.revision);
}

/** A stack without a Service can have no visitors, so nothing checks where they are. */
async function rejectRest(
  run: Run,
  objects: readonly KubeObject[],
  releaseRecord: ReleaseRecord | undefined,
): Promise<Outcome> {
  const { revision } = run.inputs;
  if (objects.length === 0) {
    const revisions = there(await presentRevisions(run));
    run.report.verdict(`Greenpath has nothing of revision ${revision} here ${revisions}: nothing to do.`);
    return run.observe({});
  }
  await removeStack(run, { revision, objects, releaseRecord });
  return rejected(run);
}

function rejected(run: Run): Outcome {
  const outcome = observeDone(run, { state: 'rejected' });
  const what = run.report.wording('Rejected', 'Dry run: would reject');
  run.report.verdict(`${what} ${run.inputs.revision}. ${outcome.visitors}`);
  return outcome;
}

function refuseSeen(run: Run, situation: Situation, releaseRecord: ReleaseRecord | undefined): void {
  const { revision } = run.inputs;
  const role = roleIn(situation, revision, releaseRecord);
  if (role === 'live') {
    throw new GreenpathError(
      'is-live',
      `revision ${revision} is live, so it was not rejected`,
      'Run rollback to move visitors off it, then reject.',
    );
  }
  if (role !== 'previous' || situation.switchNote?.left === revision) return;
  throw new GreenpathError(
    'is-live',
    `revision ${revision} was live before, and rollback may need it, so it was not rejected`,
    'Mode retire removes stacks that were live, once they are old enough.',
  );
}
