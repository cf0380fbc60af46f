import { type Answer, countBy, isLost } from '../harness/load.ts';

/** What visitors ask for, and where the same page of the candidate is. */
export const LIVE = '/';
export const PREVIEW = '/green/';

/** One line on the last second: requests a second, who answered, and what was lost since the start. */
export function liveLine(answers: readonly Answer[], now: number): string {
  const recent = answers.filter((answer) => answer.ended > now - 1_000);
  const counted = `${recent.length}`.padStart(4);
  const live = whoAnswered(recent, LIVE).padEnd(22);
  const preview = whoAnswered(recent, PREVIEW).padEnd(10);
  return `${counted} requests/s   ${LIVE} ${live}  ${PREVIEW} ${preview}  lost ${answers.filter(isLost).length}`;
}

/** Who answered in the last second, so that a change can be noticed. */
export function answering(answers: readonly Answer[], now: number): string {
  const recent = answers.filter((answer) => answer.ended > now - 1_000);
  return [...new Set(recent.map(({ path, who }) => `${path} ${who}`))].toSorted().join();
}

function whoAnswered(answers: readonly Answer[], path: string): string {
  const counts = countBy(
    answers.filter((answer) => answer.path === path),
    (answer) => answer.who,
  );
  const parts = Object.entries(counts).map(([name, count]) => `${name} ${count}`);
  return parts.join(', ') || '–';
}

/** A table with a head, columns as wide as their widest cell. */
export function table(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]) =>
    `  ${row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('   ')
      .trimEnd()}`;
  const [head = [], ...body] = rows;
  return [line(head), `  ${widths.map((width) => '─'.repeat(width)).join('   ')}`, ...body.map(line)].join('\n');
}

/** A line of a log as a runner shows it: groups unfolded, annotations as words; undefined if the runner hides it. */
export function asShown(line: string): string | undefined {
  if (/^::(add-mask|endgroup|debug)::/.test(line)) return undefined;
  const annotation = /^::(error|warning|notice)[^:]*::(.*)/.exec(line);
  if (annotation === null) return line.replace(/^::group::/, '▾ ');
  const [, kind, text = ''] = annotation;
  return `${kind}: ${text.replaceAll('%0A', '\n').replaceAll('%0D', '').replaceAll('%25', '%')}`;
}
