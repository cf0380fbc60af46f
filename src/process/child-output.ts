import type { ChildProcess } from 'node:child_process';

/** The outputs of a program. A line of one may come in the middle of a line of the other. */
export const OUTPUTS = ['stdout', 'stderr'] as const;
export type Output = (typeof OUTPUTS)[number];

/** Reads nothing more: else a child has not ended until all that have its outputs have. */
export function letGo(child: ChildProcess): void {
  for (const output of OUTPUTS) child[output]?.destroy();
}

/** Lets a child's outputs go once it has ended, and what it wrote was read. */
export function letGoAtExit(child: ChildProcess): void {
  // The first comes after what Node was just reading, the second after all that there was to read then.
  child.once('exit', () => setImmediate(() => setImmediate(() => letGo(child))));
}

/** How many of a program's last lines an error quotes. */
const LINES = 5;

/** Keeps the beginning of a program's output. The rest is read, so that the program does not block, and dropped. */
export class ChildOutput {
  readonly #limit: number;
  readonly #chunks: Buffer[] = [];
  #size = 0;

  /** `limit` in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  add(chunk: Buffer): void {
    if (this.#size < this.#limit) this.#chunks.push(chunk.subarray(0, this.#limit - this.#size));
    this.#size += chunk.length;
  }

  /** Whether something was dropped. */
  get isCut(): boolean {
    return this.#size > this.#limit;
  }

  text(): string {
    return Buffer.concat(this.#chunks).toString('utf8');
  }
}

/** The end of a program's output, to append to a sentence: empty if there was none. */
export function lastWords(said: string): string {
  const lines = lastLines(said, LINES);
  return lines.length === 0 ? '' : `. Its last lines:\n${lines.map((line) => `  ${line}`).join('\n')}`;
}

/** The end of a program's output, at most `most` lines. */
export function lastLines(said: string, most: number): string[] {
  return said
    .trim()
    .split('\n')
    .slice(-most)
    .filter((line) => line.trim() !== '');
}
