import { formatDuration } from '../base/duration.ts';
import { numberAt, objectAt } from '../base/json.ts';
import type { KubeObject } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { type CrashPast, rememberCrashes } from './crashes.ts';
import { isReady, isSettled, newestPods, type Readiness, type RolloutFacts, readiness } from './readiness.ts';
import { type RolloutMemory, troubles } from './stack-troubles.ts';
import { beginnings, lastedTooLong, type Trouble } from './trouble.ts';

/** What one wait remembers between evaluations. Times are of one monotonic clock, in milliseconds. */
export interface Past {
  readonly crashes: CrashPast;
  readonly wasReady: ReadonlySet<string>;
  /** The progress of each Deployment, and since when. */
  readonly progress: ReadonlyMap<string, { readonly reached: readonly number[]; readonly at: number }>;
  /** When each trouble began. */
  readonly since: ReadonlyMap<string, number>;
}

/** The past of a wait that begins: earlier events do not count. */
export const NOTHING: Past = { crashes: new Map(), wasReady: new Set(), progress: new Map(), since: new Map() };

/** The result of an evaluation: whether all is ready, what blocks it, and what makes waiting longer useless. */
export interface RolloutLook {
  readonly past: Past;
  readonly now: Readiness;
  readonly troubles: readonly Trouble[];
  /** Set if the wait ends here; `why` ends the sentence that tells the trouble, `next` is what to do. */
  readonly end?: { readonly trouble: Trouble; readonly why: string; readonly next: string };
}

/** Kubernetes' own default: https://kubernetes.io/docs/concepts/workloads/controllers/deployment/#progress-deadline-seconds */
const DEADLINE_SECONDS = 600;

/**
 * Evaluates a starting stack once. A Deployment may be without progress for its `progressDeadlineSeconds`, counted from
 * the start of this wait and not by the Deployment's own condition, which may belong to an earlier run. The wait ends
 * earlier only if a trouble's time limit is over, or with the step itself at `until`.
 */
export function look(past: Past, facts: RolloutFacts, now: number, until: number): RolloutLook {
  const started = facts.deployments.map((deployment) => ({ deployment, pods: newestPods(deployment, facts.pods) }));
  const pods = started.flatMap((one) => one.pods);
  const ready = started.filter((one) => one.pods.some(isReady));
  const seen: RolloutMemory = {
    crashes: rememberCrashes(past.crashes, pods, now),
    wasReady: new Set([...past.wasReady, ...ready.map(({ deployment }) => deployment.metadata.name)]),
    now,
  };
  const present = troubles(started, facts.events, seen);
  const next: Past = {
    crashes: seen.crashes,
    wasReady: seen.wasReady,
    progress: new Map([
      ...past.progress,
      ...facts.deployments.map((one) => [one.metadata.name, advance(past, one, now)] as const),
    ]),
    since: beginnings(present, past.since, now),
  };
  const base = { past: next, now: readiness(facts), troubles: present };
  const end = base.now.ready ? undefined : endOf(next, facts, present, { now, until });
  return end === undefined ? base : { ...base, end };
}

function endOf(
  { since, progress }: Past,
  { deployments }: RolloutFacts,
  present: readonly Trouble[],
  { now, until }: { readonly now: number; readonly until: number },
): RolloutLook['end'] {
  const lasted = lastedTooLong(present, since, now);
  if (lasted !== undefined) return { trouble: lasted, why: '', next: nextText('') };
  for (const deployment of deployments) {
    const { name } = deployment.metadata;
    const deadline = deadlineOf(deployment);
    if (isSettled(deployment, replicasOf(deployment)) || now - (progress.get(name)?.at ?? now) < deadline) continue;
    const trouble = present.find(({ of }) => of === name) ?? notReady(deployment);
    const why = `, without progress for ${formatDuration(deadline)} (progressDeadlineSeconds)`;
    return { trouble, why, next: nextText(', or set a larger progressDeadlineSeconds in the manifest') };
  }
  const [first] = present;
  if (first === undefined || now < until) return undefined;
  const why = ", and this step's timeout leaves no more time to wait";
  return { trouble: first, why, next: nextText(', or give the step a longer timeout') };
}

/** What to do when a wait has ended; `instead` is what helps besides fixing it. */
function nextText(instead: string): string {
  return `Fix it${instead}, and run the step again. The stack stays for you to inspect, and the next run continues with it.`;
}

/** Progress as Kubernetes defines it: more updated, ready or available replicas, or fewer old ones. */
function advance({ progress }: Past, deployment: KubeObject, now: number): { reached: readonly number[]; at: number } {
  const status = objectAt(deployment, 'status');
  const count = (key: string) => numberAt(status, key) ?? 0;
  const old = count('replicas') - count('updatedReplicas');
  const counts = [count('updatedReplicas'), count('readyReplicas'), count('availableReplicas'), -old];
  const known = progress.get(deployment.metadata.name);
  if (known === undefined) return { reached: counts, at: now };
  const isFurther = counts.some((one, index) => one > (known.reached[index] ?? 0));
  const reached = counts.map((one, index) => Math.max(one, known.reached[index] ?? one));
  return { reached, at: isFurther ? now : known.at };
}

function notReady(deployment: KubeObject): Trouble {
  const { name } = deployment.metadata;
  const available = numberAt(deployment, 'status', 'availableReplicas') ?? 0;
  const text = `Deployment ${name} has ${available} of ${replicasOf(deployment)} replicas available`;
  return { key: name, of: name, text, patience: 0 };
}

function deadlineOf(deployment: KubeObject): number {
  return (numberAt(deployment, 'spec', 'progressDeadlineSeconds') ?? DEADLINE_SECONDS) * 1_000;
}
