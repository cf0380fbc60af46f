import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KubernetesObject, V1Pod } from '@kubernetes/client-node';
import { load } from 'js-yaml';
import type { Log } from '../cluster/steps.ts';
import { type Kube, reason, statusOf } from './kube.ts';

/** Marks the namespaces that the demo may remove. */
const MARK = { 'app.kubernetes.io/managed-by': 'greenpath-demo' };
const REMOVAL = 120;
const START = 240;
/** During a wait, a line is written at least this often, in milliseconds. */
const NEWS = 10_000;

/** The namespace and the account in it that the demo's steps run under. */
export class Namespace {
  readonly name: string;
  readonly #kube: Kube;
  readonly #log: Log;
  readonly #signal: AbortSignal;

  constructor(kube: Kube, name: string, log: Log, signal: AbortSignal) {
    this.#kube = kube;
    this.name = name;
    this.#log = log;
    this.#signal = signal;
  }

  /** Throws if there is a namespace of this name that is not the demo's. Says whether an earlier demo left one. */
  async isLeft(): Promise<boolean> {
    const found = await this.#read();
    if (found === undefined) return false;
    const [key = '', value] = Object.entries(MARK)[0] ?? [];
    if (found.metadata?.labels?.[key] === value) return true;
    throw new Error(
      `There is a namespace ${this.name} in this cluster that is not the demo's. Choose another one: --namespace NAME`,
    );
  }

  async create(): Promise<void> {
    if (await this.isLeft()) await this.remove();
    this.#signal.throwIfAborted();
    await this.#kube.core.createNamespace({ body: { metadata: { name: this.name, labels: MARK } } });
  }

  /** Creates objects in this namespace. */
  async apply(objects: readonly object[]): Promise<void> {
    for (const object of objects as readonly KubernetesObject[]) {
      this.#signal.throwIfAborted();
      const placed = { ...object, metadata: { ...object.metadata, namespace: this.name } };
      await this.#kube.objects.create(placed, undefined, undefined, 'greenpath-demo').catch((error: unknown) => {
        throw new Error(`${object.kind} ${object.metadata?.name} cannot be created: ${reason(error)}`, {
          cause: error,
        });
      });
    }
  }

  /** Creates an account with exactly the documented Role; returns a kubeconfig for it. */
  async deployer(): Promise<string> {
    const name = 'deployer';
    const role = load(readFileSync(join(import.meta.dirname, '../docs/role.yaml'), 'utf8')) as KubernetesObject;
    const roleRef = { apiGroup: 'rbac.authorization.k8s.io', kind: 'Role', name: role.metadata?.name };
    const subjects = [{ kind: 'ServiceAccount', name, namespace: this.name }];
    await this.apply([
      { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name } },
      role,
      { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', metadata: { name }, roleRef, subjects },
    ]);
    const { status } = await this.#kube.core.createNamespacedServiceAccountToken({
      name,
      namespace: this.name,
      body: { spec: { audiences: [], expirationSeconds: 7_200 } },
    });
    return kubeconfigFor(this.#kube, this.name, status?.token ?? '');
  }

  /** Waits for a ready pod with these labels and says so; throws with the reason if none becomes ready. */
  async readyPod(labelSelector: string): Promise<V1Pod> {
    const start = performance.now();
    for (let said = start; ; await delay(200, undefined, { signal: this.#signal })) {
      const { items } = await this.#kube.core.listNamespacedPod({ namespace: this.name, labelSelector });
      const ready = items.find(isReady);
      if (ready !== undefined) return ready;
      const state = `${labelSelector}: ${items.map(stateOf).join(', ') || 'no pod yet'}`;
      if (performance.now() - start > START * 1_000) throw new Error(`No pod became ready within ${START} s: ${state}`);
      if (performance.now() - said < NEWS) continue;
      said = performance.now();
      this.#log(`waiting for a pod (${state})`);
    }
  }

  /** Removes the namespace and everything in it, and returns when it is gone. */
  async remove(): Promise<void> {
    const start = performance.now();
    this.#log(`removing namespace ${this.name} and everything in it …`);
    await this.#kube.core.deleteNamespace({ name: this.name }).catch((error: unknown) => {
      if (statusOf(error) !== 404 && statusOf(error) !== 409) throw error;
    });
    for (let said = start; (await this.#read()) !== undefined; await delay(200)) {
      const waited = Math.round((performance.now() - start) / 1_000);
      if (waited > REMOVAL)
        throw new Error(
          `Namespace ${this.name} is still being removed after ${REMOVAL} s; look at it: kubectl get namespace ${this.name} -o yaml`,
        );
      if (performance.now() - said < NEWS) continue;
      said = performance.now();
      this.#log(`namespace ${this.name} is being removed, ${waited} s`);
    }
    this.#log(`namespace ${this.name} is gone`);
  }

  async #read() {
    return this.#kube.core.readNamespace({ name: this.name }).catch((error: unknown) => {
      if (statusOf(error) === 404) return undefined;
      throw error;
    });
  }
}

/** Whether a pod's readiness probe passes. */
export function isReady(pod: V1Pod): boolean {
  return pod.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') === true;
}

/** `traefik-5d…: ImagePullBackOff, Back-off pulling image …`. */
function stateOf(pod: V1Pod): string {
  const waiting = pod.status?.containerStatuses?.[0]?.state?.waiting;
  const unscheduled = pod.status?.conditions?.find(({ type, status }) => type === 'PodScheduled' && status === 'False');
  const why = [waiting?.reason, waiting?.message, unscheduled?.message].filter((text) => text !== undefined);
  return `${pod.metadata?.name} ${why.length > 0 ? why.join(', ') : pod.status?.phase}`;
}

/** The cluster of the user's context with another account; it contains none of the user's own credentials. */
function kubeconfigFor({ config }: Kube, namespace: string, token: string): string {
  const cluster = config.getCurrentCluster();
  if (cluster === null) throw new Error('the context names no cluster');
  const ca = cluster.caData ?? (cluster.caFile && readFileSync(cluster.caFile).toString('base64'));
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'demo',
    contexts: [{ name: 'demo', context: { cluster: 'demo', user: 'deployer', namespace } }],
    clusters: [
      {
        name: 'demo',
        cluster: {
          server: cluster.server,
          ...(ca && { 'certificate-authority-data': ca }),
          ...(cluster.skipTLSVerify && { 'insecure-skip-tls-verify': true }),
          ...(cluster.tlsServerName && { 'tls-server-name': cluster.tlsServerName }),
          ...(cluster.proxyUrl && { 'proxy-url': cluster.proxyUrl }),
        },
      },
    ],
    users: [{ name: 'deployer', user: { token } }],
  });
}
