import { keyOf } from '../kube/identity.ts';
import { ANNOTATION_BACKING, annotation, type KubeObject, LABEL_NAME, LABEL_REVISION, label } from '../kube/objects.ts';
import { keyRead, referencesIn } from '../kube/references.ts';
import { storeSign } from '../kube/store-signs.ts';
import { mountedClaims, writtenDisk } from '../kube/volumes.ts';
import { podSpecOf } from '../kube/workload.ts';

/** A Deployment that stays when its stack is retired, since its pods may hold data. */
export interface DataHolder {
  readonly deployment: KubeObject;
  /** A predicate: `mounts PersistentVolumeClaim data`. */
  readonly why: string;
  /** The Deployment of the live version that mounts the same claims: the old pods are then not needed for the data. */
  readonly successor: KubeObject | undefined;
}

/**
 * The Deployments of `revision` that `retire` keeps: their pods mount claims, or are a known data store, whose data may
 * end with them. `deployments` are those of the app.
 */
export function holdersOf(
  revision: string,
  live: string | undefined,
  deployments: readonly KubeObject[],
): DataHolder[] {
  const of = (wanted: string | undefined) => deployments.filter((one) => label(one, LABEL_REVISION) === wanted);
  return of(revision).flatMap((deployment) => {
    const why = whyHeld(deployment);
    if (why === undefined) return [];
    const claims = claimsOf(deployment);
    const isTwin = (one: KubeObject) => label(one, LABEL_NAME) === label(deployment, LABEL_NAME);
    const isAfter = (one: KubeObject) => isTwin(one) && claims.every((name) => claimsOf(one).includes(name));
    return [{ deployment, why, successor: claims.length === 0 ? undefined : of(live).find(isAfter) }];
  });
}

/** Why the pods of a Deployment may hold data that nothing else holds, as a predicate of the Deployment. */
export function whyHeld(deployment: KubeObject): string | undefined {
  const claims = claimsOf(deployment);
  if (claims.length > 0) return `mounts PersistentVolumeClaim ${claims.join(', ')}`;
  const disk = writtenDisk(deployment);
  if (disk !== undefined) return `writes to the disk of its volume ${disk}`;
  return annotation(deployment, ANNOTATION_BACKING) === 'false' ? undefined : storeSign(deployment, [])?.why;
}

/** The keys of the kept Deployments, and of the ConfigMaps and Secrets that their pods read. */
export function keysHeld(holders: readonly DataHolder[]): Set<string> {
  return new Set(
    holders.flatMap(({ deployment }) => [keyOf(deployment), ...referencesIn(podSpecOf(deployment)).map(keyRead)]),
  );
}

/** The names of the claims that the pods of a workload mount, without repetition. */
function claimsOf(workload: KubeObject): string[] {
  return [...new Set(mountedClaims(workload).map((claim) => claim.name))];
}
