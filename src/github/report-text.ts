import type * as core from '@actions/core';
import { type Place, type Problem, placeText } from '../core/base/error.ts';
import { cut, inert, oneLine } from './inert.ts';

/** The length limit of one text in the log, in characters. */
export const LINE_LIMIT = 8_000;

/** What was done to an object, and what a plan would do. */
export const DONE = { create: 'created', change: 'changed', keep: 'kept', delete: 'deleted' } as const;
export const PLANNED = {
  create: 'would create',
  change: 'would change',
  keep: 'would keep',
  delete: 'would delete',
} as const;

/** The place of an annotation; undefined if it has none. */
export function annotationAt(place: Place | undefined): core.AnnotationProperties | undefined {
  return place && { file: oneLine(place.file), ...(place.line === undefined ? {} : { startLine: place.line }) };
}

/** A sentence with its place, if it has one. */
export function placed(text: string, place: Place | undefined): string {
  return place === undefined ? text : `${oneLine(placeText(place))}: ${text}`;
}

/** A problem as an item of a list: what it says is harmless already, the name of its file is not. */
export function listItem({ text, place }: Problem): string {
  const at = place === undefined ? '' : `${inert(placeText(place))}: `;
  return `  - ${at}${cut(text, LINE_LIMIT).replaceAll('\n', '\n    ')}`;
}
