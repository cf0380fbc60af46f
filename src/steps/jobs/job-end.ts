import { GreenpathError } from '../../core/base/error.ts';
import { jobState } from '../../core/kube/hooks.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import type { Reading } from '../../state/run.ts';
import type { JobStart } from './job-pods.ts';

/** Between two looks at a Job that runs, in milliseconds. */
export const PAUSE = 500;

/** How a Job ended, and as what; `stuck`: it has not, and a pod of it can never start. */
export type JobEnding =
  | { readonly state: 'done'; readonly job: KubeObject }
  | { readonly state: 'failed' | 'stuck'; readonly job: KubeObject; readonly why: string };

/** Looks once at a Job that was started. Undefined while it runs. Throws `conflict` if it is no longer that Job. */
export async function jobEnd({ api }: Reading, job: KubeObject, start: JobStart): Promise<JobEnding | undefined> {
  const now = await api.get<KubeObject>({ kind: KIND.Job, name: job.metadata.name });
  if (now === undefined || now.metadata.uid !== job.metadata.uid) throw changed(job);
  const state = jobState(now);
  if (state.state === 'done') return { state: 'done', job: now };
  if (state.state === 'failed') return { state: 'failed', job: now, why: state.why };
  const refused = await start.refused();
  return refused === undefined ? undefined : { state: 'stuck', job: now, why: refused };
}

/** The error that a Job is not the one that was read. */
export function changed(job: KubeObject): GreenpathError {
  return new GreenpathError(
    'conflict',
    `${nameOf(job)} was changed or deleted by somebody else meanwhile`,
    'Run the step again.',
  );
}
