import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';

/** One request on its way; `count` numbers the writes that are no dry runs, from 1, and is 0 for everything else. */
export interface Passing {
  readonly method: string;
  readonly url: string;
  readonly count: number;
  readonly phase: 'before' | 'after';
}

/** Whether a write goes on: `drop` ends its connection without a word, before it is sent or before it is answered. */
export type Decision = 'pass' | 'drop';

/**
 * A wire between the action and the real API server, where a test can stop what passes: every request is handed to
 * `decide` before it is forwarded and again when its answer has come. It changes nothing that it lets pass.
 */
export class Wire {
  decide: (passing: Passing) => Decision | Promise<Decision> = () => 'pass';
  /** Everything that was forwarded and is no read and no dry run, in order: `PATCH /apis/…`. */
  readonly writes: string[] = [];
  readonly #cluster: Cluster;
  readonly #server: Server;
  readonly #agent: Agent;
  #count = 0;

  private constructor(cluster: Cluster) {
    const pki = (file: string) => readFileSync(join(cluster.folder, 'pki', file));
    this.#cluster = cluster;
    this.#agent = new Agent({ keepAlive: true, ca: pki('ca.crt') });
    this.#server = createServer({ cert: pki('server.crt'), key: pki('server.key') }, (asked, answer) => {
      void this.#pass(asked, answer).catch(() => asked.socket.destroy());
    });
  }

  static async open(cluster: Cluster): Promise<Wire> {
    const wire = new Wire(cluster);
    await new Promise<void>((resolve) => wire.#server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  /** The kubeconfig `kubeconfig`, led through this wire. */
  through(kubeconfig: string): string {
    const { port } = this.#server.address() as AddressInfo;
    return kubeconfig.replaceAll(this.#cluster.server, `https://127.0.0.1:${port}`);
  }

  /** Starts counting writes anew. */
  reset(decide: Wire['decide'] = () => 'pass'): void {
    this.#count = 0;
    this.writes.length = 0;
    this.decide = decide;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
    this.#agent.destroy();
  }

  async #pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const { method = 'GET', url = '/' } = asked;
    const isWrite = method !== 'GET' && !url.includes('dryRun=All');
    if (isWrite) this.#count += 1;
    const passing = { method, url, count: isWrite ? this.#count : 0 };
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    if ((await this.decide({ ...passing, phase: 'before' })) === 'drop') return void asked.socket.destroy();
    if (isWrite) this.writes.push(`${method} ${url.replace(/\?.*/, '')}`);
    const response = await this.#forward(asked, Buffer.concat(chunks), answer);
    if ((await this.decide({ ...passing, phase: 'after' })) === 'drop') return void asked.socket.destroy();
    answer.writeHead(response.statusCode ?? 502, response.headers);
    response.pipe(answer);
    response.on('error', () => asked.socket.destroy());
  }

  #forward(asked: IncomingMessage, body: Buffer, answer: ServerResponse): Promise<IncomingMessage> {
    const { server } = this.#cluster;
    return new Promise((resolve, reject) => {
      const { method, url, headers } = asked;
      const sent = request(new URL(url ?? '/', server), { method, headers, agent: this.#agent }, resolve);
      sent.on('error', reject);
      answer.on('close', () => {
        if (!answer.writableFinished) sent.destroy();
      });
      sent.end(body);
    });
  }
}
