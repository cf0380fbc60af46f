import { numberAt, objectsAt } from '../base/json.ts';
import type { KubeObject } from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { containersOf, isStuck } from './crashes.ts';
import { isReady, newestPods, presentPods } from './readiness.ts';

/** Whether pods of a Deployment may be stuck since before this run: it existed before, and some are not ready. */
export function mayBeStuck(deployment: KubeObject): boolean {
  const count = (key: string) => numberAt(deployment, 'status', key) ?? 0;
  return count('observedGeneration') > 0 && count('readyReplicas') < replicasOf(deployment);
}

/** Whether pods of a newer template are replacing the present ones. */
export function isRolling({ status }: KubeObject): boolean {
  return (numberAt(status, 'updatedReplicas') ?? 0) < (numberAt(status, 'replicas') ?? 0);
}

/** Whether its pods were refused, for example by a quota: the pauses between the ReplicaSet's attempts grow, too. */
export function arePodsRefused(deployment: KubeObject): boolean {
  return objectsAt(deployment, 'status', 'conditions').some(
    ({ type, status }) => type === 'ReplicaFailure' && status === 'True',
  );
}

/**
 * Of the pods of a Deployment's newest template, and of the older ones that it replaces: those that are not ready, how
 * many of them are stuck, and how many are ready.
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
