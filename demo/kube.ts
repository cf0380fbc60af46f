import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import {
  ApiException,
  AuthorizationV1Api,
  type Cluster,
  CoreV1Api,
  KubeConfig,
  KubernetesObjectApi,
  VersionApi,
} from '@kubernetes/client-node';

/** How long an API server may take to answer, in milliseconds. */
const PATIENCE = 10_000;

/** A cluster that answers and lets this account create namespaces. */
export interface Kube {
  readonly config: KubeConfig;
  readonly context: string;
  readonly server: string;
  readonly version: string;
  readonly core: CoreV1Api;
  readonly objects: KubernetesObjectApi;
}

/** The kubeconfig files that count: those of KUBECONFIG, else the one at home. */
function kubeconfigFiles(): string[] {
  const named = (process.env.KUBECONFIG ?? '').split(delimiter).filter((file) => file !== '');
  return named.length > 0 ? named : [join(homedir(), '.kube', 'config')];
}

/** Names of the contexts in the user's kubeconfig; none if it cannot be read. */
export function knownContexts(): string[] {
  const files = kubeconfigFiles();
  if (!files.every((file) => existsSync(file))) return [];
  try {
    return load(files)
      .getContexts()
      .map(({ name }) => name);
  } catch {
    return [];
  }
}

/** Reads the user's kubeconfig and chooses the context. Throws an Error that says which file, and what is wrong in it. */
export function readKubeconfig(context: string | undefined): KubeConfig {
  const files = kubeconfigFiles();
  const where = process.env.KUBECONFIG ? `KUBECONFIG=${process.env.KUBECONFIG}` : `${files[0]}`;
  const missing = files.find((file) => !existsSync(file));
  if (missing !== undefined)
    throw new Error(
      `The kubeconfig is wrong: there is no file ${missing}${process.env.KUBECONFIG ? ` (${where})` : ''}.`,
    );
  let config: KubeConfig;
  try {
    config = load(files);
  } catch (error) {
    throw new Error(`The kubeconfig is wrong: ${where} cannot be read as one: ${reason(error)}`, { cause: error });
  }
  const names = config.getContexts().map(({ name }) => name);
  const wanted = context ?? config.getCurrentContext() ?? '';
  const known = names.length === 0 ? 'it has no contexts' : `it has ${names.join(', ')}`;
  if (wanted === '') throw new Error(`The kubeconfig is wrong: ${where} has no current context; ${known}.`);
  if (!names.includes(wanted))
    throw new Error(`The kubeconfig is wrong: ${where} has no context "${wanted}"; ${known}.`);
  config.setCurrentContext(wanted);
  if (config.getCurrentCluster() === null || config.getCurrentUser() === null)
    throw new Error(
      `The kubeconfig is wrong: context "${wanted}" of ${where} names a cluster or user that does not exist.`,
    );
  return config;
}

function load(files: readonly string[]): KubeConfig {
  const [first = '', ...others] = files;
  const config = new KubeConfig();
  config.loadFromFile(first);
  for (const file of others) {
    const more = new KubeConfig();
    more.loadFromFile(file);
    config.mergeConfig(more, true);
  }
  return config;
}

/** Asks the API server who it is and whether namespaces may be created. Throws an Error that says what is wrong. */
export async function connect(config: KubeConfig, patience = PATIENCE): Promise<Kube> {
  const context = config.getCurrentContext();
  const server = config.getCurrentCluster()?.server ?? '';
  const answer = config.makeApiClient(VersionApi).getCode();
  const late = delay(patience, undefined, { ref: false }).then(() => {
    throw new Error(`no answer within ${patience / 1_000} s`);
  });
  const { gitVersion } = await Promise.race([answer, late]).catch((error: unknown) => {
    throw new Error(whyNot(error, context, server), { cause: error });
  });
  await mayCreateNamespaces(config);
  return {
    config,
    context,
    server,
    version: gitVersion,
    core: config.makeApiClient(CoreV1Api),
    objects: KubernetesObjectApi.makeApiClient(config),
  };
}

function whyNot(error: unknown, context: string, server: string): string {
  const who = `The API server ${server} of context "${context}"`;
  if (statusOf(error) === 401) return `${who} does not accept the credentials of the kubeconfig (401): log in again.`;
  if (error instanceof ApiException) return `${who} refuses to say its version: ${reason(error)}`;
  return `${who} does not answer: ${reason(error)}. Is the cluster running, and is this its kubeconfig?`;
}

async function mayCreateNamespaces(config: KubeConfig): Promise<void> {
  const review = await config.makeApiClient(AuthorizationV1Api).createSelfSubjectAccessReview({
    body: { spec: { resourceAttributes: { verb: 'create', resource: 'namespaces' } } },
  });
  if (review.status?.allowed === true) return;
  throw new Error(
    `The account of context "${config.getCurrentContext()}" may not create namespaces; the demo creates one for itself.`,
  );
}

/** Whether a cluster is on this machine (kind, k3d, minikube and such), so that it may be used without its name. */
export function isLocal(cluster: Pick<Cluster, 'name' | 'server' | 'caFile'>): boolean {
  const { hostname } = new URL(cluster.server);
  return (
    /^(localhost|0\.0\.0\.0|127(\.\d+){3}|\[::1\]|(.+\.)?docker\.internal)$/.test(hostname) ||
    cluster.name === 'minikube' ||
    (cluster.caFile ?? '').includes('/.minikube/')
  );
}

/** The status of an API server's refusal. */
export function statusOf(error: unknown): number | undefined {
  return error instanceof ApiException ? error.code : undefined;
}

/** Why something failed, in one line: the API server's own words, or the innermost cause. */
export function reason(error: unknown): string {
  if (error instanceof ApiException) {
    const body: unknown = typeof error.body === 'string' ? parsed(error.body) : error.body;
    const message = typeof body === 'object' && body !== null && 'message' in body ? body.message : undefined;
    return `${message ?? `status ${error.code}`}`;
  }
  if (!(error instanceof Error)) return `${error}`;
  if (error instanceof AggregateError && error.errors.length > 0) return reason(error.errors[0]);
  return error.cause === undefined ? error.message : reason(error.cause);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
