import { setTimeout as delay } from 'node:timers/promises';
import { formatDuration } from '../../core/base/duration.ts';
import { GreenpathError } from '../../core/base/error.ts';
import { numberAt, objectAt, textsOf } from '../../core/base/json.ts';
import { counted } from '../../core/base/plural.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { hasEnded, type KubeObject, nameOf, newestFirst, selectorText } from '../../core/kube/objects.ts';
import type { Reading, Run } from '../../state/run.ts';

/** The pause between two reads of ending pods, in milliseconds. */
export const PAUSE = 300;
/** How often a wait reports the pods that it waits for, in milliseconds. */
const TELL_EVERY = 10_000;
/** How long after its grace period a pod may still exist, in milliseconds: its node must report that it is gone. */
const LATE = 60_000;
/** Kubernetes' default for `terminationGracePeriodSeconds`. */
const GRACE_SECONDS = 30;

/** The pods that the selector of a Deployment selects. */
export function podsOf(run: Reading, deployment: KubeObject): Promise<KubeObject[]> {
  return run.api.list<KubeObject>(
    KIND.Pod,
    selectorText(textsOf(objectAt(deployment, 'spec', 'selector').matchLabels)),
  );
}

/** The pods of a Job. */
export function podsOfJob(run: Reading, job: KubeObject): Promise<KubeObject[]> {
  return run.api.list<KubeObject>(KIND.Pod, `batch.kubernetes.io/job-name=${job.metadata.name}`);
}

/** The newest pod of a Job: each attempt of the Job has one. */
export async function newestPodOf(run: Reading, job: KubeObject): Promise<KubeObject | undefined> {
  return (await podsOfJob(run, job)).toSorted(newestFirst)[0];
}

/**
 * Waits until no node knows a pod of a Deployment that was scaled to 0. Throws `rollout-failed` about pods that stay
 * too long; `why` says what their presence prevents.
 */
export async function untilPodsGone(run: Run, deployment: KubeObject, why: string): Promise<void> {
  const start = performance.now();
  let told = start;
  for (;;) {
    const pods = (await podsOf(run, deployment)).filter(isThere);
    if (pods.length === 0) return;
    const waited = performance.now() - start;
    if (waited > graceOf(pods) + LATE) throw notGone(pods, waited, why);
    if (performance.now() - told >= TELL_EVERY) {
      told = performance.now();
      run.report.line(`${nameOf(deployment)}: waiting for the end of ${namesOf(pods)}, ${formatDuration(waited)}`);
    }
    await delay(PAUSE, undefined, { signal: run.waiting });
  }
}

/** An ended pod may have no container while its kubelet still knows it. */
function isThere(pod: KubeObject): boolean {
  return !hasEnded(pod) || pod.metadata.deletionTimestamp !== undefined;
}

function graceOf(pods: readonly KubeObject[]): number {
  const seconds = pods.map(({ spec }) => numberAt(spec, 'terminationGracePeriodSeconds') ?? GRACE_SECONDS);
  return Math.max(...seconds) * 1_000;
}

function namesOf(pods: readonly KubeObject[]): string {
  return pods.map(({ metadata }) => metadata.name).join(', ');
}

function notGone(pods: readonly KubeObject[], waited: number, why: string): GreenpathError {
  return new GreenpathError(
    'rollout-failed',
    `${counted(pods.length, 'pod')} (${namesOf(pods)}) did not end within ${formatDuration(waited)}, which is longer than the grace period; ${why}`,
    'Find out what blocks them: a finalizer in their metadata, or a node that does not answer (`kubectl get pods -o wide`, `kubectl get nodes`). Run the step again when they are gone.',
  );
}
