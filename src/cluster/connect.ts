import { existsSync } from 'node:fs';
import type { Agent as AnyAgent } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import { GreenpathError, messageOf } from '../core/error.ts';

/** An API server and how to speak to it: one keep-alive agent that holds TLS material, and the headers of every request. */
export interface Connection {
  readonly server: URL;
  readonly agent: AnyAgent;
  readonly headers: Record<string, string>;
  /** The secret in those headers; empty if a client certificate speaks for the run. */
  readonly token: string;
  /** The namespace of the context, if it names one. */
  readonly namespace: string | undefined;
}

const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount/token';

/**
 * Reads credentials: `kubeconfig` (content), else the files that KUBECONFIG names, else `~/.kube/config`, else the pod's
 * service account. Nothing is sent yet, unless an exec plugin does. Throws `input` or `unauthorized`.
 */
export async function connect(
  kubeconfig: string,
  context: string,
  environment: NodeJS.ProcessEnv,
): Promise<Connection> {
  const config = loadConfig(kubeconfig, environment);
  if (context !== '') {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map((item) => item.name);
      throw new GreenpathError(
        'input',
        `input context is ${context}, and the kubeconfig has ${names.join(', ') || 'no contexts'}`,
        'Name one of its contexts.',
      );
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || !URL.canParse(cluster.server) || new URL(cluster.server).protocol !== 'https:') {
    throw new GreenpathError(
      'input',
      'the kubeconfig has no current context with an https server',
      'Give a complete kubeconfig, or the input context.',
    );
  }
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new GreenpathError(
      'unauthorized',
      `the kubeconfig's credentials could not be obtained: ${messageOf(error)}`,
      'Check the kubeconfig, and that its exec plugin is installed on the runner.',
      { cause: error },
    );
  }
  const headers = authorization(options);
  const { ca, cert, key, pfx, passphrase, rejectUnauthorized, servername } = options;
  const tls = Object.fromEntries(
    Object.entries({ ca, cert, key, pfx, passphrase, rejectUnauthorized, servername }).filter(
      ([, value]) => value !== undefined,
    ),
  );
  return {
    server: new URL(cluster.server),
    agent:
      cluster.proxyUrl && typeof options.agent === 'object' ? options.agent : new Agent({ keepAlive: true, ...tls }),
    headers,
    token: (headers.Authorization ?? '').replace(/^\w+ /, ''),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
  };
}

function loadConfig(kubeconfig: string, environment: NodeJS.ProcessEnv): KubeConfig {
  const config = new KubeConfig();
  const source =
    kubeconfig.trim() !== ''
      ? 'input kubeconfig'
      : (environment.KUBECONFIG ?? '') !== ''
        ? 'the file that KUBECONFIG names'
        : '~/.kube/config';
  try {
    const file = join(environment.HOME ?? homedir(), '.kube', 'config');
    if (kubeconfig.trim() !== '') config.loadFromString(kubeconfig);
    else if (environment.KUBECONFIG) loadFiles(config, environment.KUBECONFIG);
    else if (existsSync(file)) config.loadFromFile(file);
    else if (existsSync(SERVICE_ACCOUNT)) config.loadFromCluster();
    else
      throw new GreenpathError(
        'input',
        'there is no kubeconfig: the input is empty, KUBECONFIG is not set, ~/.kube/config does not exist, and this is not a pod',
        'Give the input kubeconfig, or set KUBECONFIG in an earlier step.',
      );
  } catch (error) {
    if (error instanceof GreenpathError) throw error;
    // The parser's message quotes the file, which holds secrets.
    throw new GreenpathError(
      'input',
      `${source} could not be read as a kubeconfig`,
      'Check that it is a whole kubeconfig in YAML, and that files it names exist.',
    );
  }
  return config;
}

function loadFiles(config: KubeConfig, list: string): void {
  const [first, ...rest] = list.split(delimiter).filter((file) => file !== '');
  if (first === undefined) return;
  config.loadFromFile(first);
  for (const file of rest) {
    const other = new KubeConfig();
    other.loadFromFile(file);
    config.mergeConfig(other, true);
  }
}

function authorization(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
  if (typeof options.auth === 'string') headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}
