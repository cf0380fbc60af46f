import { setTimeout as delay } from 'node:timers/promises';
import type { JobCheck, JobEnd } from '../checks/tools.ts';
import { GreenpathError, messageOf } from '../core/base/error.ts';
import { objectAt, textAt } from '../core/base/json.ts';
import { STOPPED_REMOVAL } from '../core/base/timing.ts';
import { isCheckJob, runningCopy } from '../core/kube/check-jobs.ts';
import { hookState } from '../core/kube/hooks.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, LABEL_NAME, LABEL_REVISION, label, nameOf } from '../core/kube/objects.ts';
import { containersIn } from '../core/kube/references.ts';
import { graced } from '../process/graced.ts';
import { noteWrite, type Run } from '../state/run.ts';
import { hideWhatPodsRead } from './hide-secrets.ts';
import { changed } from './hooks.ts';
import { newestPodOf } from './pods.ts';
import { isAsRead, removeObject } from './remove-object.ts';

/** Between two looks at a Job that runs, in milliseconds. */
const PAUSE = 500;
/** How many of the last lines of each container are shown. */
const LINES = 100;

/** The Jobs of a revision that are checks. */
export async function listCheckJobs({ api, inputs }: Run, revision: string): Promise<KubeObject[]> {
  const jobs = await api.list<KubeObject>(KIND.Job, `${LABEL_APP}=${inputs.app},${LABEL_REVISION}=${revision}`);
  return jobs.filter(isCheckJob);
}

/** What the manifests call a Job. */
export function baseNameOf(job: KubeObject): string {
  return label(job, LABEL_NAME) ?? job.metadata.name;
}

/**
 * Runs a copy of a Job of the revision, and deletes it with its pods, also if the run was stopped. One that an earlier
 * run left behind is deleted first. It ends when `signal` aborts.
 */
export async function runCheckJob(
  run: Run,
  { name, revision, variables, timeout }: JobCheck,
  signal: AbortSignal,
): Promise<JobEnd> {
  const job = (await listCheckJobs(run, revision)).find((one) => baseNameOf(one) === name);
  if (job === undefined) return { state: 'missing', lines: [] };
  const copy = runningCopy(job, variables, Math.ceil(timeout / 1_000));
  const target = { kind: KIND.Job, name: copy.metadata.name };
  const left = await run.api.get<KubeObject>(target);
  if (left !== undefined) {
    if (!isCopyOf(left, copy)) throw taken(left);
    await removeCopy(run, left, signal);
  }
  const created = await run.api.create(copy);
  if (created === 'changed') throw changed(copy);
  noteWrite(run, { object: nameOf(copy), action: 'create', diff: '' });
  try {
    return await ended(run, created, signal);
  } finally {
    await removeAtEnd(run, created);
  }
}

/** A run that was stopped deletes it too: it would go on in the cluster, for nobody. Nothing is awaited then. */
async function removeAtEnd(run: Run, copy: KubeObject): Promise<void> {
  const until = graced(run.signal, STOPPED_REMOVAL);
  try {
    await removeCopy({ ...run, api: run.api.until(until) }, copy, until);
  } catch (error) {
    // Why the run was stopped is what it ends with.
    if (!run.signal.aborted) throw error;
    run.report.warning(
      `${nameOf(copy)} may still run: it could not be deleted before the end of this step (${messageOf(error)}). It ends by its own time limit, and the next verify deletes it`,
    );
  }
}

/** Whether a Job is what an earlier run made of the same check, and not somebody else's. */
function isCopyOf(present: KubeObject, copy: KubeObject): boolean {
  return (
    !isCheckJob(present) &&
    [LABEL_APP, LABEL_REVISION, LABEL_NAME].every((key) => label(present, key) === label(copy, key))
  );
}

function taken(present: KubeObject): GreenpathError {
  return new GreenpathError(
    'conflict',
    `${nameOf(present)} exists, and no run of this check made it, so it was left alone and the check did not run`,
    'Rename that Job, or the one of the check.',
  );
}

async function ended(run: Run, created: KubeObject, signal: AbortSignal): Promise<JobEnd> {
  for (;;) {
    const now = await run.api.get<KubeObject>({ kind: KIND.Job, name: created.metadata.name });
    if (now === undefined || now.metadata.uid !== created.metadata.uid) throw changed(created);
    const state = hookState(now);
    if (state.state === 'done') return { state: 'done', lines: await linesOf(run, now) };
    if (state.state === 'failed') return { state: 'failed', why: state.why, lines: await linesOf(run, now) };
    await delay(PAUSE, undefined, { signal });
  }
}

/** The last lines of its newest pod, init containers first. What its pods read is hidden from then on. */
async function linesOf(run: Run, job: KubeObject): Promise<string[]> {
  await hideWhatPodsRead(run, [job]);
  const last = await newestPodOf(run, job);
  const containers = containersIn(objectAt(last, 'spec')).flatMap((one) => textAt(one, 'name') ?? []);
  const logs = await Promise.all(
    containers.map((container) => run.api.logs(last?.metadata.name ?? '', container, { lines: LINES })),
  );
  return logs.flat();
}

async function removeCopy(run: Run, copy: KubeObject, signal: AbortSignal): Promise<void> {
  await removeObject(run, copy, isAsRead(copy));
  const target = { kind: KIND.Job, name: copy.metadata.name };
  while (!run.signal.aborted && (await run.api.metadata(target))?.metadata.uid === copy.metadata.uid)
    await delay(PAUSE, undefined, { signal });
}
