import { setTimeout as delay } from 'node:timers/promises';
import { keyAt, keyOf } from '../../core/kube/identity.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { KIND } from '../../core/kube/kinds.ts';
import {
  isOfRevision,
  isOwn,
  type KubeObject,
  LABEL_REVISION,
  label,
  nameOf,
  stackSelector,
} from '../../core/kube/objects.ts';
import { removalTurns } from '../../core/kube/turns.ts';
import { recordName } from '../../core/release/record.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { awaitEffect, type Run } from '../../state/run.ts';
import { inParallel } from './in-parallel.ts';
import { removeObject } from './remove-object.ts';

/** A stack to be removed: its objects' metadata, as `listOwned` read them, and its record if there is one. */
export interface Removal {
  readonly revision: string;
  readonly objects: readonly KubeObject[];
  readonly releaseRecord: ReleaseRecord | undefined;
}

/** The pause between two reads of Deployments whose pods are ending, in milliseconds. */
const PAUSE = 300;

/**
 * Removes what Greenpath created of a stack, one kind after the other, the Deployments in the foreground, and the
 * record last. An object that was written to since it was read is still deleted if its uid and the labels of this stack
 * are unchanged; throws `conflict` if the labels are not. The caller must ensure that nothing sends visitors to the
 * stack any more. Objects of others stay.
 */
export async function removeStack(run: Run, { revision, objects, releaseRecord }: Removal): Promise<void> {
  const record = keyAt(KIND.ConfigMap, recordName(run.inputs.app, revision));
  const ofStack = objects.filter((object) => label(object, LABEL_REVISION) === revision && keyOf(object) !== record);
  const own = ofStack.filter((object) => isCreated(object, releaseRecord));
  const foreign = ofStack.filter((object) => !own.includes(object));
  for (const object of foreign) run.report.line(`${nameOf(object)} stays: Greenpath did not create it`);
  await removeParts(run, revision, own);
  const isOfStack = (now: KubeObject) => isOfRevision(now, run.inputs.app, revision);
  const last = objects.find((object) => keyOf(object) === record);
  if (last !== undefined) await removeObject(run, last, isOfStack);
  run.report.line(
    `${run.report.wording('Removed', 'Dry run: would remove')} revision ${revision}: ${own.map(nameOf).join(', ') || 'nothing was left of it'}`,
  );
}

/** Removes these objects of a stack, one kind after the other, the Deployments in the foreground. */
export async function removeParts(run: Run, revision: string, objects: readonly KubeObject[]): Promise<void> {
  const isOfStack = (now: KubeObject) => isOfRevision(now, run.inputs.app, revision);
  for (const { kind, objects: same } of removalTurns(objects)) {
    await inParallel(same, (object) => removeObject(run, object, isOfStack));
    if (kind.podsFirst) await awaitEffect(run, () => untilGone(run, revision, kind, same));
  }
}

/**
 * By the uid in the record; for an object that no record knows (deleted, or never written), by who ever wrote to it.
 */
export function isCreated(object: KubeObject, releaseRecord: ReleaseRecord | undefined): boolean {
  const known = releaseRecord?.release.objects.find((one) => one.uid === object.metadata.uid);
  return known === undefined ? isOwn(object) : known.created;
}

/**
 * The pods may still finish their requests; the objects they read are deleted only after them. One request at each
 * check.
 */
async function untilGone(run: Run, revision: string, kind: Kind, deleted: readonly KubeObject[]): Promise<void> {
  const labels = stackSelector(run.inputs.app, revision);
  const uids = new Set(deleted.map((object) => object.metadata.uid));
  while ((await run.api.listMetadata(kind, labels)).some((one) => uids.has(one.metadata.uid)))
    await delay(PAUSE, undefined, { signal: run.waiting });
}
