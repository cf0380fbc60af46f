import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Clock } from '../core/base/clock.ts';
import { formatDuration } from '../core/base/duration.ts';
import { GreenpathError, messageOf } from '../core/base/error.ts';
import { textAt } from '../core/base/json.ts';
import { masked } from '../core/base/masking.ts';
import { childEnvironment } from '../process/child-environment.ts';
import { ChildOutput, lastWords, letGo, letGoAtExit } from '../process/child-output.ts';
import { CLOCK } from '../process/clock.ts';
import { killGroup } from '../process/kill-group.ts';

/** `users[].user.exec` of a kubeconfig, as far as it is used here. */
export interface ExecConfig {
  readonly command: string;
  readonly args?: readonly string[];
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly apiVersion?: string;
  readonly installHint?: string;
  readonly provideClusterInfo?: boolean;
}

/** What a plugin returned: a token, a client certificate in PEM, or both. */
export interface PluginCredential {
  readonly token?: string;
  readonly certificate?: string;
  readonly key?: string;
}

/** The time limit of a plugin, in milliseconds; a cloud login takes a few seconds. */
const PATIENCE = 30_000;
const OUTPUT_LIMIT = 1024 * 1024;
const ERROR_LIMIT = 64 * 1024;

/**
 * Runs a credential plugin once (https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins)
 * without a terminal. It gets `cluster` if the kubeconfig says so. At its deadline, or when `signal` aborts, it is
 * killed together with every process that it started. Throws `unauthorized` with its output, without secrets.
 */
export async function runPlugin(
  exec: ExecConfig,
  cluster: object,
  signal: AbortSignal,
  clock: Clock = CLOCK,
): Promise<PluginCredential> {
  signal.throwIfAborted();
  const secrets = (exec.env ?? []).map(({ value }) => value);
  const wrong = (how: string, said = '') => pluginError(exec, how, masked(said, secrets));
  const late = clock.timeout(PATIENCE);
  const child = start(exec, cluster);
  const kill = () => {
    killGroup(child);
    // What has left its group may hold its outputs, which nobody reads any more.
    letGo(child);
  };
  letGoAtExit(child);
  const until = AbortSignal.any([signal, late]);
  until.addEventListener('abort', kill, { once: true });
  const [output, errors] = [new ChildOutput(OUTPUT_LIMIT), new ChildOutput(ERROR_LIMIT)];
  child.stdout?.on('data', (chunk: Buffer) => output.add(chunk));
  child.stderr?.on('data', (chunk: Buffer) => errors.add(chunk));
  try {
    const [code, by] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
    signal.throwIfAborted();
    if (late.aborted) throw wrong(`did not end within ${formatDuration(PATIENCE)}`, errors.text());
    if (code !== 0) throw wrong(`ended with ${code === null ? by : `exit code ${code}`}`, errors.text());
    return credentialIn(output.text()) ?? wrongOutput();
  } catch (error) {
    if (error instanceof GreenpathError || signal.aborted) throw error;
    const missing = error instanceof Error && 'code' in error && error.code === 'ENOENT';
    throw wrong(missing ? 'is not installed' : `could not be started: ${messageOf(error)}`);
  } finally {
    until.removeEventListener('abort', kill);
  }

  function wrongOutput(): never {
    throw wrong(
      'printed no credential (expected an ExecCredential with a token or a certificate and its key)',
      errors.text(),
    );
  }
}

function start(exec: ExecConfig, cluster: object): ChildProcess {
  const info = {
    apiVersion: exec.apiVersion ?? 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo === true ? { cluster } : {}) },
  };
  const own = Object.fromEntries((exec.env ?? []).map(({ name, value }) => [name, value]));
  const env = { ...childEnvironment(process.env), ...own, KUBERNETES_EXEC_INFO: JSON.stringify(info) };
  // A process group of its own, so that whatever it starts ends with it.
  return spawn(exec.command, [...(exec.args ?? [])], { env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
}

function credentialIn(output: string): PluginCredential | undefined {
  let value: unknown;
  try {
    value = JSON.parse(output);
  } catch {
    return undefined;
  }
  const token = textAt(value, 'status', 'token') ?? '';
  const certificate = textAt(value, 'status', 'clientCertificateData') ?? '';
  const key = textAt(value, 'status', 'clientKeyData') ?? '';
  const pair = certificate !== '' && key !== '';
  if (token === '' && !pair) return undefined;
  return { ...(token === '' ? {} : { token }), ...(pair ? { certificate, key } : {}) };
}

function pluginError({ command, installHint = '' }: ExecConfig, how: string, said: string): GreenpathError {
  const hint = installHint.trim() === '' ? '' : ` The kubeconfig says: ${installHint.trim()}`;
  return new GreenpathError(
    'unauthorized',
    `the kubeconfig's credential plugin ${command} ${how}${lastWords(said)}`,
    `Install it and log in with it in an earlier step, and check the kubeconfig's exec section.${hint}`,
  );
}
