import { ADOPTED } from '../core/base/revision.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, LABEL_REVISION, label, type Service, selects, stackSelector } from '../core/kube/objects.ts';
import { podLabels } from '../core/kube/workload.ts';
import type { Reading } from './run.ts';

/** Whether the Service `service` selects the pods of `deployment`. */
export function isBehind(service: Service, deployment: KubeObject): boolean {
  return selects(service.spec.selector ?? {}, podLabels(deployment));
}

/**
 * Those of `deployments` whose pods any of these Services selects, and which nobody has deleted: such a one stays until
 * its pods have ended.
 */
export function lastingBehind(services: readonly Service[], deployments: readonly KubeObject[]): KubeObject[] {
  const lasting = deployments.filter(({ metadata }) => metadata.deletionTimestamp === undefined);
  return lasting.filter((deployment) => services.some((service) => isBehind(service, deployment)));
}

/** The first of these Services behind which none of `deployments` is. */
export function bareAmong(services: readonly Service[], deployments: readonly KubeObject[]): Service | undefined {
  return services.find((service) => !deployments.some((deployment) => isBehind(service, deployment)));
}

/** The Deployments whose pods any of these Services selects: one request. */
export async function deploymentsBehind(run: Reading, services: readonly Service[]): Promise<KubeObject[]> {
  const revisions = new Set(services.map((service) => label(service, LABEL_REVISION)));
  const [revision] = revisions;
  const isCreated = revisions.size === 1 && revision !== undefined && revision !== ADOPTED;
  const labels = isCreated ? stackSelector(run.inputs.app, revision) : undefined;
  const all = await run.api.list<KubeObject>(KIND.Deployment, labels);
  return all.filter((deployment) => services.some((service) => isBehind(service, deployment)));
}
