import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, nameOf, readyPods } from '../core/kube/objects.ts';
import type { RevisionServices } from '../core/kube/revision-services.ts';
import { limitsOf, raiseLimits, replicasOf, restoreLimits, scales } from '../core/kube/strength.ts';
import { deploymentsBehind, isBehind } from '../state/deployments-behind.ts';
import type { Namespace } from '../state/namespace.ts';
import { ifAllowed } from '../state/owned-objects.ts';
import type { Run } from '../state/run.ts';
import { patchUnlessRecreated } from './scale.ts';

/** Keeps the HPAs of a side from shrinking it below its ready pods, until `retire` restores their limits. */
export async function holdStrength(run: Run, { services, slices }: Namespace, side: RevisionServices): Promise<void> {
  const hpas = await listHpas(run);
  const own = services.filter((one) => Object.values(side.services).includes(one.metadata.name));
  if (own.length === 0 || hpas.length === 0) return;
  const deployments = await deploymentsBehind(run, own);
  for (const deployment of deployments) {
    const ready = own
      .filter((one) => isBehind(one, deployment))
      .map((one) => readyPods(slices, one.metadata.name).length);
    await raise(run, hpas, deployment, Math.min(replicasOf(deployment), Math.max(0, ...ready)));
  }
}

/** Restores the limits of the HPAs that scale any of these Deployments. */
export async function releaseStrength(run: Run, deployments: readonly KubeObject[]): Promise<void> {
  const hpas = await listHpas(run);
  for (const hpa of hpas.filter((one) => deployments.some((deployment) => scales(one, deployment)))) {
    const change = restoreLimits(hpa);
    if (change === undefined) continue;
    await patchUnlessRecreated(run, KIND.HorizontalPodAutoscaler, hpa, change);
    run.report.line(`${nameOf(hpa)} ${run.report.wording('has', 'would have')} its own limits again`);
  }
}

/** The HPAs of the namespace; none if the Role may not list them. */
export function listHpas(run: Run): Promise<KubeObject[]> {
  const kind = KIND.HorizontalPodAutoscaler;
  return ifAllowed(run, kind, run.api.list<KubeObject>(kind));
}

/** Keeps the HPAs of a Deployment from going below `count`. */
export async function raise(
  run: Run,
  hpas: readonly KubeObject[],
  deployment: KubeObject,
  count: number,
): Promise<void> {
  for (const hpa of hpas.filter((one) => scales(one, deployment))) {
    const change = raiseLimits(hpa, count);
    if (change === undefined) continue;
    await patchUnlessRecreated(run, KIND.HorizontalPodAutoscaler, hpa, change);
    run.report.line(
      `${nameOf(hpa)} ${run.report.wording('held', 'would be held')} at ${count} or more (its own minimum is ${limitsOf(hpa).min}) until retire`,
    );
  }
}
