import type * as core from '@actions/core';
import { type Place, type Problem, placeText } from '../core/base/error.ts';
import { type FailureReport, reportLines } from '../core/report/failure-report.ts';
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
function listItem({ text, place }: Problem): string {
  const at = place === undefined ? '' : `${inert(placeText(place))}: `;
  return `  - ${at}${cut(text, LINE_LIMIT).replaceAll('\n', '\n    ')}`;
}

/** What is said at the end of a run that failed; every text is masked and harmless. */
interface Said {
  readonly what: string;
  readonly listed: readonly Problem[];
  /** Where visitors are, if that concerns them. */
  readonly where: readonly string[];
  readonly next: string;
  readonly about: string;
  /** How many annotations are not shown. */
  readonly hidden: number;
  readonly failures: FailureReport;
}

/** The end of the log of a run that failed: what, where visitors are and what to do, and then what shows the cause. */
export function failureText({ what, listed, where, next, about, hidden, failures }: Said): string {
  return [
    '',
    ...(hidden > 0 ? [`(${hidden} more annotations are not shown on the run's page)`] : []),
    ...[`What failed: ${cut(what, LINE_LIMIT)}`, ...listed.map(listItem), ...where],
    ...[`What to do: ${next}`, about],
    ...reportLines(failures),
  ].join('\n');
}
