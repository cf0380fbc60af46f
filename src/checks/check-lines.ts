import type { CheckStep } from './tools.ts';

/** Writes the lines of a check to the log: below its name, or each with it where lines of other checks may come between. */
export function checkLines({ mixesLines, say }: CheckStep, name: string): (line: string) => void {
  if (mixesLines) return (line) => say(`  ${name} │ ${line}`);
  let isTitled = false;
  return (line) => {
    if (!isTitled) say(`${name}:`);
    isTitled = true;
    say(`  ${line}`);
  };
}
