import { setTimeout as delay } from 'node:timers/promises';
import { KIND } from '../cluster/kinds.ts';
import { adoptedDeployments } from '../core/adoption.ts';
import { diffOf } from '../core/diff.ts';
import { planEntry } from '../core/entry.ts';
import { GreenpathError } from '../core/error.ts';
import { objectAt, textsOf } from '../core/json.ts';
import { namesText, type Side } from '../core/live.ts';
import {
  ANNOTATION_ENTRY,
  annotation,
  hasEnded,
  type KubeObject,
  LABEL_APP,
  LABEL_NAME,
  LABEL_REVISION,
  label,
  nameOf,
  type Service,
  selectorText,
} from '../core/objects.ts';
import { ADOPTED } from '../core/revision.ts';
import { selectorMatches } from '../core/selectors.ts';
import { podLabels } from '../core/stack.ts';
import { replicasOf } from '../core/strength.ts';
import { counted } from '../core/words.ts';
import { ANNOTATION_REPLICAS, isWorker, workingReplicas } from '../core/workers.ts';
import { noteWrite, type Run } from './run.ts';
import type { Situation } from './situation.ts';
import { scaleTo, waitFor } from './strength.ts';

/** Between two looks at workers that end, in milliseconds. */
const PAUSE = 300;

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
  await moveWorkers(run, from, to);
}

/** One guarded patch a Service whose selector is not that of its live twin. */
async function moveEntries(run: Run, { services }: Situation, from: Side, to: Side, create: boolean): Promise<void> {
  const byName = new Map(services.map((service) => [service.metadata.name, service]));
  const { app } = run.inputs;
  for (const [base, name] of Object.entries(to.services)) {
    const [present, target] = [byName.get(base), byName.get(name)];
    const isEntry = present !== undefined && annotation(present, ANNOTATION_ENTRY) === app;
    if (target === undefined || base === name || !(create || isEntry)) continue;
    const plan = planEntry(base, present, target, byName.get(from.services[base] ?? ''), app);
    if (plan.step === 'none') continue;
    if (plan.step === 'leave') {
      run.report.notice(
        `Service ${base} is left alone: ${plan.why}. Callers inside the cluster that use it do not follow the release`,
      );
      continue;
    }
    const answer =
      plan.step === 'create'
        ? await run.api.create(plan.object, false)
        : await run.api.patch<Service>({ kind: KIND.Service, name: base }, plan.operations, false);
    if (answer === 'changed') throw changed(`Service ${base}`);
    noteWrite(run, {
      object: nameOf(answer),
      action: plan.step === 'create' ? 'create' : 'change',
      diff: diffOf(present, answer),
    });
    run.report.line(`Service ${base} leads to ${name} now`);
  }
}

/** First those that are left stop, and only when none of their pods is there any more the others start. */
async function moveWorkers(run: Run, from: Side, to: Side): Promise<void> {
  const all = await run.api.list<KubeObject>(KIND.Deployment);
  const mine = all.filter((one) => label(one, LABEL_APP) === run.inputs.app);
  const bases = new Set(mine.filter(isWorker).map((one) => label(one, LABEL_NAME) ?? ''));
  const of = (revision: string) =>
    revision === ADOPTED
      ? adoptedDeployments(all, bases)
      : mine.filter((one) => label(one, LABEL_REVISION) === revision && isWorker(one));
  const stopped = of(from.revision).filter((worker) => replicasOf(worker) > 0);
  for (const worker of stopped) await scaleTo(run, worker, 0, { [ANNOTATION_REPLICAS]: String(replicasOf(worker)) });
  const starting = of(to.revision).filter((worker) => workingReplicas(worker) > 0 && replicasOf(worker) === 0);
  // A run that was cut off may have left pods that end: all of them are waited for, not only those stopped now.
  if (stopped.length + starting.length > 0) await untilEnded(run, of(from.revision), of(to.revision));
  const working: KubeObject[] = of(to.revision).filter((worker) => replicasOf(worker) > 0);
  for (const worker of starting) working.push(await scaleTo(run, worker, workingReplicas(worker)));
  if (working.length === 0) return;
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
    `Visitors are on ${to.revision}, and the workers of ${from.revision || 'the version before'} have ended. Mend what the worker needs and run the step again; if the worker itself is wrong, go to another revision (rollback, or a new release).`,
    { cause: error },
  );
}

/** Pods that end may still work, so they count until they are gone; `others` may ask for the same labels and more. */
async function untilEnded(run: Run, workers: readonly KubeObject[], others: readonly KubeObject[]): Promise<void> {
  const isOf = (pod: KubeObject) => (worker: KubeObject) =>
    selectorMatches(objectAt(worker, 'spec', 'selector'), pod.metadata.labels ?? {});
  for (const worker of workers) {
    const narrower = others.filter((other) => !selectorMatches(objectAt(other, 'spec', 'selector'), podLabels(worker)));
    const labels = selectorText(textsOf(objectAt(worker, 'spec', 'selector').matchLabels));
    let told = false;
    for (;;) {
      const found = await run.api.list<KubeObject>(KIND.Pod, labels);
      const pods = found.filter((pod) => !hasEnded(pod) && isOf(pod)(worker) && !narrower.some(isOf(pod)));
      if (pods.length === 0) break;
      if (!told) run.report.line(`Waiting until ${counted(pods.length, 'pod')} of ${nameOf(worker)} ended`);
      told = true;
      await delay(PAUSE, undefined, { signal: run.signal });
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
