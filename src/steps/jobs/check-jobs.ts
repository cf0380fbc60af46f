import { setTimeout as delay } from 'node:timers/promises';
import type { JobCheck, JobEnd } from '../../checks/tools.ts';
import { GreenpathError, messageOf } from '../../core/base/error.ts';
import { STOPPED_REMOVAL } from '../../core/base/timing.ts';
import { isCheckJob, runningCopy } from '../../core/kube/check-jobs.ts';
import { KIND } from '../../core/kube/kinds.ts';
import {
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  nameOf,
  stackSelector,
} from '../../core/kube/objects.ts';
import { graced } from '../../process/graced.ts';
import { noteWrite, type Run } from '../../state/run.ts';
import { LINES } from '../pods/pod-logs.ts';
import { changed, jobEnd, PAUSE } from './job-end.ts';
import { JobStart, readJobPod } from './job-pods.ts';
import { removeJob } from './remove-job.ts';

/** The Jobs of a revision that are checks. */
export async function listCheckJobs({ api, inputs }: Run, revision: string): Promise<KubeObject[]> {
  const jobs = await api.list<KubeObject>(KIND.Job, stackSelector(inputs.app, revision));
  return jobs.filter(isCheckJob);
}

/** What the manifests call a Job. */
export function baseNameOf(job: KubeObject): string {
  return label(job, LABEL_NAME) ?? job.metadata.name;
}

/**
 * Runs a copy of a Job of the revision, and deletes it with its pods, also if the run was stopped. One that an earlier
 * run left behind is deleted first. What its pods show is read before they go, unless `signal` aborts: then it rejects.
 */
export async function runCheckJob(
  run: Run,
  { name, revision, variables, timeout, late }: JobCheck,
  signal: AbortSignal,
): Promise<JobEnd> {
  const job = (await listCheckJobs(run, revision)).find((one) => baseNameOf(one) === name);
  if (job === undefined) return { state: 'missing' };
  const copy = runningCopy(job, variables, Math.ceil(timeout / 1_000));
  const target = { kind: KIND.Job, name: copy.metadata.name };
  const left = await run.api.get<KubeObject>(target);
  if (left !== undefined) {
    if (!isCopyOf(left, copy)) throw taken(left);
    await removeLeft(run, left, { signal, late });
  }
  const created = await run.api.create(copy);
  if (created === 'changed') throw changed(copy);
  noteWrite(run, { object: nameOf(copy), action: 'create', diff: '' });
  try {
    return await ended(run, created, { signal, late });
  } finally {
    await removeAtEnd(run, created);
  }
}

/** A run that was stopped deletes it too: it would go on in the cluster, for nobody. Nothing is awaited then. */
async function removeAtEnd(run: Run, copy: KubeObject): Promise<void> {
  const until = graced(run.signal, STOPPED_REMOVAL);
  try {
    await removeJob({ ...run, api: run.api.until(until) }, copy, until);
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

/** What ends the wait for a Job: its attempt, or its own time. */
interface Ends {
  readonly signal: AbortSignal;
  readonly late: AbortSignal;
}

async function ended(run: Run, created: KubeObject, { signal, late }: Ends): Promise<JobEnd> {
  const start = new JobStart(run, created);
  const shown = () => readJobPod(run, created, { lines: LINES, signal });
  while (!late.aborted) {
    const end = await jobEnd(run, created, start);
    if (end?.state === 'done') return { state: 'done', ...(await shown()) };
    if (end !== undefined) return { state: end.state, why: end.why, ...(await shown()) };
    await pause(PAUSE, { signal, late });
  }
  return { state: 'late', ...(await shown()) };
}

/** Ends when the Job's time is over, too. */
async function pause(ms: number, { signal, late }: Ends): Promise<void> {
  try {
    await delay(ms, undefined, { signal: AbortSignal.any([signal, late]) });
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
  }
}

/** What an earlier run left behind has the time of the check to go. */
async function removeLeft(run: Run, left: KubeObject, { signal, late }: Ends): Promise<void> {
  try {
    await removeJob(run, left, AbortSignal.any([signal, late]));
  } catch (error) {
    if (signal.aborted || !late.aborted) throw error;
    throw new GreenpathError(
      'conflict',
      `${nameOf(left)}, which an earlier run left behind, was deleted and is still there, so the check did not run`,
      'Find out what blocks it: a finalizer in its metadata, or pods that do not end. Run the step again when it is gone.',
    );
  }
}
