import type { Agent as AnyAgent } from 'node:http';
import { Agent, type RequestOptions } from 'node:https';
import type { KubeConfig } from '@kubernetes/client-node/dist/config.js';
import type { Cluster } from '@kubernetes/client-node/dist/config_types.js';
import { GreenpathError, messageOf } from '../core/base/error.ts';
import { isObject } from '../core/base/json.ts';
import { didYouMean } from '../core/base/nearest.ts';
import { there } from '../core/base/plural.ts';
import { quoted } from '../core/base/quoted.ts';
import { type ExecConfig, runPlugin } from './exec-plugin.ts';
import { proxyFor } from './forward-proxy.ts';
import { readKubeconfig } from './kubeconfig.ts';
import { completeUser } from './kubeconfig-users.ts';

/**
 * An API server and how to connect to it: one keep-alive agent with the TLS material, and the headers of every request.
 */
export interface Connection {
  readonly server: URL;
  readonly agent: AnyAgent;
  readonly headers: Record<string, string>;
  /** Everything in it that must be hidden: tokens, passwords, keys. */
  readonly secrets: readonly string[];
  /** The namespace of the context, if it names one. */
  readonly namespace: string | undefined;
}

/**
 * Load balancers forget idle connections after minutes, some silently, so no connection is reused after this time. In
 * milliseconds.
 */
const IDLE = 30_000;

/**
 * Reads credentials: `kubeconfig` (content), else the files that KUBECONFIG names, else `~/.kube/config`, else the
 * pod's service account. Sends nothing yet, unless an exec plugin does. Each call reads all of them again. Throws
 * `input` or `unauthorized`.
 */
export async function connect(
  kubeconfig: string,
  context: string,
  environment: NodeJS.ProcessEnv,
  signal: AbortSignal,
): Promise<Connection> {
  const { config, unread } = readKubeconfig(kubeconfig, environment);
  if (context !== '') {
    if (config.getContextObject(context) === null) {
      const names = config.getContexts().map((item) => item.name);
      throw new GreenpathError(
        'input',
        `input context is ${quoted(context)}, which the kubeconfig does not have ${there(names)}${didYouMean(context, names)}`,
        'Set the input to one of its contexts.',
      );
    }
    config.setCurrentContext(context);
  }
  const cluster = config.getCurrentCluster();
  if (cluster === null || !URL.canParse(cluster.server) || new URL(cluster.server).protocol !== 'https:') {
    throw new GreenpathError(
      'input',
      `${kubeconfig.trim() === '' ? 'the kubeconfig' : 'input kubeconfig'} has no current context with an https server`,
      'Use a complete kubeconfig, or set the input context.',
    );
  }
  const server = new URL(cluster.server);
  const proxy = cluster.proxyUrl ?? proxyFor(server, environment);
  if (proxy !== undefined) Object.assign(cluster, { proxyUrl: proxy });
  completeUser(config.getCurrentUser(), unread);
  await replacePlugin(config, cluster, signal);
  const options: RequestOptions = {};
  try {
    await config.applyToHTTPSOptions(options);
  } catch (error) {
    throw new GreenpathError(
      'unauthorized',
      `the kubeconfig's credentials could not be obtained: ${messageOf(error)}`,
      'Check the kubeconfig, and that the files it names exist on the runner.',
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
    server,
    agent:
      proxy !== undefined && typeof options.agent === 'object'
        ? options.agent
        : new Agent({ keepAlive: true, timeout: IDLE, ...tls }),
    headers,
    secrets: secretsIn(headers, key, proxy),
    namespace: config.getContextObject(config.getCurrentContext())?.namespace,
  };
}

/** Runs a credential plugin here, with a deadline, and puts its result into the kubeconfig instead. */
async function replacePlugin(config: KubeConfig, cluster: Cluster, signal: AbortSignal): Promise<void> {
  const user = config.getCurrentUser();
  const exec = user?.exec ?? user?.authProvider?.config?.exec;
  if (!isObject(exec) || typeof exec.command !== 'string') return;
  const { server, caData, skipTLSVerify, tlsServerName, proxyUrl } = cluster;
  const told = {
    server,
    ...(caData && { 'certificate-authority-data': caData }),
    ...(skipTLSVerify && { 'insecure-skip-tls-verify': true }),
    ...(tlsServerName && { 'tls-server-name': tlsServerName }),
    ...(proxyUrl && { 'proxy-url': proxyUrl }),
  };
  const { token, certificate, key } = await runPlugin(exec as unknown as ExecConfig, told, signal);
  const base64 = (text: string) => Buffer.from(text).toString('base64');
  Object.assign(user as object, {
    exec: undefined,
    authProvider: undefined,
    ...(token !== undefined && { token }),
    ...(certificate !== undefined && key !== undefined && { certData: base64(certificate), keyData: base64(key) }),
  });
}

/** Everything that a message or a dump could reveal, with and without its encoding. */
function secretsIn(headers: Record<string, string>, key: RequestOptions['key'], proxy: string | undefined): string[] {
  const value = (headers.Authorization ?? '').replace(/^\w+ /, '');
  const basic = headers.Authorization?.startsWith('Basic ') ? Buffer.from(value, 'base64').toString('utf8') : '';
  const pem = typeof key === 'string' || Buffer.isBuffer(key) ? key.toString() : '';
  const found = [value, basic.slice(basic.indexOf(':') + 1), pem, proxy === undefined ? '' : new URL(proxy).password];
  return found.filter((secret) => secret.length > 3);
}

function authorization(options: RequestOptions): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(options.headers ?? {})) headers[name] = String(value);
  if (typeof options.auth === 'string') headers.Authorization = `Basic ${Buffer.from(options.auth).toString('base64')}`;
  return headers;
}
