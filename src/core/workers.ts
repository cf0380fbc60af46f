import { numberAt, objectAt } from './json.ts';
import { annotation, type KubeObject } from './objects.ts';

/** How many replicas a worker has while its revision is live; it has none while it is not. */
export const ANNOTATION_REPLICAS = 'greenpath.dev/replicas';
/** `early`: the worker starts with its stack, beside the one of the version that is live. */
export const ANNOTATION_START = 'greenpath.dev/start';

/** Whether a Deployment runs only while its revision is live. */
export function isWorker(deployment: KubeObject): boolean {
  return annotation(deployment, ANNOTATION_REPLICAS) !== undefined;
}

/** A Deployment that no Service selects, as it is created: without pods, unless it starts early. */
export function idleWorker(deployment: KubeObject): KubeObject {
  if (annotation(deployment, ANNOTATION_START) === 'early') return deployment;
  const spec = objectAt(deployment, 'spec');
  const replicas = numberAt(spec, 'replicas') ?? 1;
  return { ...noted(deployment, replicas), spec: { ...spec, replicas: 0 } };
}

/** How many pods a worker has when it works; 0 if nobody noted it. */
export function workingReplicas(deployment: KubeObject): number {
  const count = Number(annotation(deployment, ANNOTATION_REPLICAS) ?? '0');
  return Number.isSafeInteger(count) && count > 0 ? count : 0;
}

function noted(deployment: KubeObject, replicas: number): KubeObject {
  const annotations = { ...deployment.metadata.annotations, [ANNOTATION_REPLICAS]: String(replicas) };
  return { ...deployment, metadata: { ...deployment.metadata, annotations } };
}
