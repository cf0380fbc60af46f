import { isForbidden } from '../../cluster/unreadable.ts';
import { kindOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { limitsOf, raiseLimits, restoreLimits } from '../../core/kube/limits.ts';
import { type KubeObject, nameOf, readyPods } from '../../core/kube/objects.ts';
import type { RevisionServices } from '../../core/kube/revision-services.ts';
import { scaledObjectOf, scales } from '../../core/kube/scalers.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { servicesOf } from '../../core/release/route.ts';
import { deploymentsBehind, isBehind } from '../../state/deployments-behind.ts';
import type { Namespace } from '../../state/namespace.ts';
import { ifAllowed } from '../../state/owned-objects.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { patchUnlessRecreated } from '../objects/patch-object.ts';

/** Keeps the autoscalers of a side from shrinking it below its ready pods, until `retire` restores their limits. */
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

/** Restores the limits of the autoscalers of what is live, also of those that Greenpath did not create. */
export async function releaseStrength(
  run: Run,
  { services, rules }: Pick<Situation, 'services' | 'rules'>,
): Promise<void> {
  const hpas = await listHpas(run);
  const named = servicesOf(rules);
  const live = services.filter((one) => named.includes(one.metadata.name));
  if (live.length === 0 || hpas.length === 0) return;
  const deployments = await deploymentsBehind(run, live);
  for (const scaler of await scalersOf(run, hpas, deployments)) {
    const change = restoreLimits(scaler);
    if (change === undefined) continue;
    await patchScaler(run, scaler, change);
    run.report.line(`${nameOf(scaler)} ${run.report.wording('has', 'would have')} its own limits again`);
  }
}

/** The HPAs of the namespace; none if the Role may not list them. */
export function listHpas(run: Run): Promise<KubeObject[]> {
  const kind = KIND.HorizontalPodAutoscaler;
  return ifAllowed(run, kind, run.api.list<KubeObject>(kind));
}

/** Keeps the autoscalers of a Deployment from going below `count`. */
export async function raise(
  run: Run,
  hpas: readonly KubeObject[],
  deployment: KubeObject,
  count: number,
): Promise<void> {
  for (const scaler of await scalersOf(run, hpas, [deployment])) {
    const change = raiseLimits(scaler, count);
    if (change === undefined) continue;
    await patchScaler(run, scaler, change);
    run.report.line(
      `${nameOf(scaler)} ${run.report.wording('held', 'would be held')} at ${count} or more (its own minimum is ${limitsOf(scaler).min}) until retire`,
    );
  }
}

async function patchScaler(run: Run, scaler: KubeObject, change: { metadata: object; spec: object }): Promise<void> {
  await patchUnlessRecreated(run, kindOf(scaler) ?? KIND.HorizontalPodAutoscaler, scaler, change);
}

/** What scales any of these Deployments: HPAs, and in place of an HPA that KEDA made, its ScaledObject. */
async function scalersOf(
  run: Run,
  hpas: readonly KubeObject[],
  deployments: readonly KubeObject[],
): Promise<KubeObject[]> {
  const own = hpas.filter((hpa) => deployments.some((deployment) => scales(hpa, deployment)));
  return (await Promise.all(own.map((hpa) => steering(run, hpa)))).flat();
}

/** KEDA writes its HPAs again, so a limit counts only in the ScaledObject. */
async function steering(run: Run, hpa: KubeObject): Promise<KubeObject[]> {
  const name = scaledObjectOf(hpa);
  if (name === undefined) return [hpa];
  try {
    const found = await run.api.get<KubeObject>({ kind: KIND.ScaledObject, name });
    return found === undefined ? [] : [found];
  } catch (error) {
    if (!isForbidden(error)) throw error;
    run.report.warning(
      `ScaledObject ${name} is not held at the strength of the release, so KEDA may scale ${hpa.metadata.name} down: ${error.message}`,
    );
    return [];
  }
}
