import { numberAt, objectAt, objectsAt } from '../base/json.ts';
import { kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import { ANNOTATION_SUSPEND, annotation, type KubeObject } from '../kube/objects.ts';
import { ANNOTATION_PAUSED, isPaused } from '../kube/scalers.ts';
import { replicasOf } from '../kube/strength.ts';

/** How many replicas a worker has while its revision is live; otherwise it has none. */
export const ANNOTATION_REPLICAS = 'greenpath.dev/replicas';

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

/** Whether an object is a ScaledObject, which starts the worker that it scales. */
export function isScaling(object: KubeObject): boolean {
  return kindOf(object) === KIND.ScaledObject;
}

/** Whether an object has pods all the time, and not only on a schedule. */
export function isServing(object: KubeObject): boolean {
  return kindOf(object) === KIND.Deployment;
}

/** Whether Greenpath noted what an object does while its revision is live, and lets it run only then. */
export function isWorker(object: KubeObject): boolean {
  return annotation(object, isServing(object) ? ANNOTATION_REPLICAS : ANNOTATION_SUSPEND) !== undefined;
}

/** Whether a worker is running now: a Deployment with pods, a CronJob that creates Jobs, a ScaledObject that scales. */
export function isWorking(worker: KubeObject): boolean {
  if (isScaling(worker)) return !isPaused(worker);
  return isScheduled(worker) ? objectAt(worker, 'spec').suspend !== true : replicasOf(worker) > 0;
}

/** Whether a ScaledObject keeps pods of its worker, although it does not scale it yet: a run that starts both was cut off. */
export function isStarting(worker: KubeObject): boolean {
  const paused = annotation(worker, ANNOTATION_PAUSED);
  return isScaling(worker) && worksWhenLive(worker) && paused !== undefined && paused !== '0';
}

/** Whether it runs while its revision is live: not with `replicas: 0`, suspended or paused in the manifest. */
export function worksWhenLive(worker: KubeObject): boolean {
  return isServing(worker) ? workingReplicas(worker) > 0 : annotation(worker, ANNOTATION_SUSPEND) === 'false';
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

/** The ScaledObject of a worker as it is created: paused, at no replicas. The argument is not changed. */
export function waitingScaler(scaledObject: KubeObject): KubeObject {
  const paused = isPaused(scaledObject);
  const annotations = {
    ...scaledObject.metadata.annotations,
    [ANNOTATION_SUSPEND]: String(paused),
    ...(paused ? {} : { [ANNOTATION_PAUSED]: '0' }),
  };
  return { ...scaledObject, metadata: { ...scaledObject.metadata, annotations } };
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
