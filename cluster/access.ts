import { readFileSync } from 'node:fs';
import { get } from 'node:http';
import { request } from 'node:https';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { run } from './steps.ts';

/** A running cluster with what the demo needs. All addresses are on the host's loopback. */
export interface SmallCluster {
  readonly name: string;
  /** Path of a kubeconfig with all rights. */
  readonly kubeconfig: string;
  /** `https://127.0.0.1:PORT` of the API server. */
  readonly server: string;
  /** `127.0.0.1:PORT` of the proxy's HTTP and HTTPS entry points. */
  readonly proxy: string;
  readonly proxyTls: string;
  /** One JSON line a request that the API server has answered. */
  readonly auditLog: string;
  /** References that pods can use: two versions of nginx, the older one first. */
  readonly images: { readonly nginx: readonly [string, string] };
  readonly folder: string;
}

/** Where a Gateway is. Routes of all namespaces may attach to it. */
export interface GatewayName {
  readonly namespace: string;
  readonly name: string;
}

/** A running cluster with what the tests need besides. */
export interface Cluster extends SmallCluster {
  /** The same of each router that the cluster can have besides, by name. One answers once `openRouter` has opened it. */
  readonly routers: Readonly<Record<string, Pick<SmallCluster, 'proxy' | 'proxyTls'>>>;
  /** What routes name so that this proxy serves them: the class of Ingresses (`nginx` if not given), and the Gateway. */
  readonly ingressClass?: string | undefined;
  readonly gateway?: GatewayName | undefined;
  /** Path of a kubectl of the cluster's version. */
  readonly kubectl: string;
  readonly images: SmallCluster['images'] & {
    readonly app: string;
    /** The example shop, and the stores that its parts use. */
    readonly shop: string;
    readonly postgres: string;
    readonly redis: string;
  };
}

/** What kubectl needs: itself, credentials, and a folder for its cache. */
export type Admin = Pick<Cluster, 'kubectl' | 'kubeconfig' | 'folder'>;

/** Runs kubectl with all rights and returns its output. */
export function kubectl(cluster: Admin, ...args: string[]): Promise<string> {
  return run(cluster.kubectl, [
    '--kubeconfig',
    cluster.kubeconfig,
    '--cache-dir',
    join(cluster.folder, 'kubectl'),
    ...args,
  ]);
}

/** Asks the API server with all rights, and resolves to the answer's status and text; rejects if none comes. */
export function askApi(
  { server, folder }: Pick<SmallCluster, 'server' | 'folder'>,
  path: string,
  created?: object,
): Promise<{ status: number; text: string }> {
  const pki = (name: string) => readFileSync(join(folder, 'pki', name));
  const options = {
    method: created === undefined ? 'GET' : 'POST',
    headers: { 'content-type': 'application/json' },
    ca: pki('ca.crt'),
    cert: pki('admin.crt'),
    key: pki('admin.key'),
    agent: false,
    signal: AbortSignal.timeout(5_000),
  } as const;
  return new Promise((resolve, reject) => {
    const asked = request(`${server}${path}`, options, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, text: answer }), reject);
    });
    asked.on('error', reject);
    asked.end(created === undefined ? undefined : JSON.stringify(created));
  });
}

/** Whether the API server has all that it needs to serve. */
export function apiIsReady(cluster: Pick<SmallCluster, 'server' | 'folder'>): Promise<boolean> {
  return askApi(cluster, '/readyz').then(
    ({ status }) => status === 200,
    () => false,
  );
}

/** Whether something answers HTTP there; an unknown host's 404 is an answer. */
export function proxyAnswers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const asked = get(`http://${address}/`, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    asked.on('timeout', () => asked.destroy());
    asked.on('error', () => resolve(false));
  });
}
