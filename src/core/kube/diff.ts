import { createTwoFilesPatch } from 'diff';
import { dump } from 'js-yaml';
import { canonical, isObject, type Json, type JsonObject, objectAt } from '../base/json.ts';
import { withNamed } from './named-values.ts';
import { ANNOTATION_CONTENT, type KubeObject } from './objects.ts';

/** Fields that only the server writes, and fields that repeat the object inside itself. */
const SERVER_FIELDS = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'];
const SERVER_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  ANNOTATION_CONTENT,
];
const HIDDEN = '(hidden)';
const HIDDEN_OTHER = '(hidden, another value)';

/**
 * The difference between two states of an object as a unified diff of YAML without its header: only what people write,
 * no value of a Secret, and no password. Empty if nothing differs; an undefined `before` makes everything new.
 */
export function diffOf(before: KubeObject | undefined, after: KubeObject): string {
  const old = before === undefined ? undefined : written(before);
  const now = written(after);
  if (after.kind === 'Secret') hideValues(old, now);
  return differenceOf(old, now);
}

/**
 * The difference between two states that show no content of Secrets, as `diffOf` returns it. In place of each text that
 * is called a password, a word says only whether it is another one: a mask may not find it as YAML quotes it. It is empty
 * also if more than `edits` lines differ. `write` writes both, as YAML unless it is given.
 */
export function differenceOf(
  before: JsonObject | undefined,
  after: JsonObject,
  { edits, write = yaml }: { readonly edits?: number; readonly write?: (value: Json) => string } = {},
): string {
  const seen = new Map<string, string[]>();
  const word = (text: string, name: string) => {
    const values = seen.get(name) ?? [];
    if (!values.includes(text)) values.push(text);
    seen.set(name, values);
    const at = values.indexOf(text);
    return [HIDDEN, HIDDEN_OTHER][at] ?? `(hidden, another value ${at})`;
  };
  const old = before === undefined ? '' : write(withNamed(before, word));
  return unified(old, write(withNamed(after, word)), edits);
}

/** The difference between two texts as a unified diff without its header; empty if there is none, or if it is too large. */
function unified(a: string, b: string, edits = Number.POSITIVE_INFINITY): string {
  if (a === b) return '';
  const patch = createTwoFilesPatch('', '', a, b, '', '', { context: 3, maxEditLength: edits }) ?? '';
  return patch
    .split('\n')
    .slice(patch.split('\n').findIndex((line) => line.startsWith('@@')))
    .filter((line) => line !== '\\ No newline at end of file')
    .join('\n')
    .trimEnd();
}

/** An object as people write it, its keys in order. */
function yaml(value: Json): string {
  return dump(value, { sortKeys: true, lineWidth: -1, noRefs: true });
}

function written(object: KubeObject): JsonObject {
  const { status: _, ...copy } = structuredClone(object) as unknown as JsonObject;
  const metadata = isObject(copy.metadata) ? copy.metadata : {};
  for (const field of SERVER_FIELDS) delete metadata[field];
  const { annotations } = metadata;
  if (isObject(annotations)) {
    for (const key of SERVER_ANNOTATIONS) delete annotations[key];
    if (Object.keys(annotations).length === 0) delete metadata.annotations;
  }
  return copy;
}

/** What a Secret shows besides its metadata; a misspelled field may contain its content as well. */
const SHOWN = ['apiVersion', 'kind', 'metadata', 'type', 'immutable'];

/**
 * Replaces every value of a Secret by a word that only says whether it changes. Annotations of tools may repeat values.
 */
function hideValues(old: JsonObject | undefined, now: JsonObject): void {
  const fields = [...Object.keys(old ?? {}), ...Object.keys(now)].filter((field) => !SHOWN.includes(field));
  for (const field of new Set(fields)) hideIn(old, now, field);
  hideIn(old && objectAt(old, 'metadata'), objectAt(now, 'metadata'), 'annotations');
}

function hideIn(old: JsonObject | undefined, now: JsonObject, field: string): void {
  const [before, after] = [old?.[field], now[field]];
  const word = (one: Json | undefined, other: Json | undefined) =>
    other === undefined || canonical(one) === canonical(other) ? HIDDEN : HIDDEN_OTHER;
  if (old !== undefined && before !== undefined) old[field] = isObject(before) ? mapped(before, () => HIDDEN) : HIDDEN;
  if (after === undefined) return;
  now[field] = isObject(after)
    ? mapped(after, (key, value) => word(value, objectAt(before)[key]))
    : word(after, before);
}

function mapped(map: JsonObject, word: (key: string, value: Json) => string): JsonObject {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, word(key, value)]));
}
