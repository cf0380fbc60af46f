import { keyOf } from '../../core/kube/identity.ts';
import { KIND } from '../../core/kube/kinds.ts';
import { type KubeObject, LABEL_APP, LABEL_REVISION, label, nameOf, selects } from '../../core/kube/objects.ts';
import { replicasOf } from '../../core/kube/strength.ts';
import { podLabels } from '../../core/kube/workload.ts';
import { type DataHolder, holdersOf, keysHeld, whyHeld } from '../../core/release/data-holders.ts';
import { deploymentsBehind } from '../../state/deployments-behind.ts';
import type { Run } from '../../state/run.ts';
import type { Situation } from '../../state/situation.ts';
import { scaleTo } from './scale.ts';

/** The Deployments of `revision` whose pods may hold data. One request. */
export async function readHolders(run: Run, revision: string, live: string | undefined): Promise<DataHolder[]> {
  return holdersOf(revision, live, await listDeployments(run));
}

/** Leaves out the revisions of which only Deployments with data remain, and reports that these stay. */
export async function withoutHeld(run: Run, objects: readonly KubeObject[]): Promise<KubeObject[]> {
  const deployments = await listDeployments(run);
  const revisions = new Set(objects.flatMap((object) => label(object, LABEL_REVISION) ?? []));
  const left = [...revisions].filter((revision) => {
    const holders = holdersOf(revision, undefined, deployments);
    const keys = keysHeld(holders);
    const own = objects.filter((object) => label(object, LABEL_REVISION) === revision);
    if (!own.every((object) => keys.has(keyOf(object)))) return false;
    for (const holder of holders) run.report.line(stays(holder));
    return true;
  });
  return objects.filter((object) => !left.includes(label(object, LABEL_REVISION) ?? ''));
}

/** Ends the pods of the Deployments that stay, if the live version uses their claims; the others keep their pods. */
export async function tellHeld(run: Run, holders: readonly DataHolder[]): Promise<void> {
  for (const holder of holders) {
    const { deployment, successor } = holder;
    if (successor !== undefined && replicasOf(deployment) > 0) await scaleTo(run, deployment, 0);
    run.report.line(stays(holder));
  }
}

/** Greenpath deletes nothing that existed before it: the pods end, the objects stay. */
export async function scaleDownAdopted(
  run: Run,
  { services: all }: Situation,
  names: readonly string[],
): Promise<void> {
  const services = all.filter((one) => names.includes(one.metadata.name));
  for (const deployment of await deploymentsBehind(run, services)) {
    if (label(deployment, LABEL_APP) !== undefined || replicasOf(deployment) === 0) continue;
    const why = whyHeld(deployment);
    if (why !== undefined) {
      run.report.notice(
        `${nameOf(deployment)} keeps its pods, since it ${why}: scale it down yourself when it is no longer needed`,
      );
      continue;
    }
    const other = all.find(
      (one) => !names.includes(one.metadata.name) && selects(one.spec.selector ?? {}, podLabels(deployment)),
    );
    if (other !== undefined) {
      run.report.notice(`${nameOf(deployment)} keeps its pods: ${nameOf(other)} selects them`);
      continue;
    }
    await scaleTo(run, deployment, 0);
    run.report.line(
      `${nameOf(deployment)} existed before Greenpath: it ${run.report.wording('is', 'would be')} scaled to 0 and stays`,
    );
  }
}

function stays({ deployment, why }: DataHolder): string {
  return `${nameOf(deployment)} stays, since it ${why}: delete it yourself when it is no longer needed`;
}

function listDeployments(run: Run): Promise<KubeObject[]> {
  return run.api.list<KubeObject>(KIND.Deployment, `${LABEL_APP}=${run.inputs.app}`);
}
