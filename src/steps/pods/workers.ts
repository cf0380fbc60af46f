import { setTimeout as delay } from 'node:timers/promises';
import { GreenpathError } from '../../core/base/error.ts';
import { objectAt } from '../../core/base/json.ts';
import { counted } from '../../core/base/plural.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { ANNOTATION_SUSPEND, hasEnded, type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { namesText, type RevisionServices } from '../../core/kube/revision-services.ts';
import { ANNOTATION_PAUSED, scales } from '../../core/kube/scalers.ts';
import { selectorMatches } from '../../core/kube/selectors.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { podLabels } from '../../core/kube/workload.ts';
import {
  ANNOTATION_REPLICAS,
  isScaling,
  isScheduled,
  isServing,
  unfinishedJobs,
  workingReplicas,
  worksWhenLive,
} from '../../core/release/worker-state.ts';
import { planWorkers, type WorkerPlan } from '../../core/release/workers.ts';
import { awaitEffect, type Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { listWorkloads } from '../../state/workloads.ts';
import { patchUnlessRecreated } from '../objects/patch-object.ts';
import { PAUSE, podsOf } from './pods.ts';
import { replaceStuck } from './replace.ts';
import { scaleTo } from './scale.ts';
import { waitFor } from './wait-for-stack.ts';

/** What to do with the workers of the app. Two requests, and one if the app has ScaledObjects. */
export async function readWorkers(
  run: Run,
  { services }: Situation,
  from: RevisionServices,
  to: RevisionServices,
): Promise<WorkerPlan> {
  return planWorkers(await listWorkloads(run, services), services, run.inputs.app, from.revision, to.revision);
}

/**
 * Stops the workers of the old side first. The others start only when none of the old pods exists any more. Workers of
 * any other revision stop too: an interrupted run may have left them running.
 */
export async function moveWorkers(
  run: Run,
  plan: WorkerPlan,
  from: RevisionServices,
  to: RevisionServices,
): Promise<void> {
  for (const { worker, service } of plan.keep)
    run.report.notice(
      `${nameOf(worker)} keeps its pods beside those of ${to.revision}: ${nameOf(service)} selects them`,
    );
  for (const worker of plan.stop) await stop(run, worker);
  // An interrupted run may have left ending pods: all of them are waited for, not only those stopped now.
  if (plan.stop.length + plan.start.length > 0) {
    await awaitEffect(run, async () => {
      await untilEnded(run, plan.end.filter(isServing), [...plan.start, ...plan.work].filter(isServing));
      await untilJobsEnded(run, plan.end.filter(isScheduled));
    });
  }
  const present = plan.work.filter(isServing);
  const known = present.filter(worksWhenLive);
  const working = present.filter((worker) => !known.includes(worker));
  // Workers that an earlier run started may have crashed since.
  working.push(...(await replaceStuck(run, known)));
  const paused = plan.start.filter(isScaling);
  // KEDA enforces the number at which it is paused: at 0 it would take the pods away while they are waited for.
  for (const one of paused) {
    const worker = [...plan.start, ...present].find((other) => scales(one, other));
    if (worker !== undefined) await pauseAt(run, one, workingReplicas(worker));
  }
  for (const worker of plan.start) {
    if (isScheduled(worker)) await resume(run, worker);
    if (isServing(worker)) working.push(await scaleTo(run, worker, workingReplicas(worker)));
  }
  await untilUp(run, working, from, to);
  // From now on KEDA may stop a worker that has nothing to do.
  for (const scaledObject of paused) await unpause(run, scaledObject);
}

async function untilUp(
  run: Run,
  working: readonly KubeObject[],
  from: RevisionServices,
  to: RevisionServices,
): Promise<void> {
  if (working.length === 0) return;
  // Workers that an earlier run started may not have become ready.
  const isUp = await awaitEffect(run, () =>
    waitFor(run, [], to.revision, working).catch((error: unknown) => {
      throw notWorking(error, from, to);
    }),
  );
  if (isUp)
    run.report.line(`Workers of ${to.revision} are running: ${namesText(working.map((one) => one.metadata.name))}`);
}

async function stop(run: Run, worker: KubeObject): Promise<void> {
  if (isScheduled(worker)) await suspend(run, worker);
  else if (isScaling(worker)) await pause(run, worker);
  else await scaleTo(run, worker, 0, { [ANNOTATION_REPLICAS]: String(replicasOf(worker)) });
}

/** Suspends a CronJob. */
async function suspend(run: Run, cronJob: KubeObject): Promise<void> {
  await schedule(run, cronJob, { suspend: true });
  run.report.line(`${nameOf(cronJob)} ${run.report.wording('is suspended', 'would be suspended')}`);
}

/** Resumes a CronJob. */
async function resume(run: Run, cronJob: KubeObject): Promise<void> {
  await schedule(run, cronJob, { suspend: false });
  run.report.line(
    `${nameOf(cronJob)} ${run.report.wording('creates Jobs from now on', 'would create Jobs from then on')}`,
  );
}

/** KEDA then lets the worker have no pods, whatever its triggers say. */
async function pause(run: Run, scaledObject: KubeObject): Promise<void> {
  await pauseAt(run, scaledObject, 0);
  run.report.line(`${nameOf(scaledObject)} ${run.report.wording('is paused', 'would be paused')}`);
}

/** KEDA then keeps the worker at this number of pods. */
async function pauseAt(run: Run, scaledObject: KubeObject, replicas: number): Promise<void> {
  const annotations = { [ANNOTATION_SUSPEND]: 'false', [ANNOTATION_PAUSED]: String(replicas) };
  await patchUnlessRecreated(run, KIND.ScaledObject, scaledObject, { metadata: { annotations }, spec: {} });
}

async function unpause(run: Run, scaledObject: KubeObject): Promise<void> {
  const annotations = { [ANNOTATION_PAUSED]: null };
  await patchUnlessRecreated(run, KIND.ScaledObject, scaledObject, { metadata: { annotations }, spec: {} });
  run.report.line(
    `${nameOf(scaledObject)} ${run.report.wording('scales its worker', 'would scale its worker')} from now on`,
  );
}

async function schedule(run: Run, cronJob: KubeObject, spec: { readonly suspend: boolean }): Promise<void> {
  const metadata = { annotations: { [ANNOTATION_SUSPEND]: 'false' } };
  await patchUnlessRecreated(run, KIND.CronJob, cronJob, { metadata, spec });
}

function notWorking(error: unknown, from: RevisionServices, to: RevisionServices): unknown {
  if (!(error instanceof GreenpathError) || error.code !== 'rollout-failed') return error;
  return new GreenpathError(
    error.code,
    error.message,
    `Visitors are on ${to.revision}, and the workers of ${from.revision || 'the version before'} have ended. Fix what the worker needs and run the step again; if the worker itself is wrong, go to another revision (rollback, or a new release).`,
    { cause: error },
  );
}

/** Ending pods may still work, so they count until they are gone; `others` may have the same labels and more. */
async function untilEnded(run: Run, workers: readonly KubeObject[], others: readonly KubeObject[]): Promise<void> {
  const isOf = (pod: KubeObject) => (worker: KubeObject) =>
    selectorMatches(objectAt(worker, 'spec', 'selector'), pod.metadata.labels ?? {});
  for (const worker of workers) {
    const narrower = others.filter((other) => !selectorMatches(objectAt(other, 'spec', 'selector'), podLabels(worker)));
    let told = false;
    for (;;) {
      const found = await podsOf(run, worker);
      const pods = found.filter((pod) => !hasEnded(pod) && isOf(pod)(worker) && !narrower.some(isOf(pod)));
      if (pods.length === 0) break;
      if (!told) run.report.line(`Waiting until ${counted(pods.length, 'pod')} of ${nameOf(worker)} ended`);
      told = true;
      await delay(PAUSE, undefined, { signal: run.waiting });
    }
  }
}

/** The Jobs that a suspended CronJob created before may still run. One request at each check. */
async function untilJobsEnded(run: Run, cronJobs: readonly KubeObject[]): Promise<void> {
  if (cronJobs.length === 0) return;
  let told = false;
  for (;;) {
    const jobs = await run.api.list<KubeObject>(KIND.Job);
    const left = cronJobs.flatMap((cronJob) => unfinishedJobs(cronJob, jobs));
    if (left.length === 0) return;
    if (!told) run.report.line(`Waiting until ${left.map(nameOf).join(', ')} ended`);
    told = true;
    await delay(PAUSE, undefined, { signal: run.waiting });
  }
}
