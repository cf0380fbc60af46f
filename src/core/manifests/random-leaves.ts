import { isObject, type Json, textAt } from '../base/json.ts';
import { groupOf } from '../kube/identity.ts';
import type { KubeObject } from '../kube/objects.ts';
import { storedForm } from '../kube/stored-form.ts';
import type { Manifest } from './manifests.ts';

/** The way to a value in an object: a key of a map, or an item of a list by its name or its position. */
type Step = string | { readonly item: string | number };
export type Path = readonly Step[];

/**
 * How a value is compared: a text, a text that a Secret encodes, or anything else, which is kept as a whole or not at
 * all.
 */
type Form = 'text' | 'encoded' | 'opaque';

/** A value that is another one each time the same input is rendered; `one` and `other` are two of them, as texts. */
export interface RandomLeaf {
  readonly path: Path;
  readonly form: Form;
  readonly one: string;
  readonly other: string;
}

/** An object with random values. `fault` is the reason why they cannot be kept. */
export interface RandomObject {
  readonly leaves: readonly RandomLeaf[];
  readonly fault: string | undefined;
}

/** What is random in the manifests. */
export interface RandomValues {
  /** By `keyIn`. */
  readonly objects: ReadonlyMap<string, RandomObject>;
  /** Objects that are not in both renderings. */
  readonly unpaired: readonly Manifest[];
}

export const NOTHING_RANDOM: RandomValues = { objects: new Map(), unpaired: [] };

/** Identifies an object of the manifests by the name that it has there, and by its namespace: many names are in two. */
function keyIn(namespace: string, { object, given }: Manifest): string {
  return `${namespace}/${groupOf(object.apiVersion)}/${given}`;
}

function keyGiven(manifest: Manifest): string {
  return keyIn(manifest.object.metadata.namespace ?? '', manifest);
}

/** What is random in an object of a stack, which has a namespace whether the manifests name it or not. */
export function randomOf({ objects }: RandomValues, manifest: Manifest): RandomObject | undefined {
  return objects.get(keyGiven(manifest)) ?? objects.get(keyIn('', manifest));
}

/** Finds what differs between two renderings of the same input. */
export function randomIn(one: readonly Manifest[], other: readonly Manifest[]): RandomValues {
  const second = new Map(other.map((manifest) => [keyGiven(manifest), manifest]));
  const first = new Set(one.map(keyGiven));
  const unpaired = [
    ...one.filter((manifest) => !second.has(keyGiven(manifest))),
    ...other.filter((manifest) => !first.has(keyGiven(manifest))),
  ];
  const objects = one.flatMap((manifest): [string, RandomObject][] => {
    const counterpart = second.get(keyGiven(manifest));
    const random = counterpart && differencesOf(manifest, counterpart);
    return random === undefined ? [] : [[keyGiven(manifest), random]];
  });
  return { objects: new Map(objects), unpaired };
}

function differencesOf(one: Manifest, other: Manifest): RandomObject | undefined {
  const [a, b] = [one, other].map(({ object }) => storedForm(object) as unknown as Json);
  const found = between(a, b, []);
  if (found.length === 0) return undefined;
  const isSecret = one.object.kind === 'Secret';
  return {
    leaves: found.flatMap((value) => ('fault' in value ? [] : leafOf(value, isSecret))),
    fault: found.flatMap((value) => ('fault' in value ? pathText(value.fault) : []))[0],
  };
}

interface Difference {
  readonly path: Path;
  readonly one: Json;
  readonly other: Json;
}

