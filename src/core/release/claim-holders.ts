import { keyOf } from '../kube/identity.ts';
import { type KubeObject, LABEL_NAME, LABEL_REVISION, label } from '../kube/objects.ts';
import { keyRead, referencesIn } from '../kube/references.ts';
import { podSpecOf } from '../kube/workload.ts';
import { mountedClaims } from './single-instance.ts';

/** A Deployment that stays when its stack is retired, since its pods mount claims. */
export interface ClaimHolder {
  readonly deployment: KubeObject;
  readonly claims: readonly string[];
  /** The Deployment of the live version that mounts the same claims: the old pods are then not needed for the data. */
  readonly successor: KubeObject | undefined;
}

/**
 * The Deployments of `revision` that `retire` keeps, since their pods mount claims. `deployments` are those of the app.
 */
export function holdersOf(
  revision: string,
  live: string | undefined,
  deployments: readonly KubeObject[],
): ClaimHolder[] {
  const of = (wanted: string | undefined) => deployments.filter((one) => label(one, LABEL_REVISION) === wanted);
  return of(revision).flatMap((deployment) => {
    const claims = claimsOf(deployment);
    if (claims.length === 0) return [];
    const isTwin = (one: KubeObject) => label(one, LABEL_NAME) === label(deployment, LABEL_NAME);
    const successor = of(live).find((one) => isTwin(one) && claims.every((name) => claimsOf(one).includes(name)));
    return [{ deployment, claims, successor }];
  });
}

/** The keys of the kept Deployments, and of the ConfigMaps and Secrets that their pods read. */
export function keysHeld(holders: readonly ClaimHolder[]): Set<string> {
  return new Set(
    holders.flatMap(({ deployment }) => [keyOf(deployment), ...referencesIn(podSpecOf(deployment)).map(keyRead)]),
  );
}

/** The names of the claims that the pods of a workload mount, without repetition. */
export function claimsOf(workload: KubeObject): string[] {
  return [...new Set(mountedClaims(workload).map((claim) => claim.name))];
}
