import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, connect } from 'node:net';
import { Worker } from 'node:worker_threads';
import type { Endpoint } from '../../src/proof/probe.ts';
import { endWithFile } from '../opened.ts';
import type { Certified } from './certificates.ts';
import { CONTROL, frontAt } from './front.ts';

export type Handler = (response: ServerResponse, request: IncomingMessage, count: number) => void;

/** Where a server listens, and its certificate if it speaks TLS. */
export interface Listening {
  readonly host?: string;
  readonly port?: number;
  readonly certified?: Certified;
}

/** A real proxy and what is behind it, in one server: requests for the application go to `handler`, others get 403. */
export class Backend {
  readonly #server: Server;
  readonly #isTls: boolean;
  /** When each request for the application came, in milliseconds of `performance.now()`. */
  readonly asked: number[] = [];
  /** How often the proxy itself was asked. */
  proxyAsked = 0;
  handler: Handler;

  private constructor(handler: Handler, certified: Certified | undefined) {
    this.handler = handler;
    const answer = (request: IncomingMessage, response: ServerResponse) => {
      if (request.headers.host === CONTROL) {
        this.proxyAsked += 1;
        return void response.writeHead(403).end();
      }
      this.asked.push(performance.now());
      this.handler(response, request, this.asked.length);
    };
    this.#isTls = certified !== undefined;
    this.#server = certified === undefined ? createServer(answer) : createTlsServer(certified, answer);
  }

  /** Starts one that ends with the file's tests. */
  static async start(handler: Handler, { host = '127.0.0.1', port = 0, certified }: Listening = {}): Promise<Backend> {
    const backend = new Backend(handler, certified);
    endWithFile(() => backend.close());
    await new Promise<void>((resolve) => backend.#server.listen(port, host, resolve));
    return backend;
  }

  get front(): Endpoint {
    const { port, address } = this.#server.address() as AddressInfo;
    return { ...frontAt(port), tls: this.#isTls, address: { host: address, port } };
  }

  /** From now on every connection is cut at once; the port stays taken, so that nobody else answers there. */
  cut(): void {
    this.#server.on('connection', (socket) => socket.destroy());
    this.#server.closeAllConnections();
  }

  /** Nothing listens any more, and what was open is cut. */
  async close(): Promise<void> {
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** A way on which nobody listens: a port that is free may be another test's in the next moment, this one never is. */
export const NOBODY: Endpoint = frontAt(1);

/**
 * Starts a port where connections neither stand nor are refused, until the file's tests end: whoever listens there accepts
 * none, and the queue is full.
 */
export async function startMute(): Promise<Endpoint> {
  const worker = new Worker(LISTENS_ONLY, { eval: true });
  const [port] = (await once(worker, 'message')) as [number];
  const waiting = Array.from({ length: 8 }, () => connect(port, '127.0.0.1').on('error', () => undefined));
  endWithFile(async () => {
    for (const socket of waiting) socket.destroy();
    await worker.terminate();
  });
  // The first stands: by then all are with the kernel, and those that stand fill the queue.
  await once(waiting[0] ?? worker, 'connect');
  return frontAt(port);
}

/** A thread that listens with a queue of one, and then does nothing more. */
const LISTENS_ONLY = `
const server = require('node:net').createServer().listen({ host: '127.0.0.1', port: 0, backlog: 1 }, () => {
  require('node:worker_threads').parentPort.postMessage(server.address().port);
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
});`;

/** Answers as `revision`. */
export function as(revision: string, status = 200, headers: Record<string, string> = {}): Handler {
  return (response) => void response.writeHead(status, { 'x-revision': revision, ...headers }).end(`by ${revision}`);
}

/** Takes the request and never answers. */
export const hang: Handler = () => undefined;
