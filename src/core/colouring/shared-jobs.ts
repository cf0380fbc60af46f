import { objectAt } from '../base/json.ts';
import { lastingJob } from '../kube/hooks.ts';
import { kindOf } from '../kube/identity.ts';
import { KIND } from '../kube/kinds.ts';
import type { KubeObject } from '../kube/objects.ts';
import type { Manifest } from '../manifests/manifests.ts';

/**
 * A Job that exists once, without what would remove it: Kubernetes would delete it after it ran, and the next release
 * would create it and so run it again. Other objects as they are.
 */
export function lastingOnce<T extends Manifest>(manifest: T): T {
  return isRemoved(manifest.object) ? { ...manifest, object: lastingJob(manifest.object) } : manifest;
}

/** That the field is left out, as a line for the plan; none for other objects. */
export function lastingNotice({ object, given }: Manifest): string[] {
  if (!isRemoved(object)) return [];
  return [
    `${given} is created without ttlSecondsAfterFinished: if Kubernetes deleted it after it ran, the next release would run it again`,
  ];
}

function isRemoved(object: KubeObject): boolean {
  return kindOf(object) === KIND.Job && 'ttlSecondsAfterFinished' in objectAt(object, 'spec');
}
