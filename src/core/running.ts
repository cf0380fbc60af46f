import { digest } from './digest.ts';
import { canonical, objectAt, objectsAt, textAt, textsOf } from './json.ts';
import { hasEnded, type KubeObject, nameOf, type Service } from './objects.ts';
import { referencesIn } from './references.ts';
import { keysRead } from './shared-keys.ts';
import { podSpecOf } from './stack.ts';

/** What runs, in a form that can be compared and gives nothing away. */
export interface Runs {
  /** A digest for each object, by its name in sentences. */
  readonly objects: Readonly<Record<string, string>>;
  /** The image IDs that the kubelets report, for each container by name. */
  readonly images: Readonly<Record<string, readonly string[]>>;
}

/** Everything that makes up what runs. Secrets come without their content. */
export interface Parts {
  readonly deployments: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly services: readonly Service[];
  readonly configMaps: readonly KubeObject[];
  readonly secrets: readonly KubeObject[];
}

/** The ConfigMaps and Secrets that the pods of these Deployments read, by name and without repetition. */
export function configOf(deployments: readonly KubeObject[]): { configMaps: string[]; secrets: string[] } {
  const references = deployments.flatMap((deployment) => referencesIn(podSpecOf(deployment)));
  const names = (kind: string) => [...new Set(references.filter((one) => one.kind === kind).map((one) => one.name))];
  return { configMaps: names('ConfigMap'), secrets: names('Secret') };
}

/**
 * The digest of what runs: pod templates, Services, ConfigMaps by the content that the pods read, Secrets by uid and
 * resource version only, and the image IDs of all pods. How many replicas there are does not matter.
 */
export function runsOf(parts: Parts): Runs {
  const objects: Record<string, string> = {};
  for (const deployment of parts.deployments) {
    objects[`the pod template of ${nameOf(deployment)}`] = digest(canonical(objectAt(deployment, 'spec').template));
  }
  for (const service of parts.services) objects[nameOf(service)] = digest(canonical(service.spec));
  for (const configMap of parts.configMaps)
    objects[nameOf(configMap)] = digest(canonical(contentRead(configMap, parts.deployments)));
  for (const { kind, metadata } of parts.secrets) {
    objects[nameOf({ kind, metadata })] = `${metadata.uid} ${metadata.resourceVersion}`;
  }
  return { objects, images: imagesOf(parts.pods) };
}

/** What differs from `stamped`, by name; nothing if what runs now is what was verified. */
export function changedSince(stamped: Runs, now: Runs): string[] {
  const names = [...new Set([...Object.keys(stamped.objects), ...Object.keys(now.objects)])];
  const objects = names.flatMap((name) => {
    if (stamped.objects[name] === now.objects[name]) return [];
    const how =
      now.objects[name] === undefined ? 'is gone' : stamped.objects[name] === undefined ? 'is new' : 'has changed';
    return [`${name} ${how}`];
  });
  const images = Object.entries(now.images).flatMap(([container, ids]) => {
    const known = stamped.images[container];
    if (known === undefined) return [`container ${container} was not there`];
    return ids.filter((id) => !known.includes(id)).map((id) => `container ${container} runs another image, ${id}`);
  });
  return [...objects, ...images];
}

function imagesOf(pods: readonly KubeObject[]): Record<string, string[]> {
  const images: Record<string, Set<string>> = {};
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) continue;
    const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((key) => objectsAt(pod, 'status', key));
    for (const status of statuses) {
      const id = textAt(status, 'imageID');
      // A container that has not started has no image yet; it gets no visitors before it has.
      const name = textAt(status, 'name') ?? '';
      if (id) images[name] = (images[name] ?? new Set()).add(id);
    }
  }
  return Object.fromEntries(Object.entries(images).map(([name, ids]) => [name, [...ids].toSorted()]));
}

/** Two sides of a hand-written pair may read one ConfigMap under different keys. */
function contentRead(configMap: KubeObject, deployments: readonly KubeObject[]): unknown {
  const all = { ...textsOf(configMap.data), ...textsOf(configMap.binaryData) };
  const read = deployments.map((deployment) => keysRead(podSpecOf(deployment), configMap.metadata.name));
  if (read.includes('all')) return all;
  const keys = new Set(read.flat());
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.has(key)));
}
