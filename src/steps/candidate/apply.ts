import type { Unpreviewed } from '../../core/checks/difference.ts';
import { type PlainNames, withOwnNames } from '../../core/colouring/plain-names.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { isCheckJob } from '../../core/kube/check-jobs.ts';
import { hookPoint } from '../../core/kube/hooks.ts';
import { addressesIn } from '../../core/kube/host-aliases.ts';
import { keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { isOwn, type KubeObject, LABEL_APP, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { applyTurns, type Turn } from '../../core/kube/turns.ts';
import type { CandidateEntry } from '../../core/release/candidate-entries.ts';
import { asSent, contentOf, isContent } from '../../core/release/content-read.ts';
import { type RecordedRoute, type Release, recordedObject, recordObject } from '../../core/release/record.ts';
import { isSameRoute, type RouteRef, refOf } from '../../core/release/route.ts';
import type { StackRole } from '../../core/release/stack-role.ts';
import type { ReleaseRecord } from '../../state/records.ts';
import { type DryRunResult, noteChange, noteWrite, type Run, timeNow } from '../../state/run.ts';
import { keepHooks, runHooks } from '../jobs/hooks.ts';
import { pointAtCandidate } from '../objects/entries.ts';
import { inParallel } from '../objects/in-parallel.ts';
import type { OwnPlan } from '../own-routes/own-routes.ts';
import { awaitBacking } from '../pods/await-backing.ts';
import { scaleTo } from '../pods/scale.ts';
import { routesIn } from './candidate.ts';
import { removeDropped } from './dropped.ts';
import { removeUnchangeable } from './immutable.ts';
import type { SharedChange } from './shared-change.ts';
import { writeShared } from './shared-objects.ts';

/** What `deploy-green` writes besides the record. */
export interface Writes {
  readonly stack: Stack;
  /** What its pods reach by plain names. */
  readonly names: PlainNames;
  /** What an earlier deployment of the candidate had and this one has not. */
  readonly dropped: readonly KubeObject[];
  /** The role of the revision before that. */
  readonly role: StackRole;
  readonly shared: readonly SharedChange[];
  /** Services for a rollback to a version that existed before Greenpath. */
  readonly adopted: readonly KubeObject[];
  readonly routes: OwnPlan;
  /** Plain Services that lead to the candidate, if nothing is live. */
  readonly entries: readonly CandidateEntry[];
  /**
   * Plain Services that the first promotion will create and that the server might refuse then: a node port may be
   * taken.
   */
  readonly exposed: readonly KubeObject[];
  /** Whether every live path has a ready pod. */
  readonly served: boolean;
  /** The answers at the preview's paths before there was a preview. */
  readonly unpreviewed: readonly Unpreviewed[];
}

/**
 * Applies the stack and its record, one kind after the other, and runs the pre-deploy hooks as soon as the objects they
 * read exist. Returns the stack's objects as the server has them now.
 */
export async function applyStack(
  run: Run,
  { stack, names, dropped, shared, adopted, entries, served, unpreviewed }: Writes,
  tried: ReadonlyMap<string, DryRunResult>,
  before: ReleaseRecord | undefined,
): Promise<KubeObject[]> {
  const owner = [LABEL_APP, run.inputs.app] as const;
  const hooks = await keepHooks(run, stack, names);
  await removeDropped(run, dropped);
  await awaitBacking(run, await writeShared(run, shared));
  await removeUnchangeable(run, stack, tried);
  let changed = shared.length > 0;
  const contents = new Map<string, string>();
  const addresses = new Map<string, readonly string[]>();
  const applied: KubeObject[] = [];
  const apply = async (object: KubeObject) => {
    const hook = hooks.get(keyOf(object));
    if (hook !== undefined) return hook;
    const now = await run.api.apply(withOwnNames(asSent(object, contents), names, addresses), owner);
    if (noteChange(run, tried, now)) changed = true;
    if (isContent(now)) contents.set(keyOf(now), contentOf(now));
    if (now.kind === 'Service') addresses.set(now.metadata.name, addressesIn(now));
    return now.kind === 'Deployment' ? withPods(run, object, now) : now;
  };
  for (const { kind, objects } of inOrder(stack.own.map(({ object }) => object))) {
    run.waiting.throwIfAborted();
    applied.push(...(await inParallel(objects, apply)));
    if (kind === KIND.Service && (await pointAtCandidate(run, entries, applied))) changed = true;
    if (objects.some(runsFirst)) await runHooks(run, 'pre-deploy', run.inputs.revision);
  }
  await inParallel(adopted, async (object) => {
    if (noteChange(run, tried, await run.api.apply(object, owner))) changed = true;
  });
  const created = new Set((before?.release.objects ?? []).filter((one) => one.created).map((one) => one.uid));
  const first = { served: before?.release.served ?? served, unpreviewed };
  const release = { ...releaseOf(run, stack, applied, created), ...first };
  const record = await run.api.apply(recordObject(release, run.api.namespace), owner);
  const action = before === undefined ? 'create' : 'change';
  // If the same content is deployed again, it only notes the time.
  if (action === 'create' || changed) noteWrite(run, { object: nameOf(record), action, diff: '' });
  return applied;
}

/** One kind after the other. Hooks and checks that run later come last, since their pods know the addresses of the Services. */
function inOrder(objects: readonly KubeObject[]): Turn[] {
  const isLater = (object: KubeObject) => isCheckJob(object) || (hookPoint(object) !== undefined && !runsFirst(object));
  return [...applyTurns(objects.filter((one) => !isLater(one))), ...applyTurns(objects.filter(isLater))];
}

function runsFirst(object: KubeObject): boolean {
  return hookPoint(object) === 'pre-deploy';
}

/** A Deployment that an interrupted run scaled down stays so if the manifest sets no replicas. */
async function withPods(run: Run, sent: KubeObject, now: KubeObject): Promise<KubeObject> {
  const wanted = replicasOf(sent);
  return replicasOf(now) === 0 && wanted > 0 ? scaleTo(run, now, wanted) : now;
}

function withManifest(ref: RouteRef, stack: Stack): RecordedRoute {
  const manifest = routesIn(stack).find((one) => isSameRoute(refOf(one), ref));
  return { ...ref, ...(manifest && { manifest }) };
}

function releaseOf(run: Run, stack: Stack, applied: readonly KubeObject[], created: ReadonlySet<string>): Release {
  const { app, revision, routes, rawConfig } = run.inputs;
  const objects = applied.map((object) =>
    recordedObject(object, { created: isOwn(object) || created.has(object.metadata.uid ?? '') }),
  );
  return {
    version: 2,
    app,
    revision,
    routes: routes.map((ref) => withManifest(ref, stack)),
    counterparts: stack.counterparts,
    plain: stack.form === 'coloured',
    digest: stack.digest,
    config: rawConfig,
    objects,
    ...(run.commit && { commit: run.commit }),
    at: timeNow(run),
    run: run.url,
  };
}
