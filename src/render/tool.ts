import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { exec } from '@actions/exec';
import { which } from '@actions/io';
import { childEnvironment } from '../process/child-environment.ts';
import { ChildOutput } from '../process/child-output.ts';

/** Far more than an API server accepts for the objects of one release. */
const OUTPUT_LIMIT = 64 * 1024 * 1024;
const ERROR_LIMIT = 64 * 1024;

/** How a program ended. `status` is null if a signal ended it. */
export interface ToolEnd {
  readonly status: number | null;
  readonly output: string;
  readonly errors: string;
  /** Whether it wrote more than is kept. */
  readonly isCut: boolean;
}

/** Path of a program on PATH, or undefined. */
export async function findTool(name: string): Promise<string | undefined> {
  return (await which(name, false)) || undefined;
}

/**
 * Runs a program to its end without printing its output. Its environment contains no inputs of the step. It is killed
 * when `signal` aborts, and then the reason is thrown.
 */
export async function runTool(
  path: string,
  args: readonly string[],
  input: string,
  signal: AbortSignal,
): Promise<ToolEnd> {
  signal.throwIfAborted();
  const output = new ChildOutput(OUTPUT_LIMIT);
  const errors = new ChildOutput(ERROR_LIMIT);
  const listeners = {
    stdout: (chunk: Buffer) => output.add(chunk),
    stderr: (chunk: Buffer) => errors.add(chunk),
  };
  const env = childEnvironment(process.env);
  const options = { silent: true, ignoreReturnCode: true, input: Buffer.from(input), env, listeners };
  const status = await killable(signal, () => exec(`"${path}"`, [...args], options));
  return { status, output: output.text(), errors: errors.text(), isCut: output.isCut };
}

/**
 * @actions/exec does not give access to its child process; Node reports every child that is created
 * (https://nodejs.org/api/diagnostics_channel.html#event-child_process).
 */
async function killable<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  const children: ChildProcess[] = [];
  const kill = () => {
    for (const child of children) child.kill('SIGKILL');
  };
  const made = (message: unknown) => {
    const { process: child } = message as { process: ChildProcess };
    children.push(child);
    child.once('spawn', () => {
      // One that ends before it has read its input is judged by how it ended.
      child.stdin?.on('error', () => undefined);
      if (signal.aborted) kill();
    });
  };
  subscribe('child_process', made);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const result = await work();
    signal.throwIfAborted();
    return result;
  } finally {
    unsubscribe('child_process', made);
    signal.removeEventListener('abort', kill);
  }
}
