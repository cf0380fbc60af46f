import type { Detail } from '../core/checks/failed-check.ts';
import { lastLines } from '../process/child-output.ts';

/** How many of its last lines a failure quotes. */
const QUOTED = 15;

/** The last lines of what failed, as the detail of the attempt; nothing if there are none. */
export function lastLinesOf(said: string): { readonly detail?: Detail } {
  const lines = lastLines(said, QUOTED);
  return lines.length === 0 ? {} : { detail: { title: 'its last lines', text: lines.join('\n'), form: 'text' } };
}
