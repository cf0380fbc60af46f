import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { type Admin, type Cluster, kubectl } from '../cluster/cluster.ts';
import { DEFAULTS } from './inputs.ts';

export interface Outcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly outputs: Record<string, string>;
  /** What it left for its post step. */
  readonly state: Record<string, string>;
  /** The Markdown that the runner would show. */
  readonly summary: string;
  /** Where the action was at home: everything that it could have written. */
  readonly folder: string;
}

/** One request of the audit log, in the order of the API server's answers. */
export interface Requested {
  readonly verb: string;
  readonly resource: string;
  readonly namespace: string;
  readonly name: string;
  readonly dryRun: boolean;
  readonly status: number;
}

/** The documented Role with the rules for these API groups, which stand there as comments for those who need them. */
function roleWith(groups: readonly string[]): string {
  const lines = readFileSync('docs/role.yaml', 'utf8').split('\n');
  const starts = groups.map((group) => lines.indexOf(`  # - apiGroups: [${group}]`));
  if (starts.includes(-1)) throw new Error(`docs/role.yaml has no comment for one of ${groups.join(', ')}`);
  const isNeeded = (line: number) => starts.some((start) => start <= line && line < start + 3);
  return lines.map((text, line) => (isNeeded(line) ? text.replace('# ', '') : text)).join('\n');
}

/**
 * A namespace with an account that has exactly the documented Role, with the rules for these API groups; returns a
 * kubeconfig for it.
 */
export async function prepare(cluster: Admin, namespace: string, groups: readonly string[] = []): Promise<string> {
  await kubectl(cluster, 'create', 'namespace', namespace);
  await kubectl(cluster, '-n', namespace, 'create', 'serviceaccount', 'deployer');
  const role = join(mkdtempSync(join(tmpdir(), 'greenpath-role-')), 'role.yaml');
  writeFileSync(role, roleWith(groups));
  await kubectl(cluster, '-n', namespace, 'apply', '-f', role);
  await kubectl(
    cluster,
    '-n',
    namespace,
    'create',
    'rolebinding',
    'greenpath',
    '--role=greenpath',
    `--serviceaccount=${namespace}:deployer`,
  );
  const token = (await kubectl(cluster, '-n', namespace, 'create', 'token', 'deployer', '--duration=2h')).trim();
  const admin = JSON.parse(readFileSync(cluster.kubeconfig, 'utf8'));
  return JSON.stringify({ ...admin, users: [{ name: 'admin', user: { token } }] });
}

export interface RunOptions {
  /** What Node runs; the built action if it is not given. */
  readonly program?: string;
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** A command that runs the one after it, in surroundings of its own. */
  readonly wrapper?: readonly string[];
  /** Called with each line that it says, as it comes. */
  readonly line?: (text: string) => void;
  /** Called with the process as soon as it runs. */
  readonly started?: (child: ChildProcess) => void;
  /**
   * Called once, when the output contains `text`, with the process: to stop it, or to change the world meanwhile. A run
   * that never says it is an error: the test would be one of something else.
   */
  readonly when?: { readonly text: string; readonly act: (child: ChildProcess) => void | Promise<void> };
}

/** Runs the action as a runner does; inputs that are not given have their defaults from action.yml. */
export async function runAction(inputs: Record<string, string>, options: RunOptions = {}): Promise<Outcome> {
  const folder = mkdtempSync(join(tmpdir(), 'greenpath-run-'));
  const files = {
    GITHUB_OUTPUT: join(folder, 'output'),
    GITHUB_STEP_SUMMARY: join(folder, 'summary'),
    GITHUB_STATE: join(folder, 'state'),
  };
  for (const file of Object.values(files)) writeFileSync(file, '');
  const given = Object.entries(DEFAULTS).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, inputs[name] ?? value]);
  const { wrapper = [], program = 'dist/index.js' } = options;
  const [command = '', ...rest] = [...wrapper, process.execPath, resolve(program)];
  const child = spawn(command, rest, {
    cwd: options.cwd ?? folder,
    env: {
      PATH: process.env.PATH,
      HOME: folder,
      TMPDIR: folder,
      ...files,
      ...Object.fromEntries(given),
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  options.started?.(child);
  let stdout = '';
  let acted: Promise<void> | undefined;
  const { when } = options;
  for (const stream of [child.stdout, child.stderr]) {
    const { line } = options;
    if (line !== undefined) createInterface({ input: stream }).on('line', line);
    stream.on('data', (chunk: Buffer) => {
      stdout += chunk;
      if (when !== undefined && stdout.includes(when.text)) acted ??= Promise.resolve(when.act(child));
    });
  }
  const [exitCode] = (await once(child, 'close')) as [number | null];
  await acted;
  if (when !== undefined && acted === undefined) throw new Error(`the run never said "${when.text}": ${stdout}`);
  const complaint = /^\(node:\d+\) .*$/m.exec(stdout)?.[0];
  if (complaint !== undefined) throw new Error(`Node complains of the action: ${complaint}`);
  return {
    exitCode: exitCode ?? -1,
    stdout,
    outputs: { ...readOutputs(files.GITHUB_OUTPUT), ...commandedOutputs(stdout) },
    state: readOutputs(files.GITHUB_STATE),
    summary: readFileSync(files.GITHUB_STEP_SUMMARY, 'utf8'),
    folder,
  };
}

/**
 * Outputs that lines of the log set: a runner takes `::set-output` at the start of a line, and the older form anywhere.
 * Source: https://github.com/actions/runner/blob/main/src/Runner.Common/ActionCommand.cs
 */
function commandedOutputs(stdout: string): Record<string, string> {
  const commands = /^\s*::set-output name=([^:,]+)[^:]*::(.*)|##\[set-output name=([^;\]]+);?\](.*)/gm;
  const lines = stdout.replaceAll('\r', '\n').matchAll(commands);
  return Object.fromEntries([...lines].map(([, name, value, older, old]) => [name ?? older, value ?? old]));
}

/** What a namespace's account asked of the API server since `since` (a count of its requests), in order. */
export function requestsOf(cluster: Pick<Cluster, 'auditLog'>, namespace: string, since = 0): Requested[] {
  const user = `system:serviceaccount:${namespace}:deployer`;
  const lines = readFileSync(cluster.auditLog, 'utf8')
    .split('\n')
    .filter((line) => line.includes(user));
  const events = lines
    .map((line) => JSON.parse(line))
    .filter((event) => event.stage === 'ResponseComplete' && event.user.username === user);
  return events.slice(since).map((event) => ({
    verb: event.verb,
    resource: event.objectRef?.resource ?? event.requestURI,
    namespace: event.objectRef?.namespace ?? '',
    name: event.objectRef?.name ?? '',
    dryRun: event.requestURI.includes('dryRun=All'),
    status: event.responseStatus?.code ?? 0,
  }));
}

/** `name<<delimiter\nvalue\ndelimiter`, as @actions/core writes it. */
function readOutputs(file: string): Record<string, string> {
  const found = readFileSync(file, 'utf8').matchAll(/^([\w-]+)<<(\S+)\n([\s\S]*?)\n?\2$/gm);
  return Object.fromEntries([...found].map(([, name = '', , value = '']) => [name, value]));
}
