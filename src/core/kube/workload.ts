import { type Json, type JsonObject, objectAt, textsOf } from '../base/json.ts';
import { kindMeant } from './identity.ts';
import type { KubeObject } from './objects.ts';

/** The pod template of an object, not copied; a Pod is its own template. Empty if the object creates no pods. */
export function podTemplateOf(object: KubeObject): JsonObject {
  return objectAt(object, ...(kindMeant(object.kind, object.apiVersion)?.template ?? ['spec', 'template']));
}

/** The labels of the pods that a workload's template creates. */
export function podLabels(workload: KubeObject): Record<string, string> {
  return textsOf(objectAt(podTemplateOf(workload), 'metadata').labels);
}

/** The pod spec in a workload's template, or undefined. */
export function podSpecOf(workload: KubeObject): Json | undefined {
  return podTemplateOf(workload).spec;
}
