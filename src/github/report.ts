import * as core from '@actions/core';
import type { GreenpathError, Place } from '../core/error.ts';
import { inert, oneLine } from './inert.ts';

/** GitHub shows ten annotations of a kind a step; more are only counted. */
const ANNOTATIONS = 10;

/** What a run tells people. Every text is made harmless here, so callers pass what they have. */
export interface Report {
  /** One thing that is so, or that changed. */
  line(text: string): void;
  /** Raw material, folded away. */
  folded(title: string, text: string): void;
  warning(text: string): void;
  notice(text: string): void;
  /** The end of a run that failed: what failed, where visitors are, what to do next, and annotations at the places. */
  failure(error: GreenpathError, visitors: string): void;
}

/** A report that goes to the runner's log. */
export function logReport(): Report {
  return {
    line: (text) => core.info(inert(text)),
    folded: (title, text) => {
      core.startGroup(oneLine(title, 200));
      core.info(inert(text).replaceAll(/^/gm, '  '));
      core.endGroup();
    },
    warning: (text) => core.warning(oneLine(text)),
    notice: (text) => core.notice(oneLine(text)),
    failure,
  };
}

function failure(error: GreenpathError, visitors: string): void {
  const placed = error.problems.filter((problem) => problem.place !== undefined);
  for (const { text, place } of placed.slice(0, ANNOTATIONS)) core.error(oneLine(text), annotationAt(place));
  if (placed.length > ANNOTATIONS) core.info(`… and ${placed.length - ANNOTATIONS} more problems, all of them below`);
  const list = error.problems.map(
    ({ text, place }) => `  - ${place ? `${placeText(place)}: ` : ''}${indent(inert(text))}`,
  );
  core.info(
    [
      '',
      `What failed: ${inert(error.message)}`,
      ...list,
      `Visitors: ${inert(visitors)}`,
      `What to do: ${inert(error.next)}`,
      `(${error.code}; docs/troubleshooting.md has more)`,
    ].join('\n'),
  );
  core.setFailed(
    `${oneLine(error.message)} · Visitors: ${oneLine(visitors)} · What to do: ${oneLine(error.next)} [${error.code}]`,
  );
}

function annotationAt(place: Place | undefined): core.AnnotationProperties {
  if (place === undefined) return {};
  return { file: place.file, ...(place.line === undefined ? {} : { startLine: place.line }) };
}

function placeText(place: Place): string {
  return inert(place.line === undefined ? place.file : `${place.file}:${place.line}`);
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n    ');
}
