import { type JsonObject, objectAt, objectsAt, textAt } from '../base/json.ts';
import { kindMeant } from './identity.ts';
import type { KindRow } from './kind-row.ts';
import { KIND } from './kinds.ts';
import { annotation, type KubeObject } from './objects.ts';

/** Where each kind of autoscaler names its target. */
const TARGETS: ReadonlyMap<KindRow, string> = new Map([
  [KIND.HorizontalPodAutoscaler, 'scaleTargetRef'],
  [KIND.ScaledObject, 'scaleTargetRef'],
  [KIND.VerticalPodAutoscaler, 'targetRef'],
]);

/** With this annotation, KEDA keeps a target at a number of replicas, whatever its triggers say. */
export const ANNOTATION_PAUSED = 'autoscaling.keda.sh/paused-replicas';
const ANNOTATION_PAUSED_AS_IT_IS = 'autoscaling.keda.sh/paused';

/** Whether an object scales the pods of another one, up and down or in their size. */
export function isScaler(object: KubeObject): boolean {
  const kind = kindMeant(object.kind, object.apiVersion);
  return kind !== undefined && TARGETS.has(kind);
}

/** What an autoscaler names as its target, not copied. */
function targetOf(scaler: KubeObject): JsonObject {
  const kind = kindMeant(scaler.kind, scaler.apiVersion);
  return objectAt(scaler, 'spec', (kind && TARGETS.get(kind)) ?? 'scaleTargetRef');
}

/** Whether an autoscaler scales `workload`. A ScaledObject without a kind means a Deployment. */
export function scales(scaler: KubeObject, workload: KubeObject): boolean {
  const target = targetOf(scaler);
  const kind = textAt(target, 'kind') ?? (scaler.kind === KIND.ScaledObject.kind ? KIND.Deployment.kind : undefined);
  return kind === workload.kind && textAt(target, 'name') === workload.metadata.name;
}

/** The name of the ScaledObject of which KEDA made an HPA; undefined if the HPA is somebody's own. */
export function scaledObjectOf(hpa: KubeObject): string | undefined {
  const owner = objectsAt(hpa.metadata, 'ownerReferences').find((one) => one.kind === KIND.ScaledObject.kind);
  return textAt(owner, 'name');
}

/** Whether a ScaledObject does not scale its target now. */
export function isPaused(scaledObject: KubeObject): boolean {
  const asItIs = annotation(scaledObject, ANNOTATION_PAUSED_AS_IT_IS);
  return annotation(scaledObject, ANNOTATION_PAUSED) !== undefined || (asItIs !== undefined && asItIs !== 'false');
}
