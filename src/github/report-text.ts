import type * as core from '@actions/core';
import type { Place } from '../core/base/error.ts';
import { oneLine } from './inert.ts';

/** What was done to an object, and what a plan would do. */
export const DONE = { create: 'created', change: 'changed', keep: 'kept', delete: 'deleted' } as const;
export const PLANNED = {
  create: 'would create',
  change: 'would change',
  keep: 'would keep',
  delete: 'would delete',
} as const;

/** The place of an annotation. */
export function annotationAt(place: Place): core.AnnotationProperties {
  return { file: oneLine(place.file), ...(place.line === undefined ? {} : { startLine: place.line }) };
}

/** The lines after the first one, indented below an item of a list. */
export function indent(text: string): string {
  return text.replaceAll('\n', '\n    ');
}

/** At most `limit` characters, and how many more there were. */
export function cut(text: string, limit: number): string {
  return text.length <= limit ? text : `${text.slice(0, limit)}… (${text.length - limit} more characters)`;
}
