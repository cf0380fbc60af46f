import { setTimeout as delay } from 'node:timers/promises';
import { counted } from '../../core/base/plural.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { isObserved } from '../../core/rollout/readiness.ts';
import { arePodsRefused, isRolling, mayBeStuck, waitingPods } from '../../core/rollout/stuck.ts';
import { awaitEffect, type Run } from '../../state/run.ts';
import { PAUSE, podsOf } from './pods.ts';
import { scaleTo } from './scale.ts';

/** How long their end may take, in milliseconds; a pod that stays is then left in its back-off. */
const AT_MOST = 15_000;

/**
 * Restarts pods that have been in back-off since before this run. What they lacked may exist by now, but the kubelet
 * may retry only after up to five minutes. Their Deployment is scaled down to its ready pods and up again; a ReplicaSet
 * ends first the pods that are not ready. This needs no permission to delete pods. Only for Deployments without
 * visitors. Returns them in their new state.
 */
export async function replaceStuck(run: Run, deployments: readonly KubeObject[]): Promise<KubeObject[]> {
  const now: KubeObject[] = [];
  for (const deployment of deployments)
    now.push(mayBeStuck(deployment) ? await replaceIn(run, deployment) : deployment);
  return now;
}

async function replaceIn(run: Run, deployment: KubeObject): Promise<KubeObject> {
  const now = await observed(run, deployment);
  if (now === undefined) return deployment;
  const { pods, stuck, ready } = waitingPods(now, await podsOf(run, now));
  // The controller replaces ready pods one by one; if none is ready, it may wait for room that the crashed pods use.
  if (isRolling(now) && ready > 0) return deployment;
  if (stuck === 0 && !arePodsRefused(now)) return deployment;
  const wanted = replicasOf(deployment);
  const what = stuck === 0 ? 'has been refused pods' : `has had ${counted(stuck, 'pod')} in back-off`;
  run.report.line(`${nameOf(deployment)} ${what} since before this run: it is restarted`);
  const less = await scaleTo(run, deployment, Math.min(ready, wanted));
  const until = performance.now() + AT_MOST;
  await awaitEffect(run, async () => {
    await observed(run, less);
    while (performance.now() < until && !(await areGone(run, less, pods)))
      await delay(PAUSE, undefined, { signal: run.waiting });
  });
  return scaleTo(run, less, wanted);
}

/** A Deployment once the controllers have seen the last apply; undefined if that takes too long. */
async function observed(run: Run, deployment: KubeObject): Promise<KubeObject | undefined> {
  const until = performance.now() + AT_MOST;
  let now: KubeObject | undefined = deployment;
  while (now !== undefined && !isObserved(now) && performance.now() < until) {
    await delay(PAUSE, undefined, { signal: run.waiting });
    now = await run.api.get<KubeObject>({ kind: KIND.Deployment, name: deployment.metadata.name });
  }
  return now !== undefined && isObserved(now) ? now : undefined;
}

/** Whether these pods are ending. */
async function areGone(run: Run, deployment: KubeObject, pods: readonly KubeObject[]): Promise<boolean> {
  const uids = new Set(pods.map((pod) => pod.metadata.uid));
  const present = await podsOf(run, deployment);
  return !present.some(({ metadata }) => uids.has(metadata.uid) && metadata.deletionTimestamp === undefined);
}
