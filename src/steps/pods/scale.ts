import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, nameOf } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import type { Run } from '../../state/run.ts';
import { patchUnlessRecreated } from '../objects/patch-object.ts';

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
