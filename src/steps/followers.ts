import { setTimeout as delay } from 'node:timers/promises';
import { GreenpathError } from '../core/base/error.ts';
import { objectAt } from '../core/base/json.ts';
import { counted } from '../core/base/plural.ts';
import { diffOf } from '../core/kube/diff.ts';
import { KIND } from '../core/kube/kinds.ts';
import { ANNOTATION_ENTRY, annotation, hasEnded, type KubeObject, nameOf, type Service } from '../core/kube/objects.ts';
import { selectorMatches } from '../core/kube/selectors.ts';
import { emptySide, namesText, type Side } from '../core/kube/side.ts';
import { replicasOf } from '../core/kube/strength.ts';
import { podLabels } from '../core/kube/workload.ts';
import { entryTarget, otherForm, planEntry } from '../core/release/entry.ts';
import { entriesOf } from '../core/release/followers.ts';
import { ANNOTATION_REPLICAS, planWorkers, type WorkerPlan, workingReplicas } from '../core/release/workers.ts';
import type { Situation } from '../state/app-state.ts';
import { noteWrite, type Run } from '../state/run.ts';
import { PAUSE, podsOf } from './pods.ts';
import { replaceStuck } from './replace.ts';
import { scaleTo } from './scale.ts';
import { waitFor } from './wait.ts';

/**
 * What is not behind the live routes follows the visitors: the Services of the plain names lead to `to`, and its workers
 * take over from those of `from`. Safe to repeat. `create` makes plain Services that do not exist.
 */
export async function followInside(
  run: Run,
  situation: Situation,
  from: Side,
  to: Side,
  create: boolean,
): Promise<void> {
  run.report.stage('Inside');
  await moveEntries(run, situation, from, to, create);
  await moveWorkers(run, await readWorkers(run, situation, from, to), from, to);
}

/**
 * Repairs what drifted inside: plain Services that somebody else wrote or deleted, and workers, follow `to`, the side that
 * is live. Returns the names of what changed.
 */
export async function repairInside(run: Run, situation: Situation, to: Side, create: boolean): Promise<string[]> {
  const nobody = emptySide('');
  const services = await moveEntries(run, situation, nobody, to, create);
  const plan = await readWorkers(run, situation, nobody, to);
  const workers = [...plan.stop, ...plan.start];
  if (workers.length > 0) await moveWorkers(run, plan, nobody, to);
  return [...services, ...workers].map(nameOf);
}

/** What the workers of the app have to do: one request. */
async function readWorkers(run: Run, { services }: Situation, from: Side, to: Side): Promise<WorkerPlan> {
  const all = await run.api.list<KubeObject>(KIND.Deployment);
  return planWorkers(all, services, run.inputs.app, from.revision, to.revision);
}

/** One guarded patch a Service whose selector is not that of its live twin. Those that changed. */
async function moveEntries(
  run: Run,
  { services }: Situation,
  from: Side,
  to: Side,
  create: boolean,
): Promise<KubeObject[]> {
  const { app, dryRun } = run.inputs;
  const moved: KubeObject[] = [];
  const bases = new Set([...Object.keys(to.services), ...entriesOf(services, app).map((entry) => entry.metadata.name)]);
  for (const base of bases) {
    const present = services.find((service) => service.metadata.name === base);
    const target = entryTarget(base, to, services, app);
    const isEntry = present !== undefined && annotation(present, ANNOTATION_ENTRY) === app;
    if (target === undefined && isEntry)
      run.report.notice(
        `Service ${base} still leads where it did before: revision ${to.revision} has no Service of that name. Delete it if nobody calls it any more`,
      );
    if (target === undefined || target === present || !(create || isEntry)) continue;
    const { name } = target.metadata;
    // Where nothing was live, what stands under a plain name is somebody else's.
    const before = from.revision === '' ? undefined : entryTarget(base, from, services, app);
    const plan = planEntry(base, present, target, before, app);
    if (plan.step === 'none') continue;
    if (plan.step === 'leave') {
      run.report.notice(
        `Service ${base} is left alone: ${plan.why}. Callers inside the cluster that use it do not follow the release`,
      );
      continue;
    }
    const other = present && otherForm(present, target);
    if (other !== undefined)
      run.report.notice(
        `Service ${base} stays as it was made: ${other}. Change it yourself, or delete it and run promote again`,
      );
    const answer =
      plan.step === 'create'
        ? await run.api.create(plan.object, dryRun)
        : await run.api.patch<Service>({ kind: KIND.Service, name: base }, plan.operations, dryRun);
    if (answer === 'changed') throw changed(`Service ${base}`);
    noteWrite(run, {
      object: nameOf(answer),
      action: plan.step === 'create' ? 'create' : 'change',
      diff: diffOf(present, answer),
    });
    run.report.line(`Service ${base} ${dryRun ? 'would lead' : 'leads'} to ${name}${dryRun ? '' : ' now'}`);
    moved.push(answer);
  }
  return moved;
}

/**
 * First those that are left stop, and only when none of their pods is there any more the others start. Those of any
 * other revision stop too: a run that was cut off may have left them working.
 */
async function moveWorkers(run: Run, plan: WorkerPlan, from: Side, to: Side): Promise<void> {
  for (const { worker, service } of plan.keep)
    run.report.notice(
      `${nameOf(worker)} keeps its pods beside those of ${to.revision}: ${nameOf(service)} selects them`,
    );
  for (const worker of plan.stop) await scaleTo(run, worker, 0, { [ANNOTATION_REPLICAS]: String(replicasOf(worker)) });
  // A run that was cut off may have left pods that end: all of them are waited for, not only those stopped now.
  if (plan.stop.length + plan.start.length > 0 && !run.inputs.dryRun)
    await untilEnded(run, plan.end, [...plan.start, ...plan.work]);
  const known = plan.work.filter((worker) => workingReplicas(worker) > 0);
  const working = plan.work.filter((worker) => !known.includes(worker));
  // Those that an earlier run started may have crashed since.
  if (!run.inputs.dryRun) working.push(...(await replaceStuck(run, known)));
  for (const worker of plan.start) working.push(await scaleTo(run, worker, workingReplicas(worker)));
  if (working.length === 0 || run.inputs.dryRun) return;
  // Those that an earlier run started may not have come up.
  await waitFor(run, [], to.revision, working).catch((error: unknown) => {
    throw notWorking(error, from, to);
  });
  run.report.line(`Workers of ${to.revision} work: ${namesText(working.map((one) => one.metadata.name))}`);
}

function notWorking(error: unknown, from: Side, to: Side): unknown {
  if (!(error instanceof GreenpathError) || error.code !== 'rollout-failed') return error;
  return new GreenpathError(
    error.code,
    error.message,
    `Visitors are on ${to.revision}, and the workers of ${from.revision || 'the version before'} have ended. Fix what the worker needs and run the step again; if the worker itself is wrong, go to another revision (rollback, or a new release).`,
    { cause: error },
  );
}

/** Pods that end may still work, so they count until they are gone; `others` may ask for the same labels and more. */
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

function changed(what: string): GreenpathError {
  return new GreenpathError(
    'conflict',
    `${what} was changed by somebody else meanwhile`,
    'Run the step again to finish.',
  );
}
