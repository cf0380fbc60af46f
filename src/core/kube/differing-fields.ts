import { isObject, type Json, type JsonObject, objectAt, textAt } from '../base/json.ts';
import { isMark } from './exposure.ts';
import { kindOf } from './identity.ts';
import { limitFields, limitsBefore } from './limits.ts';
import { ANNOTATION_SUSPEND, annotation, type KubeObject } from './objects.ts';
import { ANNOTATION_PAUSED } from './scalers.ts';

/**
 * The fields in which two states of an object differ, as paths for people: only what manifests say, not what a release
 * itself (replicas, its own marks) or the server changes. It shows no values.
 */
export function differingFields(present: KubeObject, wanted: KubeObject): string[] {
  return pathsBetween(asGiven(present), asGiven(wanted, present), '');
}

/** `present` with the fields of `wanted`: the closest result for an object that the server would not accept. */
export function overlaid(present: KubeObject, wanted: KubeObject): KubeObject {
  return overlay(present as unknown as Json, wanted as unknown as Json) as unknown as KubeObject;
}

function overlay(present: Json | undefined, wanted: Json): Json {
  if (Array.isArray(present) && Array.isArray(wanted)) {
    const held = byName(present);
    return [...byName(wanted)].map(([name, item]) => overlay(held.get(name), item));
  }
  if (!isObject(present) || !isObject(wanted)) return wanted;
  const entries = Object.entries(wanted).map(([key, item]) => [key, overlay(present[key], item)] as const);
  return { ...present, ...Object.fromEntries(entries) };
}

/** The part of an object that its manifest defines. `held` is the one that a release may have held or paused. */
export function asGiven(object: KubeObject, held = object): JsonObject {
  const { apiVersion: _, kind: ___, status: __, metadata, ...rest } = structuredClone(object) as unknown as JsonObject;
  const spec = objectAt(rest, 'spec');
  const template = objectAt(spec, 'template', 'metadata');
  const steered = kindOf(object)?.steered;
  if (steered !== undefined) delete spec[steered];
  if (limitsBefore(held) !== undefined) for (const field of limitFields(object)) delete spec[field];
  if (isObject(template.annotations)) template.annotations = unmarked(template.annotations);
  const labels = unmarked(objectAt(metadata, 'labels'));
  const annotations = unmarked(objectAt(metadata, 'annotations'));
  if (annotation(held, ANNOTATION_SUSPEND) === 'false') delete annotations[ANNOTATION_PAUSED];
  return { metadata: { labels, annotations }, ...rest };
}

function unmarked(texts: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(texts).filter(([key]) => !isMark(key) && !key.startsWith('deployment.kubernetes.io/')),
  );
}

function pathsBetween(one: Json | undefined, other: Json | undefined, path: string): string[] {
  if (isEmpty(one) && isEmpty(other)) return [];
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) => pathsBetween(one[key], other[key], path === '' ? key : `${path}.${key}`));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    const [before, after] = [byName(one), byName(other)];
    const names = [...new Set([...before.keys(), ...after.keys()])];
    return names.flatMap((name) => pathsBetween(before.get(name), after.get(name), `${path}[${name}]`));
  }
  return one === other ? [] : [path];
}

/** Lists of the API are maps by name; the others are compared by position. */
function byName(list: readonly Json[]): Map<string, Json> {
  return new Map(list.map((item, index) => [textAt(item, 'name') ?? String(index), item]));
}

/** The server treats an empty map or list like a missing one. */
function isEmpty(value: Json | undefined): boolean {
  return value === undefined || value === null || (typeof value === 'object' && Object.keys(value).length === 0);
}
