import { type Cluster, kubectl } from '../../cluster/cluster.ts';
import { openRouter } from '../../cluster/routers/open.ts';
import type { KubeObject } from '../../src/core/kube/objects.ts';
import type { Ingress } from '../../src/routes/ingress/object.ts';
import { present } from '../core/support.ts';
import { deployment, ingress, service } from './parts.ts';
import { apply, ask } from './world.ts';

/** So many answers in a row that no worker is left out. */
const IN_A_ROW = 20;

/**
 * The real ingress-nginx beside applications that say which Ingress and which Service a request came through: `web-v1`,
 * `web-v2` and `api`, and Ingresses that name their place, `first` or `second`, by the annotation `custom-headers`.
 */
export class AskedRouter {
  readonly namespace: string;
  readonly #cluster: Cluster;

  private constructor(cluster: Cluster, namespace: string) {
    this.#cluster = cluster;
    this.namespace = namespace;
  }

  static async open(base: Cluster, namespace: string): Promise<AskedRouter> {
    const cluster = await openRouter(base, 'ingress-nginx', { log: (line) => console.log(line) });
    await kubectl(cluster, 'create', 'namespace', namespace);
    const applications = ['web-v1', 'web-v2', 'api'].flatMap((name) => [
      service(name),
      deployment(cluster, { name, revision: name }),
    ]);
    await apply(cluster, namespace, [...['first', 'second'].map(header), ...applications]);
    const isReady = ['deployment', '--all', '--for=condition=Available', '--timeout=60s'];
    await kubectl(cluster, '-n', namespace, 'wait', ...isReady);
    return new AskedRouter(cluster, namespace);
  }

  get className(): string {
    return this.#cluster.ingressClass ?? '';
  }

  /** Applies the Ingresses of each group, and returns them as the API server has them. */
  async apply(groups: readonly (readonly KubeObject[])[]): Promise<Ingress[][]> {
    await apply(this.#cluster, this.namespace, groups.flat());
    const { items } = JSON.parse(await kubectl(this.#cluster, '-n', this.namespace, 'get', 'ingress', '-o', 'json'));
    const read = new Map((items as Ingress[]).map((one) => [one.metadata.name, one]));
    return groups.map((group) => group.map(({ metadata }) => present(read.get(metadata.name))));
  }

  async clear(): Promise<void> {
    await kubectl(this.#cluster, '-n', this.namespace, 'delete', 'ingress', '--all');
  }

  async close(): Promise<void> {
    await kubectl(this.#cluster, 'delete', 'namespace', this.namespace, '--wait=false');
  }

  /** Who answers, through which Ingress, and what the application was asked for. */
  async answerTo(host: string, path: string): Promise<string> {
    const { status, headers } = await ask(this.#cluster, host, path);
    if (status === 404) return '404';
    return `${status} ${headers['x-ingress']} ${headers['x-revision']} ${headers['x-path']}`;
  }

  /** Awaits that all Ingresses are loaded: the router learns of them in their order, so one more is the last. */
  async untilLoaded(): Promise<void> {
    const host = `last-${performance.now().toFixed(0)}.test`;
    await this.apply([[ingress('last', [{ host, path: '/', service: 'api' }], {}, this.className) as KubeObject]]);
    await this.untilAnswered(host, '/', (answer) => answer !== '404');
  }

  async untilAnswered(host: string, path: string, isRight: (answer: string) => boolean): Promise<void> {
    const deadline = performance.now() + 120_000;
    for (let count = 0; count < IN_A_ROW; ) {
      const answer = await this.answerTo(host, path);
      count = isRight(answer) ? count + 1 : 0;
      if (performance.now() > deadline) throw new Error(`${host}${path} was still answered ${answer} after 120 s`);
    }
  }
}

/** The object with another name, and of no namespace, so that many of its sort can be applied. */
export function renamed(object: KubeObject, name: string): KubeObject {
  const { namespace: _, ...metadata } = object.metadata;
  return { ...object, metadata: { ...metadata, name } };
}

/** Does something for each item, for ten at a time. */
export async function eachOf<T, R>(items: readonly T[], action: (one: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let start = 0; start < items.length; start += 10)
    results.push(...(await Promise.all(items.slice(start, start + 10).map(action))));
  return results;
}

/** The header that an Ingress gives its answers by the annotation `custom-headers`. */
function header(name: string): object {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, data: { 'X-Ingress': name } };
}
