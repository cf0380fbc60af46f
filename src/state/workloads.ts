import { KIND } from '../core/kube/kinds.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { ifAllowed } from './owned-objects.ts';
import type { Run } from './run.ts';

/** All Deployments and CronJobs of the namespace: two requests. */
export async function listWorkloads(run: Run): Promise<KubeObject[]> {
  const lists = await Promise.all([
    run.api.list<KubeObject>(KIND.Deployment),
    ifAllowed(run, KIND.CronJob, run.api.list<KubeObject>(KIND.CronJob)),
  ]);
  return lists.flat();
}
