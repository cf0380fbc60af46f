import { textAt } from '../base/json.ts';
import { kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import type { Manifest } from '../manifests/manifests.ts';

/** With these, a VerticalPodAutoscaler lets the pods be as they are. */
const CALM = ['Off', 'Initial'];

/** A VerticalPodAutoscaler that replaces or changes running pods, as a line for the plan; none for other objects. */
export function evictionNotice({ object, given }: Manifest): string[] {
  // Without a mode, it is the one called Auto.
  const mode = textAt(object, 'spec', 'updatePolicy', 'updateMode') ?? 'Auto';
  if (kindOf(object) !== KIND.VerticalPodAutoscaler || CALM.includes(mode)) return [];
  return [
    `${given} changes the requests of running pods (updateMode ${mode}) and may evict them for that, so a pod that was verified may be replaced by one with the same template and other requests`,
  ];
}
