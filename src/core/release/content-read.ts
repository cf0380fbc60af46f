import { digest } from '../base/digest.ts';
import { canonical, isObject, type JsonObject, objectAt, objectsAt } from '../base/json.ts';
import { ANNOTATION_READS, FIELD_MANAGER, type KubeObject } from '../kube/objects.ts';
import { contentIn, keyRead } from '../kube/references.ts';
import { podSpecOf } from '../kube/workload.ts';

/** The content of a stack's ConfigMaps and Secrets, by their keys, which are in the digests of pod templates. */
export type Contents = ReadonlyMap<string, string>;

/** Whether pods read an object for its content. */
export function isContent({ kind }: KubeObject): boolean {
  return kind === 'ConfigMap' || kind === 'Secret';
}

/**
 * Represents the content of a ConfigMap or Secret of a stack, as the server has it. For a Secret it contains no values,
 * since pod templates are readable by more people than Secrets: it says which object it is, and when Greenpath last
 * wrote to it. What others write there, such as annotations, does not count.
 */
export function contentOf(object: KubeObject): string {
  if (object.kind === 'ConfigMap') return canonical([object.data, object.binaryData]);
  const own = objectsAt(object.metadata, 'managedFields').find(
    ({ manager, operation }) => manager === FIELD_MANAGER && operation === 'Apply',
  );
  return `${object.metadata.uid} ${own?.time}`;
}

/**
 * An object of a stack as it is sent after those of `contents`. The pod template of a Deployment notes what its
 * containers read of them. Containers read variables only at their start, so other content needs new pods, and
 * Kubernetes creates them if the template changes.
 */
export function asSent(object: KubeObject, contents: Contents): KubeObject {
  if (object.kind !== 'Deployment') return object;
  const named = new Set(contentIn(podSpecOf(object)).map(keyRead));
  const read = [...named].filter((key) => contents.has(key)).toSorted();
  if (read.length === 0) return object;
  const value = digest(canonical(read.map((key) => [key, contents.get(key)])));
  return withTemplateAnnotation(object, value);
}

function withTemplateAnnotation(workload: KubeObject, value: string): KubeObject {
  const copy = structuredClone(workload);
  const template = objectAt(copy, 'spec', 'template');
  const metadata: JsonObject = isObject(template.metadata) ? template.metadata : {};
  template.metadata = { ...metadata, annotations: { ...objectAt(metadata, 'annotations'), [ANNOTATION_READS]: value } };
  return copy;
}
