import { digest, keyedDigest } from '../base/digest.ts';
import { canonical, objectAt, objectsAt, textAt, textsOf } from '../base/json.ts';
import { keyAt, keyOf, nameAt } from '../kube/identity.ts';
import { imageDigest } from '../kube/images.ts';
import { KIND } from '../kube/kinds.ts';
import { hasEnded, type KubeObject, type Service } from '../kube/objects.ts';
import { contentIn } from '../kube/references.ts';
import { keysRead } from '../kube/shared-keys.ts';
import { podSpecOf, podTemplateOf } from '../kube/workload.ts';
import { isScheduled } from './worker-state.ts';

/**
 * What runs, in a form that can be compared and reveals nothing. The table in docs/troubleshooting.md (stamp-mismatch)
 * says what counts; `contentIn` and `keysRead` say which ConfigMaps, Secrets and keys containers read.
 */
export interface Runs {
  /** A digest for each object, by its key. */
  readonly objects: Readonly<Record<string, string>>;
  /** The digests of the images that the kubelets report, for each container by name. */
  readonly images: Readonly<Record<string, readonly string[]>>;
  /** A digest of the key used for the digests of Secrets; omitted if no container reads one. */
  readonly key?: string;
}

/** The prefix of the keys of all objects of a kind. */
const [DEPLOYMENTS, SECRETS] = [keyAt(KIND.Deployment, ''), keyAt(KIND.Secret, '')];

/** Everything that makes up what runs. */
export interface Parts {
  /** Deployments and CronJobs. */
  readonly workloads: readonly KubeObject[];
  readonly pods: readonly KubeObject[];
  readonly services: readonly Service[];
  readonly configMaps: readonly KubeObject[];
  readonly secrets: readonly KubeObject[];
}

/** The ConfigMaps and Secrets whose content containers of these workloads read, by name and without repetition. */
export function configOf(workloads: readonly KubeObject[]): { configMaps: string[]; secrets: string[] } {
  const references = workloads.flatMap((one) => contentIn(podSpecOf(one)));
  const names = (kind: string) => [...new Set(references.filter((one) => one.kind === kind).map((one) => one.name))];
  return { configMaps: names('ConfigMap'), secrets: names('Secret') };
}

/** The digest of what runs. A reader must not be able to guess Secrets, so their digests use `key`. */
export function runsOf({ workloads, pods, services, configMaps, secrets }: Parts, key: string): Runs {
  const objects: Record<string, string> = {};
  for (const one of workloads) {
    const { suspend: _, ...scheduled } = objectAt(one, 'spec');
    objects[keyOf(one)] = digest(canonical(isScheduled(one) ? scheduled : podTemplateOf(one)));
  }
  for (const service of services) objects[keyOf(service)] = digest(canonical(service.spec));
  for (const configMap of configMaps)
    objects[keyOf(configMap)] = digest(canonical(contentRead('ConfigMap', configMap, workloads)));
  for (const secret of secrets)
    objects[keyOf(secret)] = keyedDigest(key, canonical(contentRead('Secret', secret, workloads)));
  return { objects, images: imagesOf(pods), ...(secrets.length > 0 && { key: digest(key) }) };
}

/** The differences from `stamped`, by name; empty if what runs now is what was verified. */
export function changedSince(stamped: Runs, now: Runs): string[] {
  const isComparable = stamped.key === undefined || now.key === undefined || now.key === stamped.key;
  const all = new Set([...Object.keys(stamped.objects), ...Object.keys(now.objects)]);
  const keys = [...all].filter((key) => isComparable || !key.startsWith(SECRETS));
  const objects = keys.flatMap((key) => {
    const [before, after] = [stamped.objects[key], now.objects[key]];
    if (before === after) return [];
    const how = after === undefined ? 'is gone' : before === undefined ? 'is new' : 'has changed';
    return [`${key.startsWith(DEPLOYMENTS) ? 'the pod template of ' : ''}${nameAt(key)} ${how}`];
  });
  const images = Object.entries(now.images).flatMap(([container, ids]) => {
    const known = stamped.images[container];
    if (known === undefined) return [`container ${container} did not exist`];
    return ids.filter((id) => !known.includes(id)).map((id) => `container ${container} runs another image, ${id}`);
  });
  const lost = isComparable ? [] : ['the key for comparing Secrets is another one'];
  return [...objects, ...lost, ...images];
}

function imagesOf(pods: readonly KubeObject[]): Record<string, string[]> {
  const images: Record<string, Set<string>> = {};
  for (const pod of pods) {
    if (pod.metadata.deletionTimestamp !== undefined || hasEnded(pod)) continue;
    const statuses = ['initContainerStatuses', 'containerStatuses'].flatMap((key) => objectsAt(pod, 'status', key));
    for (const status of statuses) {
      const id = imageDigest(textAt(status, 'imageID') ?? '');
      // A container that has not started has no image yet, and gets no visitors before it has.
      const name = textAt(status, 'name') ?? '';
      if (id) images[name] = (images[name] ?? new Set()).add(id);
    }
  }
  return Object.fromEntries(Object.entries(images).map(([name, ids]) => [name, [...ids].toSorted()]));
}

/** Two sides of a hand-written pair may read one ConfigMap under different keys. */
function contentRead(
  kind: 'ConfigMap' | 'Secret',
  object: KubeObject,
  workloads: readonly KubeObject[],
): Record<string, string> {
  const all = { ...textsOf(object.data), ...textsOf(object.binaryData) };
  const read = workloads.map((one) => keysRead(podSpecOf(one), kind, object.metadata.name));
  if (read.includes('all')) return all;
  const keys = new Set(read.flat());
  return Object.fromEntries(Object.entries(all).filter(([key]) => keys.has(key)));
}
