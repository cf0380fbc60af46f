import { numberAt, objectsAt } from '../base/json.ts';
import type { KubeObject } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { containersOf, isStuck } from './crashes.ts';
import { isReady, newestPods, presentPods } from './readiness.ts';

/** Whether pods of a Deployment may be stuck since before this run: it was there before, and not all of them are ready. */
export function mayBeStuck(deployment: KubeObject): boolean {
  const count = (key: string) => numberAt(deployment, 'status', key) ?? 0;
  return count('observedGeneration') > 0 && count('readyReplicas') < replicasOf(deployment);
}

/** Whether pods of a newer template take the place of those that are there. */
export function isRolling({ status }: KubeObject): boolean {
  return (numberAt(status, 'updatedReplicas') ?? 0) < (numberAt(status, 'replicas') ?? 0);
}

/** Whether its pods were refused, by a quota for example: the ReplicaSet tries again later and later, too. */
export function isRefused(deployment: KubeObject): boolean {
  return objectsAt(deployment, 'status', 'conditions').some(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
}

/**
 * Of the pods of a Deployment's newest template, and of the older ones that it takes the place of: those that are not
 * ready, how many of them are stuck, and how many are ready.
 */
export function waitingPods(
  deployment: KubeObject,
  pods: readonly KubeObject[],
): { readonly pods: readonly KubeObject[]; readonly stuck: number; readonly ready: number } {
  const all = isRolling(deployment) ? presentPods(deployment, pods) : newestPods(deployment, pods);
  const waiting = all.filter((pod) => !isReady(pod));
  const stuck = waiting.filter((pod) => containersOf(pod).some(isStuck)).length;
  return { pods: waiting, stuck, ready: all.length - waiting.length };
}
