import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { pageOf } from '../harness/summary-page.ts';
import type { Step } from './story.ts';

/** Writes the summary of each step as one HTML file, and returns its whole path. */
export function writeReport(steps: readonly Step[], file: string): string {
  const summaries = steps.map(({ mode, outcome }) => ({ heading: mode, markdown: outcome.summary }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, pageOf('Greenpath demo', summaries));
  return resolve(file);
}
