import { type Json, type JsonObject, objectAt, textsOf } from '../base/json.ts';
import { kindMeant } from './identity.ts';
import type { KubeObject } from './objects.ts';

/** The template of the pods that an object makes, as it stands in it; a Pod is its own. Empty if it makes none. */
export function podTemplateOf(object: KubeObject): JsonObject {
  return objectAt(object, ...(kindMeant(object.kind, object.apiVersion)?.template ?? ['spec', 'template']));
}

/** Pods that a workload's template makes: their labels. */
export function podLabels(workload: KubeObject): Record<string, string> {
  return textsOf(objectAt(podTemplateOf(workload), 'metadata').labels);
}

/** The pod spec in a workload's template, or undefined. */
export function podSpecOf(workload: KubeObject): Json | undefined {
  return podTemplateOf(workload).spec;
}
