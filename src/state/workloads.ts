import { isOfKind } from '../core/kube/identity.ts';
import { KIND } from '../core/kube/kinds.ts';
import { type KubeObject, type Service, stackSelector } from '../core/kube/objects.ts';
import { optionalKinds } from '../core/kube/optional-kinds.ts';
import { WORKLOAD_KINDS } from '../core/kube/turns.ts';
import type { Release } from '../core/release/record.ts';
import { ifAllowed } from './owned-objects.ts';
import type { Run } from './run.ts';

/**
 * Everything in the namespace whose pods work for a revision: one request for each kind, so two. And the ScaledObjects
 * that start them, if a Service of the app says that it has some.
 */
export async function listWorkloads(run: Run, services: readonly Service[]): Promise<KubeObject[]> {
  const scaling = optionalKinds(services, run.inputs.app).filter((kind) => kind === KIND.ScaledObject);
  const lists = [...WORKLOAD_KINDS, ...scaling].map((kind) => {
    const list = run.api.list<KubeObject>(kind);
    return kind === KIND.Deployment ? list : ifAllowed(run, kind, list);
  });
  return (await Promise.all(lists)).flat();
}

/** The workloads of a release: one request for each kind that it has. */
export async function listParts(run: Run, { revision, objects }: Release): Promise<KubeObject[]> {
  const labels = stackSelector(run.inputs.app, revision);
  const kinds = WORKLOAD_KINDS.filter((part) => part === KIND.Deployment || objects.some((one) => isOfKind(one, part)));
  return (await Promise.all(kinds.map((kind) => run.api.list<KubeObject>(kind, labels)))).flat();
}
