import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { SummaryFacts } from '../harness/summary-facts.ts';
import { summaryOf } from '../src/github/summary.ts';

/** A recorded run of the demo, by mode: what the summary of each step is made of. */
const FACTS_FILE = 'docs/summary.json';
/** A digest of what each picture shows, and of the picture. */
export const DRAWN_FILE = 'docs/summary-drawn.json';

/** The README's pictures: the step whose summary each shows, and the section before which it ends. */
export const PICTURES: readonly { readonly name: string; readonly mode: string; readonly end: string }[] = [
  { name: 'approval', mode: 'verify', end: 'Timeline' },
  { name: 'summary', mode: 'promote', end: 'Timeline' },
];
export const SCHEMES = ['light', 'dark'] as const;

/** What a picture was drawn of, and what came of it, as digests. */
export interface Drawn {
  readonly summary: string;
  readonly pictures: Readonly<Record<string, string>>;
}

/** Where a picture is; the light one has the plain name. */
export function pictureFile(name: string, scheme: (typeof SCHEMES)[number]): string {
  return `docs/${name}${scheme === 'dark' ? '-dark' : ''}.png`;
}

/** The summary of a recorded step, as it would be written now. */
export function recordedSummary(mode: string): string {
  const facts: Record<string, SummaryFacts | undefined> = JSON.parse(readFileSync(FACTS_FILE, 'utf8'));
  const step = facts[mode];
  if (step === undefined) throw new Error(`${FACTS_FILE} holds no step ${mode}`);
  return summaryOf(step.result, step.journal);
}

/** A digest for comparison. */
export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}
