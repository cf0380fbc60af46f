import { changedError } from '../../core/base/error.ts';
import { diffOf } from '../../core/kube/diff.ts';
import type { Kind } from '../../core/kube/kind-row.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { noteWrite, type Run } from '../../state/run.ts';

/** Sets the replicas of a Deployment, and `annotations` with it; returns its new state. */
export async function scaleTo(
  run: Run,
  deployment: KubeObject,
  replicas: number,
  annotations: Readonly<Record<string, string>> = {},
): Promise<KubeObject> {
  const now = await patchUnlessRecreated(run, KIND.Deployment, deployment, {
    metadata: { annotations },
    spec: { replicas },
  });
  run.report.line(
    `${nameOf(deployment)} ${run.report.wording('scaled', 'would be scaled')} from ${replicasOf(deployment)} to ${replicas}`,
  );
  return now;
}

/** A change guarded by the version that was read; controllers write too, so after a conflict it reads again. */
export async function patchUnlessRecreated(
  run: Run,
  kind: Kind,
  object: KubeObject,
  change: { metadata?: object; spec: object },
): Promise<KubeObject> {
  const target = { kind, name: object.metadata.name };
  const answer = await run.api.mergeUnlessRecreated(target, change, object);
  if (answer === 'changed') {
    throw changedError(nameOf(object));
  }
  noteWrite(run, { object: nameOf(object), action: 'change', diff: diffOf(object, answer) });
  return answer;
}
