import type { GatewayName } from '../access.ts';

/** Pods that are all alike, under the label `app` with the Deployment's name. */
export interface Workload {
  readonly metadata: GatewayName;
  readonly replicas?: number;
  /** The pod's spec, with its containers. */
  readonly pod: object;
}

/** A Deployment of these pods. */
export function deployment({ metadata, replicas = 1, pod }: Workload): object {
  const labels = { app: metadata.name };
  const template = { metadata: { labels }, spec: pod };
  const spec = { replicas, selector: { matchLabels: labels }, template };
  return { apiVersion: 'apps/v1', kind: 'Deployment', metadata, spec };
}

/** A Service at a fixed address for the Deployment of the same name; `ports` are its own and those of the pods. */
export function service(
  metadata: GatewayName,
  clusterIP: string,
  ports: readonly (readonly [number, number])[],
): object {
  const list = ports.map(([port, targetPort]) => ({ name: `port-${port}`, port, targetPort }));
  const spec = { clusterIP, selector: { app: metadata.name }, ports: list };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

/** An environment variable with a field of the pod. */
export function fromPod(name: string, fieldPath: string): object {
  return { name, valueFrom: { fieldRef: { fieldPath } } };
}

/**
 * How a pod shows that it is ready. On a machine that is busy with other things, a probe of 1 s fails, and a proxy
 * without endpoints loses requests.
 */
export function readiness(probe: object): object {
  return { ...probe, periodSeconds: 1, timeoutSeconds: 10, failureThreshold: 60 };
}
