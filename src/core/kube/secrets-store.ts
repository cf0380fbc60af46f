import { objectAt, objectsAt, textAt } from '../base/json.ts';
import type { KubeObject } from './objects.ts';
import { podSpecOf } from './workload.ts';

/** The driver whose volumes hold what a SecretProviderClass names. */
export const SECRETS_STORE = 'secrets-store.csi.k8s.io';

/**
 * Whether the Secrets Store CSI driver may make a Secret as soon as a pod of `workloads` mounts a volume. A class among
 * `others` says which Secrets it makes; one that is not there may make any. What the driver itself reads must be there
 * before.
 * Source: https://secrets-store-csi-driver.sigs.k8s.io/topics/sync-as-kubernetes-secret
 */
export function isMadeByDriver(name: string, workloads: readonly KubeObject[], others: readonly KubeObject[]): boolean {
  const volumes = workloads
    .flatMap((workload) => objectsAt(podSpecOf(workload), 'volumes'))
    .map((volume) => objectAt(volume, 'csi'))
    .filter(({ driver }) => driver === SECRETS_STORE);
  if (volumes.some((volume) => textAt(volume, 'nodePublishSecretRef', 'name') === name)) return false;
  return volumes.some((volume) => {
    const wanted = textAt(volume, 'volumeAttributes', 'secretProviderClass');
    const found = others.find(({ kind, metadata }) => kind === 'SecretProviderClass' && metadata.name === wanted);
    return found === undefined || objectsAt(found, 'spec', 'secretObjects').some((one) => one.secretName === name);
  });
}
