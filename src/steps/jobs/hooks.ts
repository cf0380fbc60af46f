import { GreenpathError } from '../../core/base/error.ts';
import { canonical } from '../../core/base/json.ts';
import { type PlainNames, withOwnNames } from '../../core/colouring/plain-names.ts';
import type { Stack } from '../../core/colouring/stack.ts';
import { isCheckJob } from '../../core/kube/check-jobs.ts';
import { compareHooks } from '../../core/kube/foreign-hooks.ts';
import { areUndone, type HookPoint, hookPoint, jobState } from '../../core/kube/hooks.ts';
import { aliasesOf } from '../../core/kube/host-aliases.ts';
import { isOfKind, keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { ANNOTATION_CONTENT, annotation, type KubeObject, nameOf, stackSelector } from '../../core/kube/objects.ts';
import type { Release } from '../../core/release/record.ts';
import type { Run } from '../../state/run.ts';
import { removeJob } from './remove-job.ts';
import { hookOver, runHook } from './run-hook.ts';

/** The stack's hooks that exist already, by key. One request, if the stack has any. */
export async function presentHooks(run: Run, stack: Stack): Promise<Map<string, KubeObject>> {
  if (!stack.own.some(({ object }) => object.kind === 'Job')) return new Map();
  const jobs = await listJobs(run, run.inputs.revision);
  return new Map(jobs.map((job) => [keyOf(job), job]));
}

/**
 * Those of them that stay: what ran or runs, and what waits with this content. The others go, to be made anew: all of
 * them, if a rollback undid what they did.
 */
export async function keepHooks(run: Run, stack: Stack, names: PlainNames): Promise<Map<string, KubeObject>> {
  const present = await presentHooks(run, stack);
  for (const job of await untilUndone(run, [...present.values()])) present.set(keyOf(job), job);
  const undone = areUndone([...present.values()]);
  if (undone) run.report.line('A rollback undid what the hooks of this revision did, so all of them are created again');
  // What says that they are undone goes last, so that a run which is cut off is gone on from.
  const wanted = new Map(stack.own.map(({ object }) => [keyOf(object), withOwnNames(object, names, names.known)]));
  for (const job of [...present.values()].toSorted((one, other) => rank(one) - rank(other))) {
    const { state } = jobState(job);
    const isSame = annotation(job, ANNOTATION_CONTENT) === stack.digest && isAsWanted(job, wanted.get(keyOf(job)));
    if (!undone && (state === 'done' || state === 'running' || (state === 'waiting' && isSame))) continue;
    await removeJob(run, job, run.waiting);
    present.delete(keyOf(job));
  }
  return present;
}

/** Whether a hook would run at the same point now, and its pods know the addresses that they would get now. */
function isAsWanted(job: KubeObject, wanted: KubeObject | undefined): boolean {
  if (wanted === undefined || hookPoint(job) !== hookPoint(wanted)) return false;
  return canonical(aliasesOf(job)) === canonical(aliasesOf(wanted));
}

function isRunning(job: KubeObject): boolean {
  return jobState(job).state === 'running';
}

function isUndoing(job: KubeObject): boolean {
  return hookPoint(job) === 'post-rollback';
}

/** The same hooks after those that undo something have ended: an earlier run may have left one running. */
function untilUndone(run: Run, hooks: readonly KubeObject[]): Promise<KubeObject[]> {
  return Promise.all(hooks.map((job) => (isRunning(job) && isUndoing(job) ? hookOver(run, job) : job)));
}

function rank(job: KubeObject): number {
  return isUndoing(job) ? (jobState(job).state === 'done' ? 2 : 1) : 0;
}

/** Whether a release has any Jobs, hooks or checks: if not, none are listed. */
export function hasJobs({ release }: { readonly release: Pick<Release, 'objects'> }): boolean {
  return release.objects.some((object) => isOfKind(object, KIND.Job));
}

/**
 * Runs the hooks of `revision` at `point`, one after the other, each once: one that has ended well is not run
 * again, one that runs is waited for, one that failed is made anew. Throws `hook-failed` with its last lines.
 */
export async function runHooks(run: Run, point: HookPoint, revision: string): Promise<void> {
  const all = await listJobs(run, revision);
  const jobs = all.filter((job) => hookPoint(job) === point);
  if (jobs.length === 0) return;
  run.report.stage('Hooks');
  if (run.inputs.dryRun) return tellHooks(run, point, jobs);
  await untilAlone(run, point, all);
  for (const job of jobs) await runHook(run, point, job);
}

/** What a dry run says of them: what runs once is no thing to try. */
function tellHooks(run: Run, point: HookPoint, jobs: readonly KubeObject[]): void {
  for (const job of jobs)
    run.report.line(`${nameOf(job)} (${point}) ${jobState(job).state === 'done' ? 'has run already' : 'would run'}`);
}

/** A run that gave way may have left a hook of another point running: what undoes it must not run beside it. */
async function untilAlone(run: Run, point: HookPoint, all: readonly KubeObject[]): Promise<void> {
  for (const job of all.filter((one) => hookPoint(one) !== point && isRunning(one))) {
    run.report.line(`${nameOf(job)} (${hookPoint(job)}) still runs: waiting until it has ended`);
    await hookOver(run, job);
  }
}

/** A candidate may still be previewed although a rollback undid what its hooks did. Throws `no-candidate` then. */
export async function refuseUndone(run: Run, releaseRecord: { readonly release: Release }): Promise<void> {
  if (!hasJobs(releaseRecord)) return;
  const { revision } = releaseRecord.release;
  if (!areUndone(await untilUndone(run, await listJobs(run, revision)))) return;
  throw new GreenpathError(
    'no-candidate',
    `a rollback undid what the hooks of revision ${revision} did`,
    'Run deploy-green for this revision again, which runs them again. Then run verify and promote.',
  );
}

/** Says of a revision that visitors were brought back to whether an earlier rollback undid what its hooks did. */
export async function tellUndone(run: Run, revision: string): Promise<void> {
  if (!areUndone(await listJobs(run, revision))) return;
  run.report.warning(
    `An earlier rollback undid what the hooks of ${revision} did, and a rollback does not run those hooks again: visitors are on ${revision} without their effect. If ${revision} needs it, release the same content under a new revision`,
  );
}

/** The hooks and checks of a revision. What hooks do at their points passes over the checks. */
async function listJobs(run: Run, revision: string): Promise<KubeObject[]> {
  const jobs = await run.api.list<KubeObject>(KIND.Job, stackSelector(run.inputs.app, revision));
  return jobs.filter((job) => hookPoint(job) !== undefined || isCheckJob(job)).toSorted(compareHooks);
}
