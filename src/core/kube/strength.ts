import { numberAt, objectAt, textAt } from '../base/json.ts';
import { keyOf } from './identity.ts';
import { type EndpointSlice, type KubeObject, readyPods } from './objects.ts';
import type { RevisionServices } from './revision-services.ts';

/** Stores an HPA's own limits while Greenpath holds it higher; `retire` restores them. */
const ANNOTATION_LIMITS = 'greenpath.dev/limits';

export interface Limits {
  readonly min: number;
  readonly max: number;
}

/**
 * How many replicas each Deployment behind a Service needs so that together they have at least `wanted`: `counts` if
 * that is enough, else all of them raised in proportion.
 */
export function strengthen(counts: readonly number[], wanted: number): number[] {
  const sum = counts.reduce((total, count) => total + count, 0);
  if (sum >= wanted) return [...counts];
  if (sum === 0) return counts.map(() => Math.ceil(wanted / counts.length));
  return counts.map((count) => Math.ceil((count * wanted) / sum));
}

/** A Service that has fewer ready pods than it needs. */
export interface Weak {
  readonly name: string;
  readonly ready: number;
  readonly least: number;
}

/** The Services of `side` that have fewer ready pods than their counterparts in `than`, or none at all. */
export function weakIn(slices: readonly EndpointSlice[], side: RevisionServices, than: RevisionServices): Weak[] {
  return Object.entries(side.services).flatMap(([baseName, name]) => {
    const least = Math.max(1, readyPods(slices, than.services[baseName] ?? '').length);
    const ready = readyPods(slices, name).length;
    return ready >= least ? [] : [{ name, ready, least }];
  });
}

/** The replicas that a Deployment asks for. */
export function replicasOf(deployment: KubeObject): number {
  return numberAt(deployment, 'spec', 'replicas') ?? 1;
}

/** Whether the HPA `hpa` scales `deployment`. */
export function scales(hpa: KubeObject, deployment: KubeObject): boolean {
  const target = objectAt(hpa, 'spec', 'scaleTargetRef');
  return textAt(target, 'kind') === deployment.kind && textAt(target, 'name') === deployment.metadata.name;
}

/** The limits in the spec of an HPA. */
export function limitsOf(hpa: KubeObject): Limits {
  const min = numberAt(hpa, 'spec', 'minReplicas') ?? 1;
  return { min, max: numberAt(hpa, 'spec', 'maxReplicas') ?? min };
}

/** The limits that the HPA had before Greenpath raised them, or undefined if it did not. */
export function limitsBefore(hpa: KubeObject): Limits | undefined {
  const [min, max] = (hpa.metadata.annotations?.[ANNOTATION_LIMITS] ?? '').split('..').map(Number);
  return min !== undefined && max !== undefined && min > 0 && max >= min ? { min, max } : undefined;
}

/** The change that keeps an HPA from going below `count`, or undefined if it does not do so anyway. */
export function raiseLimits(hpa: KubeObject, count: number): { metadata: object; spec: object } | undefined {
  const now = limitsOf(hpa);
  if (now.min >= count) return undefined;
  const before = limitsBefore(hpa) ?? now;
  return {
    metadata: { annotations: { [ANNOTATION_LIMITS]: `${before.min}..${before.max}` } },
    spec: { minReplicas: count, maxReplicas: Math.max(now.max, count) },
  };
}

/** The change that restores an HPA's own limits, or undefined if it has them. */
export function restoreLimits(hpa: KubeObject): { metadata: object; spec: object } | undefined {
  const before = limitsBefore(hpa);
  if (before === undefined) return undefined;
  return {
    metadata: { annotations: { [ANNOTATION_LIMITS]: null } },
    spec: { minReplicas: before.min, maxReplicas: before.max },
  };
}

/**
 * The same Deployments and HPAs with the size of their first start, if the live version has `wanted` ready pods: never
 * weaker than it. The arguments are not changed.
 */
export function atStrength(
  objects: readonly KubeObject[],
  behind: (deployment: KubeObject) => boolean,
  wanted: number,
): KubeObject[] {
  const hpas = objects.filter((object) => object.kind === 'HorizontalPodAutoscaler');
  const deployments = objects.filter((object) => object.kind === 'Deployment' && behind(object));
  const own = deployments.map((deployment) => {
    const least = hpas.filter((hpa) => scales(hpa, deployment)).map((hpa) => limitsOf(hpa).min);
    return Math.max(replicasOf(deployment), ...least);
  });
  const counts = strengthen(own, wanted);
  const needed = new Map(deployments.map((deployment, index) => [keyOf(deployment), counts[index]]));
  return objects.map((object) => {
    const count = needed.get(keyOf(object));
    if (count !== undefined) return count === replicasOf(object) ? object : withSpec(object, { replicas: count });
    const scaled = deployments.find((deployment) => scales(object, deployment));
    const raised = scaled && raiseLimits(object, needed.get(keyOf(scaled)) ?? 0);
    if (raised === undefined) return object;
    const annotations = {
      ...object.metadata.annotations,
      ...(raised.metadata as { annotations: Record<string, string> }).annotations,
    };
    return { ...withSpec(object, raised.spec), metadata: { ...object.metadata, annotations } };
  });
}

function withSpec(object: KubeObject, change: object): KubeObject {
  return { ...object, spec: { ...objectAt(object, 'spec'), ...change } };
}
