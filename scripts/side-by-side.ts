import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

/** A line on the screen at least this often, in milliseconds: a test under load can take minutes. */
const NEWS = 20_000;

/** Commands side by side on one screen, on which something moves all the time until `end`. */
export class Screen {
  readonly #start = performance.now();
  readonly #news = setTimeout(() => {
    this.#print(`the tests go on, after ${Math.round((performance.now() - this.#start) / 1_000)} s`);
  }, NEWS);

  /** Runs a command and hands its lines on, each after `mark`; whether it ended well. `env` is added to its environment. */
  async run(command: string, args: readonly string[], mark = '', env: Record<string, string> = {}): Promise<boolean> {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env } });
    for (const stream of [child.stdout, child.stderr])
      createInterface({ input: stream }).on('line', (line) => this.#print(`${mark}${line}`));
    const [code] = await once(child, 'close');
    return code === 0;
  }

  /** Says how long all of it took. */
  end(): void {
    const seconds = Math.round((performance.now() - this.#start) / 1_000);
    this.#print(`all of it took ${Math.floor(seconds / 60)} min ${seconds % 60} s`);
    clearTimeout(this.#news);
  }

  #print(line: string): void {
    console.log(line);
    this.#news.refresh();
  }
}
