import { canonical, isObject, type Json, type JsonObject, valueAt } from '../base/json.ts';
import type { KubeObject } from './objects.ts';

/** Lists of a ServiceAccount to which controllers add entries. */
const ADDED_TO = ['secrets', 'imagePullSecrets'];
/** Lists of a NetworkPolicy. In their entries, an empty selector says something else than none. */
const PEERS = ['spec.ingress.from', 'spec.egress.to'];
/** The fields of a LabelSelector. */
const PARTS = ['matchLabels', 'matchExpressions'];
/** Beside one of these, a selector is that of a workload or a claim, and the server refuses every change of it. */
const FIXING = ['template', 'accessModes'];

/**
 * The paths where `present` lacks or contradicts what `wanted` says. It may have more than that, but not in label
 * selectors, where a further label makes them select less. In what is not `exact` it may all the same.
 */
export function unequal(wanted: Json, present: unknown, path: readonly string[], exact = true): (readonly string[])[] {
  if (present === undefined && isEmpty(wanted)) return saysSomething(wanted, path) ? [path] : [];
  if (isObject(wanted)) {
    const inside = Object.entries(wanted).flatMap(([key, value]) =>
      unequal(value, valueAt(present, key), [...path, key], exact && !isFixed(wanted, key)),
    );
    const others = exact ? superfluous(wanted, present, path) : [];
    return [...inside, ...others.map((key) => [...path, key])];
  }
  if (Array.isArray(wanted)) return holdsItems(wanted, present, path) ? [] : [path];
  return canonical(wanted) === canonical(present) ? [] : [path];
}

/**
 * These fields of `wanted` as a JSON merge patch for `present`. It removes what is superfluous in label selectors that can
 * change. A list replaces that of `present` unless that one has all it says; lists to which controllers add keep their
 * entries.
 */
export function mergedContent(wanted: KubeObject, present: KubeObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(fields.map((field) => [field, patchTo(wanted[field] as Json, present[field], [field])]));
}

function patchTo(wanted: Json, present: unknown, path: readonly string[], exact = true): Json {
  if (Array.isArray(wanted)) return isAddedTo(path) ? joined(wanted, present, path) : wanted;
  if (!isObject(wanted)) return wanted;
  const isKept = (value: Json, key: string) =>
    Array.isArray(value) && value.length > 0 && holdsItems(value, valueAt(present, key), [...path, key]);
  const patched = (value: Json, key: string) =>
    patchTo(value, valueAt(present, key), [...path, key], exact && !isFixed(wanted, key));
  const set = Object.entries(wanted).flatMap(([key, value]): [string, Json][] =>
    isKept(value, key) ? [] : [[key, patched(value, key)]],
  );
  const removed = (exact ? superfluous(wanted, present, path) : []).map((key): [string, Json] => [key, null]);
  return Object.fromEntries([...set, ...removed]);
}

function holdsItems(wanted: readonly Json[], present: unknown, path: readonly string[]): boolean {
  const items = itemsOf(present);
  if (isAddedTo(path)) return wanted.every((item) => isAmong(item, items, path));
  // An empty list says nothing elsewhere.
  if (wanted.length === 0) return path.at(-1) !== 'matchExpressions' || items.length === 0;
  return (
    items.length === wanted.length && wanted.every((item, index) => unequal(item, items[index], path).length === 0)
  );
}

function joined(wanted: readonly Json[], present: unknown, path: readonly string[]): Json[] {
  const items = itemsOf(present);
  return [...items, ...wanted.filter((item) => !isAmong(item, items, path))];
}

function isAmong(item: Json, items: readonly Json[], path: readonly string[]): boolean {
  return items.some((one) => unequal(item, one, path).length === 0);
}

function isAddedTo(path: readonly string[]): boolean {
  return ADDED_TO.includes(path.join('.'));
}

function itemsOf(value: unknown): readonly Json[] {
  return Array.isArray(value) ? value : [];
}

/** Whether the field `key` of `map` is a label selector that cannot change. */
function isFixed(map: JsonObject, key: string): boolean {
  return key === 'selector' && FIXING.some((field) => Object.hasOwn(map, field));
}

/** The keys of a label selector that only the cluster has. */
function superfluous(wanted: JsonObject, present: unknown, path: readonly string[]): string[] {
  if (!isObject(present)) return [];
  const others = Object.keys(present).filter((key) => !Object.hasOwn(wanted, key));
  if (isPeer(path) || isLabelMap(present, path)) return others;
  const isSelector = /selector$/i.test(path.at(-1) ?? '');
  return others.filter((key) => isSelector && PARTS.includes(key) && !isEmpty(present[key] ?? null));
}

function isPeer(path: readonly string[]): boolean {
  return PEERS.includes(path.join('.'));
}

/** Whether a map at `path` names labels and their values, as a Service's `selector` does. */
function isLabelMap(map: JsonObject, path: readonly string[]): boolean {
  if (path.at(-1) === 'matchLabels') return true;
  return path.at(-1) === 'selector' && Object.values(map).every((value) => typeof value === 'string');
}

/** The server stores no empty fields. */
function isEmpty(value: Json): boolean {
  return value === null || value === '' || (typeof value === 'object' && Object.keys(value).length === 0);
}

/** Whether an empty value is stored all the same: the value of a label that is selected, or the selector of a peer. */
function saysSomething(value: Json, path: readonly string[]): boolean {
  const parent = path.slice(0, -1);
  return value === '' ? ['matchLabels', 'selector'].includes(parent.at(-1) ?? '') : isObject(value) && isPeer(parent);
}
