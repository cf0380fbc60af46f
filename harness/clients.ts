import { Agent, request } from 'node:http';
import { connect, type Socket } from 'node:net';

/**
 * How a client behaves: a connection each; a pool of connections kept open; the same and, as browsers and Go do, one more
 * try where a kept connection was closed before it answered; or a head sent in two halves 1.5 s apart.
 */
export type Client = 'fresh' | 'kept-alive' | 're-sending' | 'slow-sending';

export interface Target {
  /** `127.0.0.1:PORT` of the proxy; load goes to the loopback only. */
  readonly proxy: string;
  readonly host: string;
  /** Who answered, from headers and body. */
  readonly identify: (headers: Record<string, string | string[] | undefined>, body: string) => string;
  /** After so many milliseconds without a request, clients close a kept connection. */
  readonly idle?: number;
}

/** A whole answer. */
interface Reply {
  readonly status: number;
  readonly who: string;
  readonly body: string;
  /** Whether the request was sent a second time. */
  readonly resent: boolean;
}

const TIMEOUT = 10_000;
/**
 * Shorter than what proxies wait (nginx 75 s, Traefik 180 s): else these close a connection that was opened in a stall, and
 * perhaps at the very moment at which it is used again. Other clients do so too, Go's after 90 s.
 */
const IDLE = 30_000;
const HALF_HEAD = 1_500;
/** How Node says that the other end closed a connection. */
const CLOSED = ['ECONNRESET', 'EPIPE'];

/** A connection that had carried an answer before was closed before the first byte of the next one. */
export class KeptConnectionClosed extends Error {
  constructor(cause: Error) {
    super(`a kept connection was closed before it answered: ${cause.message}`, { cause });
  }
}

/** The clients of one target. */
export class Clients {
  readonly #target: Target;
  /** Each kind has connections of its own. */
  readonly #pools: Readonly<Record<'kept-alive' | 're-sending', Agent>>;

  constructor(target: Target) {
    if (!target.proxy.startsWith('127.0.0.1:')) throw new Error(`load goes to 127.0.0.1 only, not to ${target.proxy}`);
    this.#target = target;
    const { idle = IDLE } = target;
    this.#pools = { 'kept-alive': pool(idle), 're-sending': pool(idle) };
  }

  /** Sends a GET and resolves to the whole answer; rejects if none comes. */
  send(client: Client, path: string): Promise<Reply> {
    if (client === 'slow-sending') return this.#sendSlowly(path);
    if (client === 'fresh') return this.#sendAtOnce(path, false);
    const first = this.#sendAtOnce(path, this.#pools[client]);
    if (client === 'kept-alive') return first;
    return first.catch(async (error: Error) => {
      if (!(error instanceof KeptConnectionClosed)) throw error;
      return { ...(await this.#sendAtOnce(path, false)), resent: true };
    });
  }

  /** Closes the connections that are kept. */
  close(): void {
    for (const kept of Object.values(this.#pools)) kept.destroy();
  }

  #sendAtOnce(path: string, agent: Agent | false): Promise<Reply> {
    const [host, port] = this.#target.proxy.split(':');
    return new Promise((resolve, reject) => {
      let used: { readonly socket: Socket; readonly read: number } | undefined;
      const sent = request({ host, port, path, agent, headers: { host: this.#target.host } }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (!response.complete) return reject(new Error('the answer ended in the middle'));
          const who = this.#target.identify(response.headers, body);
          resolve({ status: response.statusCode ?? 0, who, body, resent: false });
        });
      });
      // `reusedSocket` is false where a waiting request gets a connection at the moment it becomes free.
      sent.on('socket', (socket) => {
        if (socket.bytesRead > 0) used = { socket, read: socket.bytesRead };
      });
      sent.setTimeout(TIMEOUT, () => sent.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
      sent.on('error', (error: NodeJS.ErrnoException) => {
        const isSilent = CLOSED.includes(error.code ?? '') && used !== undefined && used.socket.bytesRead === used.read;
        reject(isSilent ? new KeptConnectionClosed(error) : error);
      });
      sent.end();
    });
  }

  #sendSlowly(path: string): Promise<Reply> {
    const [host = '', port] = this.#target.proxy.split(':');
    return new Promise((resolve, reject) => {
      const socket = connect({ host, port: Number(port) });
      let text = '';
      socket.setEncoding('utf8');
      socket.setTimeout(TIMEOUT, () => socket.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
      socket.on('error', reject);
      socket.on('data', (chunk: string) => {
        text += chunk;
      });
      socket.on('close', () => {
        const reply = parseReply(text);
        if (reply === undefined) return reject(new Error('the connection was closed before a whole answer'));
        const { status, headers, body } = reply;
        resolve({ status, who: this.#target.identify(headers, body), body, resent: false });
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#target.host}\r\nConn`);
      setTimeout(() => socket.write('ection: close\r\n\r\n'), HALF_HEAD);
    });
  }
}

function pool(idle: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: 20, timeout: idle });
}

function parseReply(text: string): { status: number; headers: Record<string, string>; body: string } | undefined {
  const end = text.indexOf('\r\n\r\n');
  const status = Number(/^HTTP\/1\.1 (\d{3})/.exec(text)?.[1]);
  if (end < 0 || Number.isNaN(status)) return undefined;
  const lines = text.slice(0, end).split('\r\n').slice(1);
  const headers = Object.fromEntries(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
  const body = text.slice(end + 4);
  const length = headers['content-length'];
  const whole =
    length === undefined ? body.endsWith('0\r\n\r\n') || body === '' : Buffer.byteLength(body) === Number(length);
  return whole ? { status, headers, body } : undefined;
}
