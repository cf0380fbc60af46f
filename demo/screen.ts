import { styleText } from 'node:util';

/** The widest line that is written, also where the terminal has room for more. */
const WIDTH = 100;
const INDENT = 11;

/** What the screen is written to: a terminal, or a file or pipe. */
export interface Output {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/**
 * Lines with the time at which they came, none wider than the terminal. On a terminal blue is blue, green is green (unless
 * NO_COLOR is set), and one line at the bottom shows the present state.
 */
export class Screen {
  readonly #out: Output;
  readonly #isTerminal: boolean;
  readonly #isColoured: boolean;
  readonly #start = performance.now();
  #status = '';

  constructor(out: Output, environment: NodeJS.ProcessEnv) {
    this.#out = out;
    this.#isTerminal = out.isTTY === true && environment.TERM !== 'dumb';
    this.#isColoured = this.#isTerminal && (environment.NO_COLOR ?? '') === '';
  }

  /** Whether `status` shows one line that changes, so that nothing has to be repeated. */
  get isTerminal(): boolean {
    return this.#isTerminal;
  }

  /** A moment of `performance.now()` as it is shown. */
  time(moment: number): string {
    return `${((moment - this.#start) / 1_000).toFixed(1)} s`;
  }

  /** Writes a line, with the time. */
  readonly say = (text: string): void => {
    const prefix = `${this.time(performance.now()).padStart(INDENT - 2)}  `;
    const lines = text.split('\n').flatMap((line) => wrap(line, this.#width - INDENT));
    this.#write(lines.map((line, index) => `${index === 0 ? prefix : ' '.repeat(INDENT)}${line}`));
  };

  /** Writes lines as they are, without the time. */
  print(text: string): void {
    this.#write(text.split('\n').flatMap((line) => wrap(line, this.#width)));
  }

  /** Shows the present state: in the line at the bottom, or, where there is none, not at all. */
  status(text: string): void {
    if (!this.#isTerminal) return;
    const prefix = `${this.time(performance.now()).padStart(INDENT - 2)}  `;
    this.#status = text === '' ? '' : `${prefix}${text}`.slice(0, this.#width - 1);
    this.#out.write(`\r\x1b[K${this.#paint(this.#status)}`);
  }

  get #width(): number {
    return this.#isTerminal ? Math.max(40, Math.min(this.#out.columns ?? WIDTH, WIDTH)) : WIDTH;
  }

  #write(lines: readonly string[]): void {
    const clear = this.#status === '' ? '' : '\r\x1b[K';
    const text = lines.map((line) => `${this.#paint(line)}\n`).join('');
    this.#out.write(`${clear}${text}${this.#paint(this.#status)}`);
  }

  #paint(line: string): string {
    if (!this.#isColoured) return line;
    const options = { validateStream: false };
    return line
      .replace(/^(.{11})▾ .*/, (text) => styleText('bold', text, options))
      .replace(/\bblue\b|\bv?1[.-]22[.-]\d+\b/g, (text) => styleText('blueBright', text, options))
      .replace(/(?<![\w-])\/?green\b(?!-)|\bv?1[.-]24[.-]\d+\b/g, (text) => styleText('green', text, options));
  }
}

/** Breaks a line between words; what follows is indented two more than the line is. A word that is too long is cut. */
export function wrap(line: string, width: number): string[] {
  const indent = /^ */.exec(line)?.[0].length ?? 0;
  const lines: string[] = [];
  let rest = line;
  while (rest.length > width) {
    const space = rest.lastIndexOf(' ', width);
    const end = space > indent + 2 ? space : width;
    lines.push(rest.slice(0, end).trimEnd());
    rest = ' '.repeat(indent + 2) + rest.slice(end).trimStart();
  }
  return [...lines, rest];
}
