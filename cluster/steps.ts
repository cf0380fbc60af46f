import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { access } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

export type Log = (line: string) => void;

/** A line on the screen at least this often, in milliseconds. */
const NEWS = 10_000;

/** Logs a line every ten seconds, the first one after `first` milliseconds, until the returned function is called. */
export function tellNowAndThen(log: Log, line: () => string, first = NEWS): () => void {
  const tell = () => {
    log(line());
    timer = setTimeout(tell, NEWS);
  };
  let timer = setTimeout(tell, first);
  return () => clearTimeout(timer);
}

/** Runs one step, and says how long it takes: now and then while it runs, and at its end. */
export async function step<T>(log: Log, title: string, action: () => Promise<T>): Promise<T> {
  const start = performance.now();
  const seconds = () => (performance.now() - start) / 1_000;
  const stop = tellNowAndThen(log, () => `not yet, after ${seconds().toFixed(0)} s: ${title}`);
  try {
    const result = await action();
    log(`${title} (${seconds().toFixed(1)} s)`);
    return result;
  } finally {
    stop();
  }
}

/** Runs a program to its end and returns its output; rejects with its last lines if it fails. */
export async function run(
  command: string,
  args: readonly string[],
  options: { cwd?: string; env?: NodeJS.ProcessEnv } = {},
): Promise<string> {
  const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk;
  });
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const [status] = (await once(child, 'close')) as [number | null];
  if (status !== 0)
    throw new Error(
      `${command} ${args.slice(0, 3).join(' ')}… failed (${status ?? 'killed'}):\n${lastLines(errors || output)}`,
    );
  return output;
}

/** Awaits a condition, looking every 50 ms; rejects with `what` after `seconds`. */
export async function until(what: string, seconds: number, condition: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + seconds * 1_000;
  while (!(await condition())) {
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s in vain: ${what}`);
    await delay(50);
  }
}

/** Whether a file or folder exists. */
export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}

/** The end of a text, for messages. */
export function lastLines(text: string, count = 12): string {
  return text.trimEnd().split('\n').slice(-count).join('\n');
}
