import { numberAt, objectAt, objectsAt, textsOf } from '../base/json.ts';
import {
  type EndpointSlice,
  hasEnded,
  type KubeObject,
  label,
  newestFirst,
  readyPods,
  type Service,
  selects,
} from '../kube/objects.ts';
import { replicasOf } from '../kube/strength.ts';
import { podLabels } from '../kube/workload.ts';

/** What the watches show of a stack's start. */
export interface RolloutFacts {
  readonly deployments: readonly KubeObject[];
  readonly services: readonly Service[];
  readonly pods: readonly KubeObject[];
  readonly slices: readonly EndpointSlice[];
  /** Events of autoscalers and kubelets about pods that wait for a node or a volume. */
  readonly events: readonly KubeObject[];
}

/**
 * Ready and wanted replicas of all Deployments, ready endpoints of all Services, and whether that is enough for each.
 */
export interface Readiness {
  readonly ready: boolean;
  readonly available: number;
  readonly wanted: number;
  readonly endpoints: number;
}

/**
 * Ready means: every Deployment has observed its newest spec and has exactly its replicas, all updated and available,
 * and each Service has as many ready endpoints as the Deployments it selects have replicas.
 */
export function readiness(facts: RolloutFacts): Readiness {
  const wanted = facts.deployments.map(replicasOf);
  const available = facts.deployments.map((deployment) => numberAt(deployment, 'status', 'availableReplicas') ?? 0);
  const settled = facts.deployments.every((deployment, index) => isSettled(deployment, wanted[index] ?? 1));
  const endpoints = facts.services.map((service) => readyPods(facts.slices, service.metadata.name).length);
  const labels = facts.deployments.map(podLabels);
  const enough = facts.services.every((service, index) => {
    const selected = labels.map((of, at) => (selects(service.spec.selector ?? {}, of) ? (wanted[at] ?? 1) : 0));
    return (endpoints[index] ?? 0) >= Math.max(1, sum(selected));
  });
  return {
    ready: settled && enough && facts.deployments.length > 0,
    available: sum(available),
    wanted: sum(wanted),
    endpoints: sum(endpoints),
  };
}

/** Whether the controllers have seen the newest spec of a Deployment. */
export function isObserved({ metadata, status }: KubeObject): boolean {
  return (numberAt(status, 'observedGeneration') ?? 0) >= (metadata.generation ?? 1);
}

/**
 * Whether every pod of a Deployment is ready. Endpoints alone do not show it: a pod that waits for a node has no
 * address, and a pod that a quota refused does not exist.
 */
export function hasAllPods(deployment: KubeObject): boolean {
  const ready = numberAt(deployment, 'status', 'readyReplicas') ?? 0;
  return isObserved(deployment) && ready >= replicasOf(deployment);
}

/** Whether a Deployment has exactly the replicas that it asks for, all of the newest template and available. */
export function isSettled(deployment: KubeObject, wanted: number): boolean {
  const status = objectAt(deployment, 'status');
  return (
    isObserved(deployment) &&
    [status.replicas, status.updatedReplicas, status.availableReplicas].every((count) => (count ?? 0) === wanted)
  );
}

/** The pods of a Deployment that run or will run, of any template. */
export function presentPods(deployment: KubeObject, pods: readonly KubeObject[]): KubeObject[] {
  const selector = textsOf(objectAt(deployment, 'spec', 'selector').matchLabels);
  return pods.filter(
    (pod) =>
      pod.metadata.deletionTimestamp === undefined && selects(selector, pod.metadata.labels ?? {}) && !hasEnded(pod),
  );
}

/**
 * The pods of a Deployment's newest template that run or will run. Pods of an older template are being replaced, and
 * their problems say nothing about what was deployed last. If there are both, the newest pod counts as one of the
 * newest template: an older template gets new pods only after an eviction.
 */
export function newestPods(deployment: KubeObject, pods: readonly KubeObject[]): KubeObject[] {
  const own = presentPods(deployment, pods);
  const status = objectAt(deployment, 'status');
  const [updated, all] = [numberAt(status, 'updatedReplicas') ?? 0, numberAt(status, 'replicas') ?? 0];
  if (!isObserved(deployment) || (updated === 0 && all > 0)) return [];
  if (updated >= all) return own;
  const [newest] = own.toSorted(newestFirst);
  return own.filter((pod) => newest !== undefined && label(pod, HASH) === label(newest, HASH));
}

/** Whether a pod reports that it is ready. */
export function isReady(pod: KubeObject): boolean {
  return objectsAt(pod, 'status', 'conditions').some(({ type, status }) => type === 'Ready' && status === 'True');
}

const HASH = 'pod-template-hash';

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}
