import { createTwoFilesPatch } from 'diff';
import { dump } from 'js-yaml';
import { isObject, type Json, type JsonObject } from './json.ts';
import { ANNOTATION_CONTENT, type KubeObject } from './objects.ts';

/** What the server alone writes, and what repeats the object inside itself. */
const SERVER_FIELDS = ['uid', 'resourceVersion', 'generation', 'creationTimestamp', 'managedFields', 'selfLink'];
const SERVER_ANNOTATIONS = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'deployment.kubernetes.io/revision',
  ANNOTATION_CONTENT,
];
const HIDDEN = '(hidden)';
const HIDDEN_OTHER = '(hidden, another value)';

/**
 * What differs between two states of an object as a unified diff of YAML without its header: only what people write,
 * and no value of a Secret. Empty if nothing differs; an undefined `before` makes everything new.
 */
export function diffOf(before: KubeObject | undefined, after: KubeObject): string {
  const old = before === undefined ? undefined : written(before);
  const now = written(after);
  if (after.kind === 'Secret') hideValues(old, now);
  const [a, b] = [old === undefined ? '' : yaml(old), yaml(now)];
  if (a === b) return '';
  const patch = createTwoFilesPatch('', '', a, b, '', '', { context: 3 });
  return patch
    .split('\n')
    .slice(patch.split('\n').findIndex((line) => line.startsWith('@@')))
    .filter((line) => line !== '\\ No newline at end of file')
    .join('\n')
    .trimEnd();
}

function yaml(value: JsonObject): string {
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

/** Every value of a Secret becomes a word that only says whether it changes. */
function hideValues(old: JsonObject | undefined, now: JsonObject): void {
  for (const field of ['data', 'stringData']) {
    const [before, after] = [objectIn(old, field), objectIn(now, field)];
    for (const key of Object.keys(after)) {
      const same = before === undefined || before[key] === after[key];
      after[key] = same ? HIDDEN : HIDDEN_OTHER;
    }
    for (const key of Object.keys(before ?? {})) if (before !== undefined) before[key] = HIDDEN;
  }
}

function objectIn(object: JsonObject | undefined, field: string): Record<string, Json> {
  const found = object?.[field];
  return isObject(found) ? found : {};
}
