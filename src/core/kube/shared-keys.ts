import { isObject, objectsAt, textsOf } from '../base/json.ts';
import { FIELD_MANAGER, type KubeObject } from './objects.ts';
import { contentIn } from './references.ts';

/** How the data of a ConfigMap would change. */
export interface KeyChanges {
  /** Keys to add or change, with their new values. Keys that only the present object has stay. */
  readonly set: Record<string, string>;
  /** Those that have another value now. */
  readonly changed: string[];
  /** Those whose value only Greenpath manages. */
  readonly owned: string[];
}

/** Compares the existing ConfigMap with the one in the manifests. */
export function keyChanges(present: KubeObject, wanted: KubeObject): KeyChanges {
  const now = textsOf(present.data);
  const set = Object.fromEntries(
    Object.entries(textsOf(wanted.data)).filter(([key, value]) => !Object.hasOwn(now, key) || now[key] !== value),
  );
  const changed = Object.keys(set).filter((key) => Object.hasOwn(now, key));
  const foreign = objectsAt(present.metadata, 'managedFields').filter((entry) => entry.manager !== FIELD_MANAGER);
  const owned = changed.filter((key) => !foreign.some((entry) => holds(entry.fieldsV1, key)));
  return { set, changed, owned };
}

/**
 * The keys of a ConfigMap or Secret that the containers of a pod spec read: `all` as soon as one place reads the whole.
 */
export function keysRead(podSpec: unknown, kind: 'ConfigMap' | 'Secret', name: string): 'all' | string[] {
  const references = contentIn(isObject(podSpec) ? podSpec : undefined).filter(
    (reference) => reference.kind === kind && reference.name === name,
  );
  if (references.some((reference) => reference.keys === undefined)) return 'all';
  return references.flatMap((reference) => [...(reference.keys ?? [])]);
}

/** https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management: keys are `f:<key>` below `f:data`. */
function holds(fields: unknown, key: string): boolean {
  const data = isObject(fields) ? fields['f:data'] : undefined;
  return isObject(data) && `f:${key}` in data;
}
