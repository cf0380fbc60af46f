import { KIND } from '../core/kube/kinds.ts';
import type { KubeObject } from '../core/kube/objects.ts';
import { WORKLOAD_KINDS } from '../core/kube/turns.ts';
import { ifAllowed } from './owned-objects.ts';
import type { Run } from './run.ts';

/** Everything in the namespace whose pods work for a revision: one request for each kind, so two. */
export async function listWorkloads(run: Run): Promise<KubeObject[]> {
  const lists = WORKLOAD_KINDS.map((kind) => {
    const list = run.api.list<KubeObject>(kind);
    return kind === KIND.Deployment ? list : ifAllowed(run, kind, list);
  });
  return (await Promise.all(lists)).flat();
}
