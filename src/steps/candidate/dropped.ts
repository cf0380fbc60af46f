import { GreenpathError } from '../../core/base/error.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { keyAt, keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import {
  ANNOTATION_CONTENT,
  annotation,
  isOfRevision,
  type KubeObject,
  LABEL_NAME,
  label,
  nameOf,
} from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { entriesOfCandidate } from '../../core/release/candidate-entries.ts';
import { leadsTo } from '../../core/release/entry.ts';
import { recordName } from '../../core/release/record.ts';
import type { StackRole } from '../../core/release/stack-role.ts';
import { listOwned } from '../../state/owned-objects.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { routeTo } from '../../state/route-references.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { removeObject } from '../objects/remove-object.ts';
import { isCreated, removeParts } from '../objects/remove-stack.ts';
import { stopNaming } from '../own-routes/parking.ts';
import { fresh } from './remove-superseded.ts';

/** What is known of an earlier deployment of the revision. */
interface Earlier {
  readonly role: StackRole;
  readonly releaseRecord: ReleaseRecord | undefined;
}

/**
 * What Greenpath created of the candidate at an earlier deployment and its manifests no longer have. If it stayed, its
 * pods would get requests through the Services of the stack, and `promote` would start its workers. The cluster says
 * what there is, since a deployment that failed may have left no record. Jobs are not part of it: `keepHooks` decides
 * about hooks, and one that ran says that it did. If the Services say that this content was written last, only Services
 * can be left, since those go after the others. Throws `drifted` if somebody's route leads to one of them.
 */
export async function findDropped(
  run: Run,
  stack: Stack,
  situation: Situation,
  { role, releaseRecord }: Earlier,
): Promise<KubeObject[]> {
  if (role !== 'candidate') return [];
  const { app, revision } = run.inputs;
  const kept = new Set(stack.own.map(({ object }) => keyOf(object)));
  kept.add(keyAt(KIND.ConfigMap, recordName(app, revision)));
  const plain = plainKeys(stack);
  const services = situation.services.filter((one) => isOfRevision(one, app, revision));
  const lasting = services.filter((one) => kept.has(keyOf(one)));
  const isWritten = lasting.length > 0 && lasting.every((one) => annotation(one, ANNOTATION_CONTENT) === stack.digest);
  const lacking = (isWritten ? services : await listOwned(run, revision)).filter(
    (one) =>
      !kept.has(keyOf(one)) && !plain.has(keyOf(one)) && one.kind !== KIND.Job.kind && isCreated(one, releaseRecord),
  );
  const held = await Promise.all(lacking.map((one) => plain.has(plainKey(one)) && isHeld(run, one)));
  const dropped = lacking.filter((_, index) => !held[index]);
  const gone = dropped.filter(isService);
  if (gone.length > 0) refuseIfNamed(await fresh(run, situation), run, stack, gone);
  return dropped;
}

/**
 * Whether it stays although it is shared by now: it may hold data, and then none is made beside it. What `promote` would
 * start goes, since it would run twice.
 */
async function isHeld(run: Run, { kind, metadata: { name } }: KubeObject): Promise<boolean> {
  if (kind !== KIND.Deployment.kind) return kind !== KIND.CronJob.kind;
  const present = await run.api.get<KubeObject>({ kind: KIND.Deployment, name });
  return present !== undefined && replicasOf(present) > 0;
}

/** What the manifests have beside the stack: a part may be shared by now. */
function plainKeys({ shared, left }: Stack): ReadonlySet<string> {
  return new Set([...shared, ...left.map(({ manifest }) => manifest)].map(({ object }) => keyOf(object)));
}

/** The key that an object of a stack has in the manifests. */
function plainKey(one: KubeObject): string {
  const { metadata } = one;
  return keyOf({ ...one, metadata: { ...metadata, name: label(one, LABEL_NAME) ?? metadata.name } });
}

/** Refuses before anything is written what would leave a route without its pods. */
function refuseIfNamed(now: Situation, run: Run, stack: Stack, services: readonly KubeObject[]): void {
  const { entries, by } = namedIn(now, run, stack, services);
  if (by === undefined) return;
  throw new GreenpathError(
    'drifted',
    `${nameOf(by)} leads to one of these, which are no longer in the manifests of ${run.inputs.revision}: ${[...services, ...entries].map(nameOf).join(', ')}. So nothing of it was removed`,
    'Let that route name what is live, or remove the path from it; then run the step again.',
  );
}

/**
 * The plain Services that lead only to what the manifests of the candidate no longer have, and the route of somebody else
 * that leads to one of them or of `services`, if there is one.
 */
function namedIn(now: Situation, run: Run, stack: Stack, services: readonly KubeObject[]) {
  const plain = plainKeys(stack);
  const entries = entriesOfCandidate(now, run.inputs.revision).filter(
    (entry) => !plain.has(keyOf(entry)) && !stack.services.some((one) => leadsTo(entry, one)),
  );
  const names = [...services, ...entries].map(({ metadata }) => metadata.name);
  return { entries, by: routeTo(now, names)?.object };
}

/** Says what will be removed. */
export function tellDropped(run: Run, dropped: readonly KubeObject[]): void {
  const what = run.report.wording('it is removed', 'it would be removed');
  for (const one of dropped)
    run.report.line(`${nameOf(one)} is no longer in the manifests of ${run.inputs.revision}: ${what}`);
}

/** Removes it, but for Services, which the preview may still name. */
export function removeDropped(run: Run, dropped: readonly KubeObject[]): Promise<void> {
  return removeParts(
    run,
    run.inputs.revision,
    dropped.filter((one) => !isService(one)),
  );
}

/** Removes its Services, now that the preview names those of the manifests, and the plain ones that lead to them only. */
export async function removeDroppedServices(
  run: Run,
  stack: Stack,
  situation: Situation,
  dropped: readonly KubeObject[],
): Promise<void> {
  const services = dropped.filter(isService);
  if (services.length === 0) return;
  const { revision, config } = run.inputs;
  const now = await fresh(run, situation);
  const { entries, by } = namedIn(now, run, stack, services);
  if (by !== undefined) {
    return run.report.warning(
      `${services.map(nameOf).join(', ')} stays, although it is no longer in the manifests: ${nameOf(by)} leads to it. Point that elsewhere, or delete it if nothing uses it`,
    );
  }
  const names = services.map(({ metadata }) => metadata.name);
  await stopNaming(run, now, names, config);
  for (const entry of entries) await removeObject(run, entry, () => false);
  await removeParts(run, revision, services);
}

function isService(one: KubeObject): boolean {
  return one.kind === KIND.Service.kind;
}
