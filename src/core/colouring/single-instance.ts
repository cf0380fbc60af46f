import { textAt } from '../base/json.ts';
import type { KubeObject } from '../kube/objects.ts';
import { mountedClaims, writtenDisk } from '../kube/volumes.ts';

/** What a part that visitors reach needs before two versions of it may run at once. */
export const WAYS_OUT =
  'visitors reach it, so its data must be where two versions may write at once (a claim with ReadWriteMany, or an external store), and its strategy must be RollingUpdate; or let only a worker write, since a worker waits until the old one has ended';

/**
 * Why a Deployment must not run twice at once, as it would beside the live one; undefined if it may. `modesOf`: the
 * `accessModes` of a claim. Undefined means that they are not known yet, and the claim is not judged.
 */
export function whySingle(
  deployment: KubeObject,
  modesOf: (claim: string) => readonly string[] | undefined,
): string | undefined {
  const claim = mountedClaims(deployment).find(({ name, written }) => {
    const modes = modesOf(name);
    return modes !== undefined && !mayShare(modes, written);
  });
  if (claim !== undefined) {
    const modes = modesOf(claim.name)?.join(', ') || 'it does not exist yet, so how it may be mounted is not known';
    return `${claim.written ? 'writes to' : 'mounts'} PersistentVolumeClaim ${claim.name} (${modes})`;
  }
  const disk = writtenDisk(deployment);
  if (disk !== undefined) return `writes to the disk of its volume ${disk}`;
  return isRecreated(deployment) ? 'says strategy: Recreate' : undefined;
}

/** The refusal of a Deployment that must not run twice. */
export function singleText(given: string, why: string, wayOut: string): string {
  return `${given} ${why}, so two versions of it must not run at once: ${wayOut}`;
}

/** Whether the author of a Deployment wants one of it at a time. */
export function isRecreated(deployment: KubeObject): boolean {
  return textAt(deployment, 'spec', 'strategy', 'type') === 'Recreate';
}

/** Whether pods of two versions may mount a claim at once. */
function mayShare(modes: readonly string[], written: boolean): boolean {
  if (modes.includes('ReadWriteMany')) return true;
  if (modes.length === 0 || modes.includes('ReadWriteOncePod')) return false;
  return !written || modes.every((mode) => mode === 'ReadOnlyMany');
}
