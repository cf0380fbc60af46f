import { counted } from '../base/plural.ts';
import { limitsBefore, limitsOf } from '../kube/limits.ts';
import { type KubeObject, nameOf, type Service, selectorText } from '../kube/objects.ts';
import type { RevisionServices } from '../kube/revision-services.ts';
import { replicasOf } from '../kube/strength.ts';
import { entryTarget, isSameWay } from './entry.ts';
import { type Drift, driftedEntries, driftedWorkers, entriesOf, type Inside, missingEntries } from './followers.ts';
import { isScaling, isScheduled, isWorking } from './worker-state.ts';
import { workersIn } from './workers.ts';

/** One entry Service, worker or HPA, as `status` reports it. */
export interface InsideStatus {
  readonly object: string;
  readonly state: string;
  readonly drifted: boolean;
}

/** What follows the live routes, read for `status`. */
export interface InsideFacts extends Inside {
  /** All Deployments and CronJobs of the namespace, and the ScaledObjects if the app has some. */
  readonly workloads: readonly KubeObject[];
  readonly hpas: readonly KubeObject[];
  /** Whether the live version has plain Services, according to its record. */
  readonly plain: boolean;
}

/** Everything that drifted. */
export function driftIn(facts: InsideFacts): Drift[] {
  const { services, live, left, plain, workloads } = facts;
  return [
    ...driftedEntries(facts),
    ...(plain && left === undefined ? missingEntries(services, live) : []),
    ...driftedWorkers(workloads, facts),
  ];
}

/** The state of everything that follows the live routes: plain Services, workers, and HPAs with raised limits. */
export function insideStatus(facts: InsideFacts): InsideStatus[] {
  const drifted = driftIn(facts).map(({ object, text }) => ({ object: nameOf(object), state: text, drifted: true }));
  const known = [
    ...entriesOf(facts.services, facts.app).map((entry) => ({
      object: nameOf(entry),
      state: entryState(entry, facts),
    })),
    ...workersIn(facts.workloads, facts.app).map((worker) => ({
      object: nameOf(worker),
      state: workerState(worker),
    })),
    ...[...facts.hpas, ...facts.workloads.filter(isScaling)]
      .filter((hpa) => limitsBefore(hpa) !== undefined)
      .map((hpa) => ({ object: nameOf(hpa), state: `held at ${limitsOf(hpa).min} or more until retire` })),
  ];
  const whole = known.filter((one) => !drifted.some(({ object }) => object === one.object));
  return [...drifted, ...whole.map((one) => ({ ...one, drifted: false }))];
}

function workerState(worker: KubeObject): string {
  if (isScheduled(worker)) return isWorking(worker) ? 'creates Jobs' : 'suspended';
  if (isScaling(worker)) return isWorking(worker) ? 'scales its worker' : 'paused';
  return counted(replicasOf(worker), 'pod');
}

function entryState(entry: Service, { app, services, live, left }: InsideFacts): string {
  const at = (side: RevisionServices | undefined) => side && entryTarget(entry.metadata.name, side, services, app);
  const [target, before] = [at(live), at(left)];
  if (target !== undefined && isSameWay(entry, target)) return `points at ${target.metadata.name}`;
  if (before !== undefined && isSameWay(entry, before))
    return `points at ${before.metadata.name}, which visitors were moved off`;
  return `selects pods with ${selectorText(entry.spec.selector ?? {}) || 'nothing'}: revision ${live.revision} has no Service for it`;
}
