import { type Place, type Problem, placeText } from '../base/error.ts';
import { canonical } from '../base/json.ts';
import { isClusterWide } from '../kube/cluster-kinds.ts';
import { keyOf } from '../kube/identity.ts';
import { type KubeObject, nameOf } from '../kube/objects.ts';

/** An object of the manifests, and its place. */
interface PlacedObject {
  readonly object: KubeObject;
  readonly place: Place;
}

/**
 * One of each object: equal copies, and objects of the whole cluster such as a Namespace, which are not written, may be
 * in several files.
 */
export function withoutCopies<T extends PlacedObject>(manifests: readonly T[]): T[] {
  const seen = new Set<string>();
  return manifests.filter(({ object }) => {
    const same = isClusterWide(object) ? keyOf(object) : canonical(object);
    const isNew = !seen.has(same);
    seen.add(same);
    return isNew;
  });
}

/** Objects of one namespace that have the same kind and name, and differ. */
export function duplicates(manifests: readonly PlacedObject[]): Problem[] {
  const seen = new Map<string, Place>();
  return manifests.flatMap(({ object, place }): Problem[] => {
    const first = seen.get(keyOf(object));
    if (first !== undefined) return [{ text: `${nameOf(object)} is already defined in ${placeText(first)}`, place }];
    seen.set(keyOf(object), place);
    return [];
  });
}
