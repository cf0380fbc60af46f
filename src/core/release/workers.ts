import { numberAt, objectAt } from '../base/json.ts';
import { ADOPTED } from '../base/revision.ts';
import { keyAt } from '../kube/identity.ts';
import {
  annotation,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  type Service,
  selects,
} from '../kube/objects.ts';
import { scales } from '../kube/scalers.ts';
import { podLabels } from '../kube/workload.ts';
import type { Manifest } from '../manifests/manifests.ts';
import { adoptedWorkloads } from './adoption.ts';
import {
  ANNOTATION_REPLICAS,
  isScaling,
  isScheduled,
  isServing,
  isStarting,
  isWorker,
  isWorking,
  waitingCronJob,
  waitingScaler,
  worksWhenLive,
} from './worker-state.ts';

/** `early`: the worker starts with its stack, beside the live version's worker. */
export const ANNOTATION_START = 'greenpath.dev/start';

/** Deployments that start with their stack although no Service of the stack selects them, and the Service that does. */
interface Waiting {
  readonly own: readonly Manifest[];
  readonly called: readonly { readonly deployment: string; readonly service: Service }[];
}

/**
 * Makes the workers of a stack wait: its CronJobs, and the Deployments whose pods no Service selects, neither one of
 * the stack nor one of `others`, those of the namespace, with the ScaledObjects that would start them. Call it before a
 * label is changed to keep those others from selecting the pods.
 */
export function lettingWait(own: readonly Manifest[], others: readonly Service[]): Waiting {
  const services = own.flatMap(({ object }) => (object.kind === 'Service' ? [object as Service] : []));
  const called: { deployment: string; service: Service }[] = [];
  const waiting = own.map((manifest) => {
    const { object } = manifest;
    if (isScheduled(object)) return { ...manifest, object: waitingCronJob(object) };
    if (object.kind !== 'Deployment' || callerOf(object, services) !== undefined) return manifest;
    const service = callerOf(object, others);
    if (service === undefined) return { ...manifest, object: idleWorker(object) };
    called.push({ deployment: manifest.given, service });
    return manifest;
  });
  const idle = waiting.map(({ object }) => object).filter((object) => isServing(object) && isWorker(object));
  const paused = waiting.map((manifest) => {
    const { object } = manifest;
    const isOfIdle = isScaling(object) && idle.some((worker) => scales(object, worker));
    return isOfIdle ? { ...manifest, object: waitingScaler(object) } : manifest;
  });
  return { own: paused, called };
}

/** Whether a worker starts with its stack, beside the old one. */
export function startsEarly(deployment: KubeObject): boolean {
  return annotation(deployment, ANNOTATION_START) === 'early';
}

/** A worker as it is created: without pods, unless it starts early. */
function idleWorker(deployment: KubeObject): KubeObject {
  if (startsEarly(deployment)) return deployment;
  const spec = objectAt(deployment, 'spec');
  const replicas = numberAt(spec, 'replicas') ?? 1;
  return { ...noted(deployment, replicas), spec: { ...spec, replicas: 0 } };
}

/** The first of `services` that selects the pods of a Deployment: something calls them then, so it is no worker. */
export function callerOf(deployment: KubeObject, services: readonly Service[]): Service | undefined {
  return services.find((service) => selects(service.spec.selector ?? {}, podLabels(deployment)));
}

/** What must be done, in this order, so that only the workers of one revision run. */
export interface WorkerPlan {
  /** Running now, and not of that revision. */
  readonly stop: readonly KubeObject[];
  /** Of other revisions, stopped now or before: all of their pods must be gone before others start. */
  readonly end: readonly KubeObject[];
  /** Of that revision, not running. */
  readonly start: readonly KubeObject[];
  /** Of that revision, running. */
  readonly work: readonly KubeObject[];
  /** Would stop, but a Service selects their pods. */
  readonly keep: readonly { readonly worker: KubeObject; readonly service: Service }[];
}

/** The workers that Greenpath created, of all revisions. */
export function workersIn(workloads: readonly KubeObject[], app: string): KubeObject[] {
  return workloads.filter((one) => label(one, LABEL_APP) === app && isWorker(one));
}

/**
 * Which of `workloads`, all Deployments and CronJobs of the namespace and the ScaledObjects if the app has some, stop and
 * start when visitors move from revision `from` to `to`. A ScaledObject would start its worker again, so it stops first
 * and starts last; while it scales its worker, the worker may have no pods.
 */
export function planWorkers(
  workloads: readonly KubeObject[],
  services: readonly Service[],
  app: string,
  from: string,
  to: string,
): WorkerPlan {
  const mine = workersIn(workloads, app);
  const bases = new Set(mine.map((one) => keyAt(one, label(one, LABEL_NAME) ?? '')));
  // One that existed before Greenpath is recognised by the note written when it was stopped; before that, by being in
  // the old side.
  const adopted = adoptedWorkloads(workloads, bases).filter(
    (one) => isWorker(one) || from === ADOPTED || to === ADOPTED,
  );
  const revisionOf = (worker: KubeObject) => label(worker, LABEL_REVISION) ?? ADOPTED;
  const all = [...mine, ...adopted];
  const others = all.filter((worker) => revisionOf(worker) !== to);
  const kept = others.flatMap((worker) => {
    const service = isWorking(worker) && isServing(worker) ? callerOf(worker, services) : undefined;
    return service === undefined ? [] : [{ worker, service }];
  });
  const ending = others.filter(
    (one) => !kept.some(({ worker }) => worker === one || (isScaling(one) && scales(one, worker))),
  );
  const own = all.filter((worker) => revisionOf(worker) === to);
  const isScaled = (worker: KubeObject) =>
    isServing(worker) && own.some((one) => isScaling(one) && isWorking(one) && scales(one, worker));
  const idle = own.filter((worker) => worksWhenLive(worker) && !isWorking(worker) && !isScaled(worker));
  const last = (one: KubeObject, other: KubeObject) => Number(isScaling(one)) - Number(isScaling(other));
  return {
    stop: ending.filter((one) => isWorking(one) || isStarting(one)).toSorted((one, other) => last(other, one)),
    end: ending,
    start: idle.toSorted(last),
    work: own.filter(isWorking),
    keep: kept,
  };
}

function noted(deployment: KubeObject, replicas: number): KubeObject {
  const annotations = { ...deployment.metadata.annotations, [ANNOTATION_REPLICAS]: String(replicas) };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
