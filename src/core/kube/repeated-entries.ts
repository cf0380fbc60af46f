import { isObject, type Json, type JsonObject, objectsAt } from '../base/json.ts';
import type { KubeObject } from './objects.ts';
import { containersIn } from './references.ts';
import { podSpecOf } from './workload.ts';

/**
 * An object without entries of lists that a later entry of the same key replaces, such as a variable that a container has
 * twice. Kubernetes accepts them, and the last one counts, but a server-side apply refuses them. The argument is not
 * changed.
 */
export function withoutRepeatedEntries(object: KubeObject): KubeObject {
  if (!listsIn(podSpecOf(object)).some(({ holder, field, keys }) => unique(holder, field, keys) !== undefined))
    return object;
  const copy = structuredClone(object);
  for (const { holder, field, keys } of listsIn(podSpecOf(copy))) {
    const entries = unique(holder, field, keys);
    if (entries !== undefined) holder[field] = entries;
  }
  return copy;
}

/** A list in an object, and the fields by which a server-side apply tells its entries apart. */
interface KeyedList {
  readonly holder: JsonObject;
  readonly field: string;
  readonly keys: readonly string[];
}

function listsIn(podSpec: Json | undefined): KeyedList[] {
  const ofContainers = containersIn(podSpec).flatMap((holder) => [
    { holder, field: 'env', keys: ['name'] },
    { holder, field: 'ports', keys: ['containerPort', 'protocol'] },
  ]);
  return isObject(podSpec)
    ? [...ofContainers, { holder: podSpec, field: 'imagePullSecrets', keys: ['name'] }]
    : ofContainers;
}

/** The entries of a list without those that are repeated later; undefined if none is. */
function unique(holder: JsonObject, field: string, keys: readonly string[]): JsonObject[] | undefined {
  const entries = objectsAt(holder, field);
  const last = new Map(entries.map((entry) => [keys.map((key) => entry[key] ?? 'TCP').join('/'), entry]));
  return last.size === entries.length ? undefined : entries.filter((entry) => [...last.values()].includes(entry));
}
