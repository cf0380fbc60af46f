import { canonical, type Json } from '../../core/base/json.ts';
import { keptForMask } from '../../core/base/masking.ts';
import type { Detail } from '../../core/checks/failed-check.ts';
import { differenceOf } from '../../core/kube/diff.ts';

/** How expected and actual JSON is shown side by side. */

/** How many lines of a diff are shown. */
const LINES = 60;
/** In how many lines two values may differ for a diff: to find more takes long. */
const EDITS = 200;

/** A diff of what is expected and what is there, of a size that people read. */
export function diffDetail(lines: readonly string[]): Detail {
  const all = lines.flatMap((line) => line.split('\n'));
  const more = all.length > LINES ? [`… ${all.length - LINES} more lines`] : [];
  const shown = all.slice(0, LINES).map(keptForMask);
  return { title: 'expected (-) and got (+)', text: [...shown, ...more].join('\n'), form: 'diff' };
}

/** The lines in which two values with parts differ; nothing if one has none, or they differ too much. */
export function partsDiffer(path: string, wanted: Json, value: Json): { readonly diff?: readonly string[] } {
  if (!hasParts(wanted) || !hasParts(value)) return {};
  const diff = differenceOf({ [path]: wanted }, { [path]: value }, { edits: EDITS, write: json });
  return diff === '' ? {} : { diff: diff.split('\n') };
}

/** Whether a value is a list or a map. */
export function hasParts(value: Json): boolean {
  return typeof value === 'object' && value !== null;
}

/** As JSON, each value on a line, its keys in order: a mask knows values in this form, and not as YAML quotes them. */
function json(value: Json): string {
  return JSON.stringify(JSON.parse(canonical(value)), undefined, 2);
}
