import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { factsIn } from '../harness/summary-facts.ts';
import { pageOf } from '../harness/summary-page.ts';
import type { Step } from './story.ts';

/** Writes the summary of each step as one HTML file, and returns its whole path. */
export function writeReport(steps: readonly Step[], file: string): string {
  const summaries = steps.map(({ mode, outcome }) => ({ heading: mode, markdown: outcome.summary }));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, pageOf('Greenpath demo', summaries));
  return resolve(file);
}

/** Writes what the summaries are made of, by mode, as JSON. */
export function writeFacts(steps: readonly Step[], file: string): void {
  const facts = Object.fromEntries(steps.map(({ mode, outcome }) => [mode, factsIn(outcome.stdout)]));
  writeFileSync(file, JSON.stringify(facts));
}
