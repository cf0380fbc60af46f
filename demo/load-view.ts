import { type Answer, countBy, isLost } from '../harness/load.ts';

/** One line on the last second: requests a second, who answered, and what was lost since the start. */
export function liveLine(answers: readonly Answer[], now: number, title: string): string {
  const recent = answers.filter((answer) => answer.ended > now - 1_000);
  const who = (path: string) => {
    const counts = countBy(
      recent.filter((answer) => answer.path.startsWith(path)),
      (answer) => answer.who,
    );
    return (
      Object.entries(counts)
        .map(([name, count]) => `${name} ${count}`)
        .join(', ') || '–'
    );
  };
  const lost = answers.filter(isLost).length;
  return `${`${recent.length}`.padStart(4)} requests/s   / : ${who('/visit').padEnd(24)} /green : ${who('/green').padEnd(12)} lost ${lost}   ${title}`;
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

/** A log as a runner shows it: groups unfolded, annotations as words, and nothing of what is to be hidden. */
export function asShown(log: string): string {
  return log
    .split('\n')
    .filter((line) => !/^::(add-mask|endgroup)::/.test(line))
    .map((line) => line.replace(/^::group::/, '▾ ').replace(/^::(error|warning|notice)[^:]*::/, '$1: '))
    .join('\n');
}
