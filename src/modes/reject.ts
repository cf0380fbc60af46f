import { KIND } from '../cluster/kinds.ts';
import { diffOf } from '../core/diff.ts';
import { GreenpathError } from '../core/error.ts';
import type { Ingress } from '../core/objects.ts';
import { LABEL_APP, LABEL_REVISION, label, nameOf } from '../core/objects.ts';
import { rulesOf } from '../core/rules.ts';
import { dropPathsPatch } from '../routes/patch.ts';
import { unpark } from './own-routes.ts';
import { listOwned } from './owned.ts';
import { findRecord, note, type Recorded, routeSettings, twinOfService } from './release-record.ts';
import { removeStack } from './remove.ts';
import { noteWrite, type Run } from './run.ts';
import { ownPreview } from './shown.ts';
import { readNamespace, refuseReverted, requireRoute, type Situation, situate } from './situation.ts';
import { standsOf } from './stands.ts';

/** Removes the candidate and its preview; nobody but testers ever saw it. */
export async function reject(run: Run): Promise<void> {
  const { app, revision } = run.inputs;
  run.report.stage('Situation');
  await run.takeLock();
  const [recorded, namespace, objects] = await Promise.all([
    findRecord(run, revision),
    readNamespace(run),
    listOwned(run, revision),
  ]);
  const read = requireRoute(run, namespace);
  const service = read.services.find((one) => label(one, LABEL_APP) === app && label(one, LABEL_REVISION) === revision);
  const config = recorded?.config ?? run.inputs.config;
  const twin = recorded?.release.twin ?? (service && twinOfService(service, config['revision-label']));
  if (twin === undefined && objects.length === 0) {
    return run.report.verdict(`There is nothing of revision ${revision}: nothing to do.`);
  }
  if (twin === undefined) {
    await removeStack(run, { revision, objects, recorded });
    run.known.outputs.state = 'rejected';
    return;
  }
  const situation = situate(run, read, twin, routeSettings(config));
  refuseReverted(situation);
  refuseSeen(run, situation, recorded, twin.service);
  run.report.stage('Removal');
  if (recorded !== undefined && !run.inputs.dryRun) await note(run, recorded, 'retiring');
  await dropPreviewOf(run, situation, twin.service);
  await unpark(run, situation, [twin.service], config);
  await removeStack(run, { revision, objects: run.inputs.dryRun ? objects : await listOwned(run, revision), recorded });
  if (!run.inputs.dryRun) run.known.outputs.state = 'rejected';
  run.report.verdict(`${run.inputs.dryRun ? 'Dry run: would reject' : 'Rejected'} ${revision}. ${run.known.visitors}`);
}

function refuseSeen(run: Run, situation: Situation, recorded: Recorded | undefined, service: string): void {
  const { revision } = run.inputs;
  const stands = standsOf(run, situation, revision, service, recorded);
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

/** Takes the preview away from `service`; one that shows another revision stays. */
export async function dropPreviewOf(run: Run, situation: Situation, service: string): Promise<void> {
  const { route, live } = situation;
  const own = ownPreview(run, situation.ingresses);
  if (own !== undefined && rulesOf(own).every((rule) => rule.service === service)) {
    await run.api.remove({ kind: KIND.Ingress, name: own.metadata.name }, own, run.inputs.dryRun);
    noteWrite(run, { object: nameOf(own), action: 'delete', diff: '' });
    run.report.serves({ preview: undefined });
  }
  const paths = live.preview.filter((rule) => rule.service === service);
  if (paths.length === 0) return;
  const operations = dropPathsPatch(route, paths);
  const answer = await run.api.patch<Ingress>(
    { kind: KIND.Ingress, name: route.metadata.name },
    operations,
    run.inputs.dryRun,
  );
  if (answer === 'changed') {
    throw new GreenpathError(
      'route-changed',
      `Ingress ${route.metadata.name} was changed by somebody else before its preview path could be removed`,
      'Run the step again.',
    );
  }
  noteWrite(run, { object: nameOf(route), action: 'change', diff: diffOf(route, answer) });
  run.report.serves({ preview: undefined });
}
