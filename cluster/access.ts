import { get } from 'node:http';
import { join } from 'node:path';
import type { Images } from './images.ts';
import { run } from './steps.ts';

/** A running cluster. All addresses are on the host's loopback. */
export interface Cluster {
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
  /** Path of a kubectl of the cluster's version. */
  readonly kubectl: string;
  /** References that pods can use. */
  readonly images: Omit<Images, 'tars'>;
  readonly folder: string;
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

/** Whether something answers HTTP there; an unknown host's 404 is an answer. */
export function proxyAnswers(address: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(`http://${address}/`, { agent: false, timeout: 1_000 }, (response) => {
      response.resume();
      resolve(true);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}
