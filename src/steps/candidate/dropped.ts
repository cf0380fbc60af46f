import type { Stack } from '../../core/colouring/stack.ts';
import { isOfKind, keyIn, keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import type { RecordedObject } from '../../core/release/record.ts';
import { listOwned } from '../../state/owned-objects.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { routeTo } from '../../state/route-references.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { removeParts } from '../objects/remove-stack.ts';
import { stopNaming } from '../own-routes/parking.ts';
import { fresh } from './remove-superseded.ts';

/**
 * What an earlier deployment of the candidate created and its manifests no longer have. If it stayed, its pods would
 * get requests through the Services of the stack, and `promote` would start its workers.
 */
export function droppedFrom(stack: Stack, before: ReleaseRecord | undefined): RecordedObject[] {
  const kept = new Set(stack.own.map(({ object }) => keyOf(object)));
  return (before?.release.objects ?? []).filter((one) => one.created && !kept.has(keyIn(one)));
}

/** Says what will be removed. */
export function tellDropped(run: Run, dropped: readonly RecordedObject[]): void {
  const what = run.report.wording('it is removed', 'it would be removed');
  for (const { kind, name } of dropped)
    run.report.line(`${kind} ${name} is no longer in the manifests of ${run.inputs.revision}: ${what}`);
}

/** Removes it, but for Services, which the preview may still name. */
export async function removeDropped(run: Run, dropped: readonly RecordedObject[]): Promise<void> {
  await removeParts(
    run,
    run.inputs.revision,
    await present(
      run,
      dropped.filter((one) => !isService(one)),
    ),
  );
}

/** Removes its Services, now that the preview names those of the manifests. */
export async function removeDroppedServices(
  run: Run,
  situation: Situation,
  dropped: readonly RecordedObject[],
): Promise<void> {
  const services = await present(run, dropped.filter(isService));
  if (services.length === 0) return;
  const names = services.map(({ metadata }) => metadata.name);
  const now = await fresh(run, situation);
  const by = routeTo(now, names)?.object;
  if (by !== undefined) {
    return run.report.warning(
      `${services.map(nameOf).join(', ')} stays, although it is no longer in the manifests: ${nameOf(by)} leads to it. Point that elsewhere, or delete it if nothing uses it`,
    );
  }
  await stopNaming(run, now, names, run.inputs.config);
  await removeParts(run, run.inputs.revision, services);
}

/** The metadata of what is still there: the very objects that were recorded. */
async function present(run: Run, recorded: readonly RecordedObject[]): Promise<KubeObject[]> {
  if (recorded.length === 0) return [];
  const uids = new Map(recorded.map((one) => [keyIn(one), one.uid]));
  return (await listOwned(run, run.inputs.revision)).filter((one) => uids.get(keyOf(one)) === one.metadata.uid);
}

function isService(one: RecordedObject): boolean {
  return isOfKind(one, KIND.Service);
}