/** The values in which two renderings differ, and the places where they do not have the same fields or items. */
function between(one: Json | undefined, other: Json | undefined, path: Path): (Difference | { fault: Path })[] {
  if (one === undefined || other === undefined) return one === other ? [] : [{ fault: path }];
  if (isObject(one) && isObject(other)) {
    const keys = [...new Set([...Object.keys(one), ...Object.keys(other)])];
    return keys.flatMap((key) => between(one[key], other[key], [...path, key]));
  }
  if (Array.isArray(one) && Array.isArray(other)) {
    if (one.length !== other.length) return [{ fault: path }];
    return one.flatMap((item, index) => between(item, other[index], [...path, stepTo(one, index)]));
  }
  if (one === other) return [];
  return typeof one === 'object' || typeof other === 'object' ? [{ fault: path }] : [{ path, one, other }];
}

/** The name of a list item, since a release may add items to the list; its position if it has no name of its own. */
function stepTo(list: readonly Json[], index: number): Step {
  const name = textAt(list[index], 'name');
  const isUnique = name !== undefined && list.filter((item) => textAt(item, 'name') === name).length === 1;
  return { item: isUnique ? name : index };
}

function leafOf({ path, one, other }: Difference, isSecret: boolean): RandomLeaf {
  const forms: readonly Form[] = isSecret && path[0] === 'data' ? ['encoded', 'opaque'] : ['text', 'opaque'];
  for (const form of forms) {
    const [a, b] = [textIn(form, one), textIn(form, other)];
    if (a !== undefined && b !== undefined) return { path, form, one: a, other: b };
  }
  throw new Error('every value has an opaque form');
}

function textIn(form: Form, value: Json): string | undefined {
  if (form === 'opaque') return JSON.stringify(value);
  if (typeof value !== 'string') return undefined;
  if (form === 'text') return value;
  const bytes = Buffer.from(value, 'base64');
  const text = bytes.toString('utf8');
  return bytes.equals(Buffer.from(text)) ? text : undefined;
}

/** The leaf, as an opaque one if what one of these objects has in its place is no text: random bytes may look like text. */
export function leafAmong(leaf: RandomLeaf, objects: readonly KubeObject[]): RandomLeaf {
  const opaque = { ...leaf, form: 'opaque' as const };
  const isText = (object: KubeObject) =>
    textAtLeaf(object, leaf) !== undefined || textAtLeaf(object, opaque) === undefined;
  if (leaf.form !== 'encoded' || objects.every(isText)) return leaf;
  const [one, other] = [leaf.one, leaf.other].map((text) => JSON.stringify(Buffer.from(text).toString('base64')));
  return { ...opaque, one: one ?? '', other: other ?? '' };
}

/** The text of the value at a leaf's place in another object, or undefined if there is none of that form. */
export function textAtLeaf(object: KubeObject, { path, form }: RandomLeaf): string | undefined {
  const found = path.reduce<Json | undefined>(valueAfter, object as unknown as Json);
  return found === undefined ? undefined : textIn(form, found);
}

/** Sets the value at a leaf's place in `object`, in place. */
export function setLeaf(object: KubeObject, { path, form }: RandomLeaf, text: string): void {
  const holder = path.slice(0, -1).reduce<Json | undefined>(valueAfter, object as unknown as Json);
  const last = path.at(-1);
  const value: Json =
    form === 'opaque' ? JSON.parse(text) : form === 'encoded' ? Buffer.from(text).toString('base64') : text;
  if (Array.isArray(holder) && typeof last === 'object') holder[positionOf(holder, last.item)] = value;
  else if (isObject(holder) && typeof last === 'string') holder[last] = value;
}

function valueAfter(value: Json | undefined, step: Step): Json | undefined {
  if (typeof step === 'object') return Array.isArray(value) ? value[positionOf(value, step.item)] : undefined;
  return isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined;
}

function positionOf(list: readonly Json[], item: string | number): number {
  return typeof item === 'number' ? item : list.findIndex((one) => textAt(one, 'name') === item);
}

/** `data.password`, `spec.template.spec.containers[web].env[TOKEN].value`. */
export function pathText(path: Path): string {
  return path
    .map((step) => (typeof step === 'object' ? `[${step.item}]` : `.${step}`))
    .join('')
    .slice(1);
}
