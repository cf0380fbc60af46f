import { changedError } from '../core/base/error.ts';
import { diffOf } from '../core/kube/diff.ts';
import { KIND, type Kind } from '../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../core/kube/objects.ts';
import { replicasOf } from '../core/kube/strength.ts';
import { noteWrite, type Run } from '../state/run.ts';

/** Sets how many replicas a Deployment has, and `annotations` with it; the Deployment as it is then. */
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

/** A change under the version that was read; the controllers write too, so one that came between is read again. */
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
