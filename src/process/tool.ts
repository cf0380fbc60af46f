import { AsyncLocalStorage } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { exec } from '@actions/exec';
import { which } from '@actions/io';
import { childEnvironment } from './child-environment.ts';
import { ChildOutput, letGo, letGoAtExit, OUTPUTS, type Output } from './child-output.ts';
import { killGroup } from './kill-group.ts';

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

/** A line for a shell, and what it runs with. */
export interface ShellLine {
  readonly line: string;
  readonly folder: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Gets what it writes, in pieces of any length. */
  readonly onOutput: (piece: Buffer, output: Output) => void;
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
  const kept = { stdout: new ChildOutput(OUTPUT_LIMIT), stderr: new ChildOutput(ERROR_LIMIT) };
  const env = childEnvironment(process.env);
  const options = { silent: true, ignoreReturnCode: true, input: Buffer.from(input), env };
  const handling = { killing: killOne, onOutput: (piece: Buffer, output: Output) => kept[output].add(piece) };
  const status = await handled(signal, handling, () => exec(`"${path}"`, [...args], options));
  return { status, output: kept.stdout.text(), errors: kept.stderr.text(), isCut: kept.stdout.isCut };
}

/**
 * Runs a line as a step of a workflow does: by bash, or by sh if there is none; the first command that fails ends it.
 * Returns its exit code, or null if a signal ended it. What it started is killed when it ends,
 * and when `signal` aborts, as far as it is still in its process group. Then the reason is thrown. What has left the
 * group, or has become another user's, is not waited for.
 */
export async function runLine({ line, folder, environment, onOutput }: ShellLine, signal: AbortSignal) {
  signal.throwIfAborted();
  const bash = await findTool('bash');
  const [shell = '', ...args] =
    bash === undefined ? ['sh', '-e'] : [bash, '--noprofile', '--norc', '-e', '-o', 'pipefail'];
  const options = { silent: true, ignoreReturnCode: true, input: Buffer.alloc(0), cwd: folder, env: environment };
  return handled<number | null>(signal, { killing: leadGroup, onOutput }, () =>
    exec(`"${shell}"`, [...args, '-c', line], options),
  );
}

/** Kills a child, and says whether it is dead then: one that has become another user's, as by sudo, cannot be killed. */
type Kill = () => boolean;

/** What is done with a child. */
interface Handling {
  /** Prepares it before it is started, and returns what kills it. */
  readonly killing: (child: ChildProcess) => Kill;
  readonly onOutput: ShellLine['onOutput'];
}

/** Which call starts a child: Node reports those of the whole process. */
const CALL = new AsyncLocalStorage<symbol>();

/**
 * @actions/exec does not give access to its child process; Node reports every child that is created
 * (https://nodejs.org/api/diagnostics_channel.html#event-child_process).
 */
async function handled<T>(signal: AbortSignal, { killing, onOutput }: Handling, work: () => Promise<T>): Promise<T> {
  const call = Symbol('call');
  const kills: (() => void)[] = [];
  const kill = () => {
    for (const one of kills) one();
  };
  const lost = Promise.withResolvers<never>();
  const made = (message: unknown) => {
    if (CALL.getStore() !== call) return;
    const { process: child } = message as { process: ChildProcess };
    const killOwn = killing(child);
    kills.push(() => {
      const isDead = killOwn();
      letGo(child);
      if (isDead) return;
      child.unref();
      lost.reject(signal.reason);
    });
    child.once('spawn', () => {
      for (const output of OUTPUTS) readBy(onOutput, child, output);
      // One that ends before it has read its input is judged by how it ended.
      child.stdin?.on('error', () => undefined);
      if (signal.aborted) kill();
    });
  };
  subscribe('child_process', made);
  signal.addEventListener('abort', kill, { once: true });
  try {
    const result = await Promise.race([CALL.run(call, work), lost.promise]);
    signal.throwIfAborted();
    return result;
  } finally {
    unsubscribe('child_process', made);
    signal.removeEventListener('abort', kill);
  }
}

/** In place of @actions/exec, which keeps a line until it ends, however long, and searches all of it at each piece. */
function readBy(onOutput: Handling['onOutput'], child: ChildProcess, output: Output): void {
  child[output]?.removeAllListeners('data').on('data', (piece: Buffer) => onOutput(piece, output));
}

function killOne(child: ChildProcess): Kill {
  return () => {
    child.kill('SIGKILL');
    return true;
  };
}

/** What Node starts a child with. It is not part of the documented interface. */
interface Starting {
  spawn(options: object): unknown;
}

/**
 * Makes a child the leader of a group of its own, which all that it starts is in unless it leaves it: @actions/exec
 * has no option for that. When its leader ends, what is left of the group is killed, and what they wrote is read.
 */
function leadGroup(child: ChildProcess): Kill {
  const starting = child as ChildProcess & Starting;
  const start = starting.spawn;
  starting.spawn = (options) => start.call(starting, { ...options, detached: true });
  const kill = () => killGroup(child);
  child.once('exit', kill);
  // @actions/exec waits 10 s for those that have its outputs.
  letGoAtExit(child);
  return kill;
}
