import { chmodSync, mkdtempSync, renameSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Outcome, runAction } from '../../harness/action.ts';

/** What a plugin prints that gives a token. */
export const credential = (value: string) => JSON.stringify({ kind: 'ExecCredential', status: { token: value } });

/** Users of the account whose kubeconfig is `kubeconfig`, and credential plugins in `folder`. */
export function pluginsFor(folder: string, kubeconfig: () => string) {
  /** The kubeconfig with another user, and more of its cluster. */
  const as = (user: object, more: object = {}) => {
    const whole = JSON.parse(kubeconfig());
    const [{ cluster: first, ...name }] = whole.clusters;
    return JSON.stringify({
      ...whole,
      clusters: [{ ...name, cluster: { ...first, ...more } }],
      users: [{ name: 'admin', user }],
    });
  };
  /** A plugin: a program of these lines of shell. */
  const plugin = (name: string, lines: string): string => {
    const file = join(folder, name);
    writeFileSync(file, `#!/bin/sh\n${lines}\n`);
    chmodSync(file, 0o755);
    return file;
  };
  /** The kubeconfig with a plugin. */
  const exec = (command: string, more: object = {}) =>
    as({ exec: { apiVersion: 'client.authentication.k8s.io/v1', interactiveMode: 'Never', command, ...more } });
  return { as, plugin, exec };
}

/** The service account of a pod, as files. */
export class PodAccount {
  readonly #folder = mkdtempSync(join(tmpdir(), 'greenpath-account-'));

  /** At once, as the kubelet does it: half a token is none. */
  put(file: string, content: string | Buffer): void {
    writeFileSync(join(this.#folder, '.new'), content);
    renameSync(join(this.#folder, '.new'), join(this.#folder, file));
  }

  /** A run in a mount namespace of its own, in which the account's files are where a pod has them. (dash would drop INPUT_DRY-RUN.) */
  run(kubeconfig: string): Promise<Outcome> {
    const { hostname, port } = new URL(JSON.parse(kubeconfig).clusters[0].cluster.server);
    const there = '/run/secrets/kubernetes.io/serviceaccount';
    const mounts = `mount -t tmpfs tmpfs /run && mkdir -p ${there} && mount --bind ${this.#folder} ${there} && exec "$@"`;
    const env = { KUBERNETES_SERVICE_HOST: hostname, KUBERNETES_SERVICE_PORT: port };
    const inputs = { mode: 'status', route: 'ingress/web' };
    return runAction(inputs, { wrapper: ['unshare', '-m', 'bash', '-c', mounts, 'bash'], env });
  }
}
