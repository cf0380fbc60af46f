import { load } from 'js-yaml';
import type { JsonObject } from '../../../src/core/base/json.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import type { RolloutFacts } from '../../../src/core/rollout/readiness.ts';

/** A Deployment web-v2 that waits for its one pod, and what Kubernetes shows of it. */
export function deployment(status: JsonObject = {}, spec: JsonObject = {}): KubeObject {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: 'web-v2', generation: 1 },
    spec: { replicas: 1, selector: { matchLabels: { app: 'web' } }, ...spec },
    status: { observedGeneration: 1, replicas: 1, updatedReplicas: 1, ...status },
  };
}

const LABELS = { app: 'web', 'pod-template-hash': '2' };
const BORN = '2026-05-01T10:00:00Z';

/** One of its pods with this status. */
export function pod(status: string, metadata: JsonObject = {}): KubeObject {
  const readinessProbe = { httpGet: {} };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: {
      name: 'web-0',
      uid: String(metadata.name ?? 'web-0'),
      labels: LABELS,
      creationTimestamp: BORN,
      ...metadata,
    },
    spec: { containers: [{ name: 'web', readinessProbe }] },
    status: load(status),
  };
}

/** The status of a pod whose one container is in this state and not ready. */
export function container(state: string, more: JsonObject = {}): string {
  const status = { name: 'web', image: 'acme/web:v2', ready: false, restartCount: 0, ...more, state: load(state) };
  return JSON.stringify({ containerStatuses: [status] });
}

/** A pod that fits on no node. */
export function unschedulable(): KubeObject {
  const message = '0/3 nodes are available: 3 Insufficient cpu.';
  return pod(
    JSON.stringify({ conditions: [{ type: 'PodScheduled', status: 'False', reason: 'Unschedulable', message }] }),
  );
}

/** What somebody says of the pod web-0, so many seconds after ten. */
export function event(reason: string, second: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name: `web-0.${reason}` },
    reason,
    message: `${reason}: as the autoscaler says it`,
    involvedObject: { name: 'web-0', uid: 'web-0' },
    lastTimestamp: new Date(Date.UTC(2026, 4, 1, 10, 0, second)).toISOString(),
  };
}

/** All that is known of it. */
export function facts(
  deployments: readonly KubeObject[],
  pods: readonly KubeObject[],
  events: readonly KubeObject[] = [],
): RolloutFacts {
  return { deployments, services: [], pods, slices: [], events };
}
