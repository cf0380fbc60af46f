import { formatDuration } from '../core/base/duration.ts';
import type { Journal } from '../core/report/journal.ts';
import { link } from './links.ts';
import { code, plain } from './markdown.ts';

const ROWS = 100;

/** Each check with what it ran against, how it went and how long its slowest answer took, and when they all ran. */
export function checks({ checks: results, stages }: Journal): string {
  if (results.length === 0) return '';
  const stage = stages.find(({ title }) => title === 'Checks');
  const when = stage === undefined ? '' : ` (${timeText(stage.from)}, ${formatDuration(stage.to - stage.from)})`;
  const lines = results.slice(0, ROWS).map(({ name, where, passed, attempts, slowestMs, failure }) => {
    const how = passed ? '✅ passed' : `❌ ${plain(failure, 500)}`;
    const slowest = slowestMs === undefined ? '–' : formatDuration(slowestMs);
    return `| ${code(name)} | ${link(where)} | ${how} | ${slowest} | ${attempts} |`;
  });
  const more = results.length > ROWS ? `\n\n… and ${results.length - ROWS} more` : '';
  return `#### Checks${when}\n\n| check | where | result | slowest | attempts |\n| --- | --- | --- | ---: | ---: |\n${lines.join('\n')}${more}`;
}

/** `2026-11-23 20:37:12 UTC`. */
function timeText(at: number): string {
  return `${new Date(at).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
}
