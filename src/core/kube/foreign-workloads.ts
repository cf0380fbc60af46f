import { groupOf } from './identity.ts';
import type { KubeObject } from './objects.ts';

/** Kinds that run an application as a Deployment does, by group. Left alone, a part of the release would be missing. */
const FOREIGN_WORKLOADS: Readonly<Record<string, readonly string[]>> = {
  '': ['Pod', 'ReplicationController'],
  'apps.kruise.io': ['CloneSet', 'StatefulSet'],
  'apps.openshift.io': ['DeploymentConfig'],
  'argoproj.io': ['Rollout'],
  'flagger.app': ['Canary'],
  'serving.knative.dev': ['Configuration', 'Service'],
};

/** Whether an object runs pods of an application in a way that cannot be released. */
export function isForeignWorkload({ apiVersion, kind }: KubeObject): boolean {
  const group = groupOf(apiVersion);
  return Object.hasOwn(FOREIGN_WORKLOADS, group) && FOREIGN_WORKLOADS[group]?.includes(kind) === true;
}
