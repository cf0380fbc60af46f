import { isObject, type Json, type JsonObject, objectAt, objectsAt } from '../base/json.ts';

/**
 * Whether a LabelSelector selects pods with `labels`: everything in `matchLabels` and in `matchExpressions` holds. A
 * missing selector selects nothing and an empty one everything; one that the API server would refuse selects nothing.
 * https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#resources-that-support-set-based-requirements
 */
export function selectorMatches(selector: Json | undefined, labels: Readonly<Record<string, string>>): boolean {
  if (!isObject(selector)) return false;
  const expressions = selector.matchExpressions ?? [];
  return (
    Object.entries(objectAt(selector, 'matchLabels')).every(([key, value]) => labelOf(labels, key) === value) &&
    Array.isArray(expressions) &&
    expressions.every((expression) => isObject(expression) && holds(expression, labels))
  );
}

/** Whether `selector` exists and is empty, so that it selects every pod of the namespace. */
export function selectsAll(selector: Json | undefined): boolean {
  if (!isObject(selector)) return false;
  const asked = [...Object.keys(objectAt(selector, 'matchLabels')), ...objectsAt(selector, 'matchExpressions')];
  return asked.length === 0;
}

/**
 * `selector` with the additional requirement that the label `key` is `value`. Its earlier requirements on that label
 * are removed: `key DoesNotExist` was true of pods that did not have the label yet.
 */
export function withLabel(selector: JsonObject, key: string, value: string): JsonObject {
  const { matchExpressions, ...rest } = selector;
  const others = objectsAt(selector, 'matchExpressions').filter((expression) => expression.key !== key);
  const none = Array.isArray(matchExpressions) && matchExpressions.length > 0 && others.length === 0;
  return {
    ...rest,
    ...(matchExpressions === undefined || none ? {} : { matchExpressions: others }),
    matchLabels: { ...objectAt(selector, 'matchLabels'), [key]: value },
  };
}

/**
 * `NotIn` is true of pods without the label; a missing or superfluous list for an operator makes the selector invalid.
 */
function holds(expression: JsonObject, labels: Readonly<Record<string, string>>): boolean {
  const { key, operator, values } = expression;
  if (typeof key !== 'string') return false;
  const value = labelOf(labels, key);
  const list = Array.isArray(values) ? values : [];
  if (operator === 'In') return value !== undefined && list.includes(value);
  if (operator === 'NotIn') return list.length > 0 && (value === undefined || !list.includes(value));
  if (operator === 'Exists') return list.length === 0 && value !== undefined;
  if (operator === 'DoesNotExist') return list.length === 0 && value === undefined;
  return false;
}

/** A label key is any text, `constructor` included. */
function labelOf(labels: Readonly<Record<string, string>>, key: string): string | undefined {
  return Object.hasOwn(labels, key) ? labels[key] : undefined;
}
