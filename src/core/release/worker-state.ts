import { numberAt, objectAt, objectsAt } from '../base/json.ts';
import { kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { annotation, type KubeObject } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';

/** How many replicas a worker has while its revision is live; otherwise it has none. */
export const ANNOTATION_REPLICAS = 'greenpath.dev/replicas';
/** Whether a CronJob is suspended while its revision is live; otherwise it always is. */
export const ANNOTATION_SUSPEND = 'greenpath.dev/suspend';

/**
 * The default for how late a Job of a CronJob may start, in seconds. When a CronJob is resumed, Kubernetes runs the
 * last schedule that it missed, which the other version may already have run.
 * https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/#starting-deadline
 */
const LATEST = 10;

/** Whether an object is a CronJob, whose Jobs do its work. */
export function isScheduled(object: KubeObject): boolean {
  return kindOf(object) === KIND.CronJob;
}

/** Whether Greenpath noted what an object does while its revision is live, and lets it run only then. */
export function isWorker(object: KubeObject): boolean {
  return annotation(object, isScheduled(object) ? ANNOTATION_SUSPEND : ANNOTATION_REPLICAS) !== undefined;
}

/** Whether a worker is running now: a Deployment with pods, a CronJob that creates Jobs. */
export function isWorking(worker: KubeObject): boolean {
  return isScheduled(worker) ? objectAt(worker, 'spec').suspend !== true : replicasOf(worker) > 0;
}

/** Whether it runs while its revision is live: not with `replicas: 0` or `suspend: true` in the manifest. */
export function worksWhenLive(worker: KubeObject): boolean {
  return isScheduled(worker) ? annotation(worker, ANNOTATION_SUSPEND) === 'false' : workingReplicas(worker) > 0;
}

/** How many pods a worker has when it runs; 0 if that was not noted. */
export function workingReplicas(deployment: KubeObject): number {
  const count = Number(annotation(deployment, ANNOTATION_REPLICAS) ?? '0');
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

/** A CronJob as it is created: suspended. The argument is not changed. */
export function waitingCronJob(cronJob: KubeObject): KubeObject {
  const spec = objectAt(cronJob, 'spec');
  const annotations = { ...cronJob.metadata.annotations, [ANNOTATION_SUSPEND]: String(spec.suspend === true) };
  const startingDeadlineSeconds = numberAt(spec, 'startingDeadlineSeconds') ?? LATEST;
  return {
    ...cronJob,
    metadata: { ...cronJob.metadata, annotations },
    spec: { ...spec, suspend: true, startingDeadlineSeconds },
  };
}

/** Those of `jobs` that a CronJob created and that have not ended. */
export function unfinishedJobs(cronJob: KubeObject, jobs: readonly KubeObject[]): KubeObject[] {
  const isOf = (job: KubeObject) =>
    objectsAt(job.metadata, 'ownerReferences').some((owner) => owner.uid === cronJob.metadata.uid);
  const hasEnded = (job: KubeObject) =>
    objectsAt(job, 'status', 'conditions').some(
      ({ type, status }) => status === 'True' && (type === 'Complete' || type === 'Failed'),
    );
  return jobs.filter((job) => isOf(job) && !hasEnded(job));
}
