import type { Journal } from '../src/core/report/journal.ts';
import type { Result } from '../src/core/report/result-schema.ts';
import { FACTS, FACTS_VARIABLE } from '../src/github/outputs.ts';

/** What the summary of a step is made of. */
export interface SummaryFacts {
  readonly result: Result;
  readonly journal: Journal;
}

/** The environment of a step that writes what its summary is made of. */
export const WITH_FACTS = { RUNNER_DEBUG: '1', [FACTS_VARIABLE]: '1' };

/** What a step with this environment wrote; throws if it did not. */
export function factsIn(stdout: string): SummaryFacts {
  const start = `::debug::${FACTS}`;
  const parts = stdout.split('\n').filter((one) => one.startsWith(start));
  if (parts.length === 0) throw new Error('the log does not say what its summary is made of');
  // `%25` and the like, as @actions/core writes them.
  return JSON.parse(parts.map((part) => decodeCommand(part.slice(start.length))).join(''));
}

function decodeCommand(text: string): string {
  return text.replaceAll('%0D', '\r').replaceAll('%0A', '\n').replaceAll('%25', '%');
}
