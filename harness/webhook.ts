import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type Cluster, kubectl } from '../cluster/cluster.ts';
import { insideOf } from './inside.ts';

/** An admission webhook that says yes to everything, `/after/SECONDS` later. Prints its port. */
const SOURCE = `
const { readFileSync } = require('node:fs');
const [cert, key] = process.argv.slice(1).map((file) => readFileSync(file));
const server = require('node:https').createServer({ cert, key }, async (asked, answer) => {
  let text = '';
  for await (const chunk of asked) text += chunk;
  const { apiVersion, kind, request } = JSON.parse(text);
  const review = JSON.stringify({ apiVersion, kind, response: { uid: request.uid, allowed: true } });
  setTimeout(() => answer.setHeader('content-type', 'application/json').end(review), Number(asked.url.match(/[0-9.]+/)[0]) * 1000);
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));`;

/** What a webhook is asked about: these resources in this namespace. It answers after `seconds`, and has `timeoutSeconds`. */
export interface Slow {
  readonly namespace: string;
  readonly resources: readonly string[];
  readonly seconds: number;
  readonly timeoutSeconds: number;
}

/** A slow admission webhook: a real one, beside the API server. */
export class Webhook {
  readonly #cluster: Cluster;
  readonly #child: ChildProcess;
  readonly #port: string;
  readonly #name: string;

  private constructor(cluster: Cluster, name: string, child: ChildProcess, port: string) {
    this.#cluster = cluster;
    this.#name = `${name}.greenpath.test`;
    this.#child = child;
    this.#port = port;
  }

  static async open(cluster: Cluster, name: string): Promise<Webhook> {
    const pki = (file: string) => join(cluster.folder, 'pki', file);
    const program = [process.execPath, '-e', SOURCE, pki('server.crt'), pki('server.key')];
    const [wrapper, ...wrapped] = insideOf(cluster);
    const child = spawn(wrapper, [...wrapped, ...program], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [port] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
    return new Webhook(cluster, name, child, port);
  }

  /** The API server asks it from now on; what it was asked about before does not count any more. */
  async set({ namespace, resources, seconds, timeoutSeconds }: Slow): Promise<void> {
    const caBundle = readFileSync(join(this.#cluster.folder, 'pki', 'ca.crt')).toString('base64');
    const rule = { apiGroups: ['*'], apiVersions: ['*'], operations: ['CREATE', 'UPDATE'], resources };
    const webhook = {
      name: this.#name,
      clientConfig: { url: `https://127.0.0.1:${this.#port}/after/${seconds}`, caBundle },
      rules: [rule],
      namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': namespace } },
      sideEffects: 'None',
      admissionReviewVersions: ['v1'],
      timeoutSeconds,
    };
    await this.unset();
    const child = spawn(this.#cluster.kubectl, ['--kubeconfig', this.#cluster.kubeconfig, 'create', '-f', '-'], {
      stdio: ['pipe', 'ignore', 'inherit'],
    });
    const kind = 'ValidatingWebhookConfiguration';
    const metadata = { name: this.#name };
    child.stdin.end(
      JSON.stringify({ apiVersion: 'admissionregistration.k8s.io/v1', kind, metadata, webhooks: [webhook] }),
    );
    const [status] = await once(child, 'close');
    if (status !== 0) throw new Error(`${kind} ${this.#name} was refused`);
  }

  async unset(): Promise<void> {
    await kubectl(this.#cluster, 'delete', 'validatingwebhookconfiguration', this.#name, '--ignore-not-found');
  }

  async close(): Promise<void> {
    await this.unset();
    this.#child.kill('SIGKILL');
  }
}
