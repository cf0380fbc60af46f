import { readFileSync } from 'node:fs';
import { Agent, request } from 'node:https';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster } from '../../cluster/cluster.ts';
import { apply, ask, httpRoute, httpRule, type World } from '../e2e/world.ts';

/** So short, and so many at once, that Istio never sees 0.1 s without a change, even if a change takes long. */
const PAUSE = 20;
const AT_ONCE = 3;
const HEADER = 'x-change';

/** A route of another host that changes all the time, as many do in a large cluster. */
export class ChangingRoute {
  readonly #cluster: Cluster;
  readonly #world: World;
  readonly #host: string;
  readonly #stop = new AbortController();
  #changing: Promise<unknown> = Promise.resolve();
  #count = 0;

  constructor(cluster: Cluster, world: World) {
    this.#cluster = cluster;
    this.#world = world;
    this.#host = `changing.${world.host}`;
  }

  /** Makes the route and begins to change it. */
  async start(): Promise<void> {
    const filter = { type: 'ResponseHeaderModifier', responseHeaderModifier: { set: [{ name: HEADER, value: '0' }] } };
    const rule = httpRule('web-v1', { filters: [filter] });
    const route = httpRoute('changing', [this.#host], [rule], this.#cluster.gateway);
    await apply(this.#cluster, this.#world.namespace, [route]);
    this.#changing = Promise.all(Array.from({ length: AT_ONCE }, () => this.#change()));
  }

  /** Awaits that the router applies changes: if it collects them, it has just begun to collect the next ones. */
  async untilApplied(): Promise<void> {
    const before = await this.#applied();
    const deadline = performance.now() + 30_000;
    while ((await this.#applied()) === before)
      if (performance.now() > deadline) throw new Error(`the router has applied no change since ${before} for 30 s`);
  }

  /** Changes it no more. */
  async end(): Promise<void> {
    this.#stop.abort();
    await this.#changing;
  }

  async #applied(): Promise<string> {
    return String((await ask(this.#cluster, this.#host, '/')).headers[HEADER]);
  }

  async #change(): Promise<void> {
    const pki = (file: string) => readFileSync(join(this.#cluster.folder, 'pki', file));
    const agent = new Agent({ keepAlive: true, ca: pki('ca.crt'), cert: pki('admin.crt'), key: pki('admin.key') });
    const path = '/spec/rules/0/filters/0/responseHeaderModifier/set/0/value';
    while (!this.#stop.signal.aborted) {
      this.#count += 1;
      await this.#patch(agent, [{ op: 'replace', path, value: `${this.#count}` }]);
      await delay(PAUSE);
    }
    agent.destroy();
  }

  #patch(agent: Agent, patch: readonly object[]): Promise<void> {
    const { namespace } = this.#world;
    const url = `${this.#cluster.server}/apis/gateway.networking.k8s.io/v1/namespaces/${namespace}/httproutes/changing`;
    const headers = { 'content-type': 'application/json-patch+json' };
    return new Promise((resolve, reject) => {
      const sent = request(url, { method: 'PATCH', agent, headers }, (response) => {
        response.resume();
        response.on('end', () =>
          response.statusCode === 200 ? resolve() : reject(new Error(`${response.statusCode}`)),
        );
      });
      sent.on('error', reject);
      sent.end(JSON.stringify(patch));
    });
  }
}
