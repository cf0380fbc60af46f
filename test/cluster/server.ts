import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { Agent, createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Connection } from '../../src/cluster/connect.ts';
import { Credentials } from '../../src/cluster/credentials.ts';
import { Transport } from '../../src/cluster/transport.ts';
import type { Clock } from '../../src/core/base/clock.ts';
import { endWithFile } from '../opened.ts';
import { Authority } from '../proof/certificates.ts';

/** One request, as it came. */
export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingHttpHeaders;
  readonly body: unknown;
}

/** Answers the request that is number `count`, from 1. */
export type Answering = (response: ServerResponse, asked: Asked, count: number) => void;

const AUTHORITY = new Authority('cluster');
const CERTIFIED = AUTHORITY.issue('127.0.0.1');

/**
 * An HTTPS server that answers what the test says, for what the client decides by itself: what it sends again, when it
 * gives up, what it tells of an answer. It keeps no objects and knows nothing of Kubernetes.
 */
export class ApiEdge {
  readonly asked: Asked[] = [];
  answer: Answering;
  readonly #server: Server;
  #heard: () => void = () => undefined;

  private constructor(answer: Answering) {
    this.answer = answer;
    this.#server = createServer(CERTIFIED, async (request, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of request) chunks.push(chunk as Buffer);
      const url = new URL(`https://api.test${request.url ?? '/'}`);
      const text = Buffer.concat(chunks).toString('utf8');
      const asked = {
        method: request.method ?? '',
        path: url.pathname,
        query: Object.fromEntries(url.searchParams),
        headers: request.headers,
        body: text === '' ? undefined : (JSON.parse(text) as unknown),
      };
      this.asked.push(asked);
      this.answer(response, asked, this.asked.length);
      this.#heard();
    });
  }

  /** Starts one that ends with the file's tests. */
  static async start(answer: Answering): Promise<ApiEdge> {
    const edge = new ApiEdge(answer);
    endWithFile(() => edge.close());
    await new Promise<void>((resolve) => edge.#server.listen(0, '127.0.0.1', resolve));
    return edge;
  }

  /** How a run with this token reaches it. */
  connection(token = 'first'): Connection {
    const { port } = this.#server.address() as AddressInfo;
    return {
      server: new URL(`https://127.0.0.1:${port}`),
      agent: new Agent({ ca: AUTHORITY.cert, keepAlive: true }),
      headers: { Authorization: `Bearer ${token}` },
      secrets: [token],
      namespace: 'shop',
    };
  }

  /** A transport to it. The tokens are those that its credentials get when they are read again. */
  async transport(
    clock: Clock,
    { tokens = ['first'], warn = (_: string): void => undefined } = {},
  ): Promise<Transport> {
    let read = 0;
    const connect = async () => this.connection(tokens[Math.min(read++, tokens.length - 1)]);
    return new Transport(await Credentials.obtain(connect, clock), warn, clock);
  }

  /** Resolves once so many requests came. */
  async until(count: number): Promise<void> {
    while (this.asked.length < count)
      await new Promise<void>((resolve) => {
        this.#heard = resolve;
      });
  }

  /** Nobody listens any more. */
  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

/** Answers with a status and a JSON body. */
export function json(status: number, body: unknown = {}, headers: Record<string, string> = {}): Answering {
  return (response) =>
    void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** Each answer in its turn, and the last one from then on. */
export function inTurn(...answers: [Answering, ...Answering[]]): Answering {
  return (response, asked, count) => {
    const answer = answers[Math.min(count, answers.length) - 1] ?? answers[0];
    answer(response, asked, count);
  };
}

/** Takes the request and never answers. */
export const silence: Answering = () => undefined;

/** Cuts the connection instead of an answer. */
export const cut: Answering = (response) => void response.destroy();
