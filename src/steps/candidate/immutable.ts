import type { Stack } from '../../core/colouring/stack.ts';
import { diffOf } from '../../core/kube/diff.ts';
import { keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { isOwn, type KubeObject, LABEL_APP, LABEL_REVISION, label, nameOf } from '../../core/kube/objects.ts';
import { contentIn, keyRead } from '../../core/kube/references.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { podSpecOf } from '../../core/kube/workload.ts';
import type { DryRunResult, Run } from '../../state/run.ts';
import { isAsRead, removeObject } from '../objects/remove-object.ts';
import { untilPodsGone } from '../pods/pods.ts';
import { scaleTo } from '../pods/scale.ts';

/**
 * The plan for a ConfigMap or Secret of the candidate that the server refuses to change since it is `immutable`: delete
 * it and create it again. Undefined if that is not the reason of the refusal, or if it is not Greenpath's own.
 */
export async function planReplacement(run: Run, object: KubeObject): Promise<DryRunResult | undefined> {
  const { name } = object.metadata;
  const present = await run.api.get<KubeObject>({ kind: await run.api.kind(object), name });
  if (present?.immutable !== true || !isOwn(present)) return undefined;
  if (label(present, LABEL_APP) !== run.inputs.app || label(present, LABEL_REVISION) !== run.inputs.revision)
    return undefined;
  // The server has never seen the new content, so it validates it under an unused name.
  await run.api.dry().create({ ...object, metadata: { ...object.metadata, name: `${name}.new` } });
  const change = { object: nameOf(object), action: 'change' as const, diff: diffOf(present, object) };
  return { version: present.metadata.resourceVersion, change, replaces: present };
}

/**
 * Removes what must be gone before the candidate's objects can be applied. The pods that read it end first: while a
 * node has one of them, its kubelet gives new pods the old content of an immutable object.
 * Source: https://kubernetes.io/docs/concepts/configuration/configmap/#configmap-immutable
 */
export async function removeUnchangeable(
  run: Run,
  stack: Stack,
  tried: ReadonlyMap<string, DryRunResult>,
): Promise<void> {
  const replaced = [...tried.values()].flatMap(({ replaces }) => replaces ?? []);
  if (replaced.length === 0) return;
  const keys = new Set(replaced.map(keyOf));
  const readers = stack.own.filter(({ object }) => contentIn(podSpecOf(object)).some((one) => keys.has(keyRead(one))));
  for (const { object } of readers) if (object.kind === 'Deployment') await withoutPods(run, object);
  for (const object of replaced) await removeObject(run, object, isAsRead(object));
}

/** Scales a Deployment of the candidate to 0 and waits until its pods are gone. */
async function withoutPods(run: Run, { metadata: { name } }: KubeObject): Promise<void> {
  const deployment = await run.api.get<KubeObject>({ kind: KIND.Deployment, name });
  if (deployment === undefined) return;
  run.report.line(
    `${nameOf(deployment)} reads immutable content that changes, so its pods end before that content is replaced`,
  );
  if (replicasOf(deployment) > 0) await scaleTo(run, deployment, 0);
  const why = 'until then its node would give new pods the old immutable content';
  await untilPodsGone(run, deployment, why);
}
