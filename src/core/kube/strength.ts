import { numberAt, objectAt } from '../base/json.ts';
import { keyOf } from './identity.ts';
import { hasLimits, limitsOf, raiseLimits } from './limits.ts';
import { type EndpointSlice, type KubeObject, readyPods } from './objects.ts';
import type { RevisionServices } from './revision-services.ts';
import { scales } from './scalers.ts';

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

/**
 * The same Deployments and autoscalers with the size of their first start, if the live version has `wanted` ready pods: never
 * weaker than it. The arguments are not changed.
 */
export function atStrength(
  objects: readonly KubeObject[],
  behind: (deployment: KubeObject) => boolean,
  wanted: number,
): KubeObject[] {
  const scalers = objects.filter(hasLimits);
  const deployments = objects.filter((object) => object.kind === 'Deployment' && behind(object));
  const own = deployments.map((deployment) => {
    const least = scalers.filter((one) => scales(one, deployment)).map((one) => limitsOf(one).min);
    return Math.max(replicasOf(deployment), ...least);
  });
  const counts = strengthen(own, wanted);
  const needed = new Map(deployments.map((deployment, index) => [keyOf(deployment), counts[index]]));
  return objects.map((object) => {
    const count = needed.get(keyOf(object));
    if (count !== undefined) return count === replicasOf(object) ? object : withSpec(object, { replicas: count });
    const scaled = hasLimits(object) ? deployments.find((deployment) => scales(object, deployment)) : undefined;
    const raised = scaled && raiseLimits(object, needed.get(keyOf(scaled)) ?? 0);
    if (raised === undefined) return object;
    const annotations = set(object.metadata.annotations, raised.metadata.annotations);
    return { ...withSpec(object, raised.spec), metadata: { ...object.metadata, annotations } };
  });
}

function withSpec(object: KubeObject, change: object): KubeObject {
  return { ...object, spec: set(objectAt(object, 'spec'), change) };
}

/** What a merge patch makes of a map: null removes. */
function set<T>(map: Readonly<Record<string, T>> | undefined, change: object): Record<string, T> {
  return Object.fromEntries(Object.entries({ ...map, ...change }).filter(([, value]) => value !== null));
}
