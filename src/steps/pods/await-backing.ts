import { setTimeout as delay } from 'node:timers/promises';
import { numberAt } from '../../core/base/json.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import type { Run } from '../../state/run.ts';
import { PAUSE } from './pods.ts';
import { waitFor } from './wait-for-stack.ts';

/**
 * How long the first pods of a StatefulSet are waited for, in milliseconds, and at most half of the time that is left: the
 * candidate's own wait goes on from there.
 */
const AT_MOST = 120_000;

/** Waits for the pods of backing workloads that were just created: hooks and the candidate use them. */
export async function awaitBacking(run: Run, created: readonly KubeObject[]): Promise<void> {
  const deployments = created.filter((object) => kindOf(object) === KIND.Deployment && replicasOf(object) > 0);
  if (deployments.length > 0) await waitFor(run, [], 'Backing', deployments);
  for (const object of created) if (kindOf(object) === KIND.StatefulSet) await untilReady(run, object);
}

async function untilReady(run: Run, statefulSet: KubeObject): Promise<void> {
  const start = performance.now();
  const until = Math.min(start + AT_MOST, (start + run.deadline) / 2);
  const target = { kind: KIND.StatefulSet, name: statefulSet.metadata.name };
  run.report.line(`Waiting for the pods of ${nameOf(statefulSet)}`);
  for (;;) {
    const now = await run.api.get<KubeObject>(target);
    if (now === undefined || (numberAt(now, 'status', 'readyReplicas') ?? 0) >= replicasOf(now)) return;
    if (performance.now() > until) break;
    await delay(PAUSE, undefined, { signal: run.waiting });
  }
  run.report.warning(`${nameOf(statefulSet)} was created, and its pods are not ready yet`);
}
