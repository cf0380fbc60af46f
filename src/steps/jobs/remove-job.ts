import { setTimeout as delay } from 'node:timers/promises';
import { KIND } from '../../core/kube/kinds.ts';
import type { KubeObject } from '../../core/kube/objects.ts';
import type { Run } from '../../state/run.ts';
import { isAsRead, removeObject } from '../objects/remove-object.ts';
import { PAUSE } from './job-end.ts';

/** Deletes a Job that is as it was read, and waits until it is gone, unless the run is stopped. Rejects with `signal`. */
export async function removeJob(run: Run, job: KubeObject, signal: AbortSignal): Promise<void> {
  await removeObject(run, job, isAsRead(job));
  const target = { kind: KIND.Job, name: job.metadata.name };
  while (!run.signal.aborted && (await run.api.metadata(target))?.metadata.uid === job.metadata.uid)
    await delay(PAUSE, undefined, { signal });
}
