import { type Json, objectAt, textsOf } from '../base/json.ts';
import type { KubeObject } from './objects.ts';

/** Pods that a workload's template makes: their labels. */
export function podLabels(workload: KubeObject): Record<string, string> {
  return textsOf(objectAt(workload, 'spec', 'template', 'metadata').labels);
}

/** The pod spec in a workload's template, or undefined. */
export function podSpecOf(workload: KubeObject): Json | undefined {
  return objectAt(workload, 'spec', 'template').spec;
}
