import { readFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { Agent, createServer, request, type Server } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { join } from 'node:path';
import type { Cluster } from '../cluster/cluster.ts';

/** One request on its way; `count` numbers the writes that are no dry runs, from 1, and is 0 for everything else. */
export interface Passing {
  readonly method: string;
  readonly url: string;
  readonly count: number;
  readonly phase: 'before' | 'after';
  /** Aborts when whoever sent it has closed the connection without an answer. */
  readonly gone: AbortSignal;
}

/**
 * Whether a request goes on. `drop` ends its connection without a word, before it is sent or before it is answered; a
 * number is the status that is answered instead, as a balancer does.
 */
export type Decision = 'pass' | 'drop' | number;

/**
 * A wire between the action and the real API server, where a test can stop what passes: every request is handed to
 * `decide` before it is forwarded and again when its answer has come. It changes nothing that it lets pass.
 */
export class Wire {
  decide: (passing: Passing) => Decision | Promise<Decision> = () => 'pass';
  /** Whether a new connection is let in; one that is not ends before TLS. */
  admit: () => boolean = () => true;
  /** Whether connections end with each answer. */
  isFresh = false;
  /** Everything that was forwarded and is no read and no dry run, in order: `PATCH /apis/…`. */
  readonly writes: string[] = [];
  readonly #cluster: Cluster;
  readonly #server: Server;
  readonly #agent: Agent;
  /** The streams of watches that go on: what the API server sends, and where it is passed on to. */
  readonly #watches = new Map<IncomingMessage, ServerResponse>();
  #count = 0;

  private constructor(cluster: Cluster) {
    const pki = (file: string) => readFileSync(join(cluster.folder, 'pki', file));
    this.#cluster = cluster;
    this.#agent = new Agent({ keepAlive: true, ca: pki('ca.crt') });
    this.#server = createServer({ cert: pki('server.crt'), key: pki('server.key') }, (asked, answer) => {
      void this.#pass(asked, answer).catch(() => asked.socket.destroy());
    });
    this.#server.prependListener('connection', (socket: Socket) => {
      if (!this.admit()) socket.destroy();
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

  /** Forgets the connections of the watches that are open, as a balancer does: they go on, and nothing passes any more. */
  forget(): number {
    const open = [...this.#watches];
    this.#watches.clear();
    for (const [response, answer] of open) {
      response.unpipe(answer);
      response.resume();
    }
    return open.length;
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
    const gone = new AbortController();
    answer.on('close', () => {
      if (!answer.writableFinished) gone.abort();
    });
    const passing = { method, url, count: isWrite ? this.#count : 0, gone: gone.signal };
    const chunks: Buffer[] = [];
    for await (const chunk of asked) chunks.push(chunk as Buffer);
    if (this.#end(await this.decide({ ...passing, phase: 'before' }), asked, answer)) return;
    if (isWrite) this.writes.push(`${method} ${url.replace(/\?.*/, '')}`);
    const response = await this.#forward(asked, Buffer.concat(chunks), answer);
    if (this.#end(await this.decide({ ...passing, phase: 'after' }), asked, answer)) return void response.resume();
    answer.writeHead(response.statusCode ?? 502, { ...response.headers, ...(this.isFresh && { connection: 'close' }) });
    response.pipe(answer);
    response.on('error', () => asked.socket.destroy());
    if (!url.includes('watch=true')) return;
    this.#watches.set(response, answer);
    response.on('close', () => this.#watches.delete(response));
  }

  /** Whether a request ends here, since that was decided, or since whoever sent it gave it up. */
  #end(decision: Decision, asked: IncomingMessage, answer: ServerResponse): boolean {
    if (decision === 'drop') asked.socket.destroy();
    if (typeof decision === 'number') answer.writeHead(decision).end();
    return decision !== 'pass' || answer.destroyed;
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
