import { StringDecoder } from 'node:string_decoder';
import { stripVTControlCharacters } from 'node:util';
import { cut } from '../core/base/quoted.ts';
import { OUTPUTS, type Output } from './child-output.ts';

/** How much of a line is passed on, in characters. The rest is dropped: what is hidden is found only within one line. */
const LONGEST = 8_192;
/** How many lines are passed on: a program that never stops writing fills no log. */
const MOST = 2_000;
/** How many of the last lines are kept. */
const KEPT = 20;

/** What a program writes, line by line: the first lines are passed on as they come, and the last are kept. */
export class OutputLines {
  readonly #onLine: (line: string) => void;
  readonly #decoders = { stdout: new StringDecoder('utf8'), stderr: new StringDecoder('utf8') };
  /** The lines that have not ended. */
  readonly #open = { stdout: '', stderr: '' };
  readonly #last: string[] = [];
  #count = 0;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  add(piece: Buffer, output: Output): void {
    const lines = (this.#open[output] + this.#decoders[output].write(piece)).split(/\r\n|[\r\n]/);
    const open = lines.pop() ?? '';
    for (const line of lines) this.#note(line);
    this.#open[output] = open.slice(0, LONGEST + 1);
  }

  /** Notes last lines that do not end, and returns the last lines. */
  end(): string {
    for (const output of OUTPUTS) this.#note(this.#open[output] + this.#decoders[output].end());
    if (this.#count > MOST) this.#onLine(`… (${this.#count - MOST} more lines)`);
    return this.#last.join('\n');
  }

  #note(whole: string): void {
    if (stripVTControlCharacters(whole).trim() === '') return;
    const line = cut(whole, LONGEST);
    this.#count += 1;
    if (this.#count <= MOST) this.#onLine(line);
    this.#last.push(line);
    if (this.#last.length > KEPT) this.#last.shift();
  }
}
