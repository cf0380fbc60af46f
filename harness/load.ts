import { Agent, request } from 'node:http';
import { connect } from 'node:net';

/** How a client behaves: a connection each, a pool of connections kept open, or a head sent in two halves 1.5 s apart. */
export type Client = 'fresh' | 'kept-alive' | 'slow-sending';

/** One request and what came of it. Times are milliseconds of `performance.now()`. */
export interface Answer {
  readonly client: Client;
  readonly path: string;
  readonly sent: number;
  readonly ended: number;
  /** 0 if there was no complete answer. */
  readonly status: number;
  readonly who: string;
  /** Why it is lost, with what the answer says if there was one. */
  readonly error: string | undefined;
}

export interface Stream {
  readonly client: Client;
  readonly path: string;
  /** Requests a second. */
  readonly rate: number;
}

export interface Target {
  /** `127.0.0.1:PORT` of the proxy; load goes to the loopback only. */
  readonly proxy: string;
  readonly host: string;
  /** Who answered, from headers and body. */
  readonly identify: (headers: Record<string, string | string[] | undefined>, body: string) => string;
}

const TIMEOUT = 10_000;
const MOST_A_SECOND = 1_000;
const HALF_HEAD = 1_500;
/** The most characters of an answer that are kept. */
const MOST_SAID = 200;

/** A whole answer. */
interface Reply {
  readonly status: number;
  readonly who: string;
  readonly body: string;
}

/**
 * Open-loop load: requests start at a constant rate, whether or not earlier ones were answered, so that a stall shows as
 * many late answers and not as few requests. Nothing is sent again. Ends by itself after `seconds` at the latest.
 */
export class Load {
  readonly answers: Answer[] = [];
  readonly #target: Target;
  readonly #pool = new Agent({ keepAlive: true, maxSockets: 20 });
  readonly #stops: (() => void)[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #deadline: number;

  constructor(target: Target, seconds: number) {
    if (!target.proxy.startsWith('127.0.0.1:')) throw new Error(`load goes to 127.0.0.1 only, not to ${target.proxy}`);
    this.#target = target;
    this.#deadline = performance.now() + seconds * 1_000;
  }

  /** Adds a stream of requests. */
  add(stream: Stream): void {
    if (stream.rate > MOST_A_SECOND) throw new Error(`at most ${MOST_A_SECOND} requests a second`);
    const start = performance.now();
    let count = 0;
    const tick = () => {
      const now = Math.min(performance.now(), this.#deadline);
      for (; start + (count * 1_000) / stream.rate <= now; count += 1) this.#send(stream);
    };
    const timer = setInterval(tick, 4);
    this.#stops.push(() => clearInterval(timer));
  }

  /** Sends no more, awaits what is open, and returns every answer. */
  async stop(): Promise<readonly Answer[]> {
    for (const stop of this.#stops) stop();
    await Promise.all(this.#open);
    this.#pool.destroy();
    return this.answers;
  }

  #send({ client, path }: Stream): void {
    const sent = performance.now();
    const exchange =
      client === 'slow-sending'
        ? this.#sendSlowly(path)
        : this.#sendAtOnce(path, client === 'fresh' ? false : this.#pool);
    const done = exchange
      .then(({ status, who, body }) => ({ status, who, error: faultOf(status, body) }))
      .catch((error: Error) => ({ status: 0, who: 'nobody', error: error.message }))
      .then((outcome) => {
        this.answers.push({ client, path, sent, ended: performance.now(), ...outcome });
        this.#open.delete(done);
      });
    this.#open.add(done);
  }

  #sendAtOnce(path: string, agent: Agent | false): Promise<Reply> {
    const [host, port] = this.#target.proxy.split(':');
    return new Promise((resolve, reject) => {
      const sent = request({ host, port, path, agent, headers: { host: this.#target.host } }, (response) => {
        let body = '';
        response.setEncoding('utf8');
        response.on('data', (chunk: string) => {
          body += chunk;
        });
        response.on('error', reject);
        response.on('end', () => {
          if (!response.complete) return reject(new Error('the answer ended in the middle'));
          resolve({ status: response.statusCode ?? 0, who: this.#target.identify(response.headers, body), body });
        });
      });
      sent.setTimeout(TIMEOUT, () => sent.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
      sent.on('error', reject);
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
        if (reply === undefined) reject(new Error('the connection was closed before a whole answer'));
        else resolve({ status: reply.status, who: this.#target.identify(reply.headers, reply.body), body: reply.body });
      });
      socket.write(`GET ${path} HTTP/1.1\r\nHost: ${this.#target.host}\r\nConn`);
      setTimeout(() => socket.write('ection: close\r\n\r\n'), HALF_HEAD);
    });
  }
}

/** A request that visitors would call lost: no whole answer, or one that is not 2xx. */
export function isLost(answer: Pick<Answer, 'status'>): boolean {
  return answer.status < 200 || answer.status > 299;
}

function faultOf(status: number, body: string): string | undefined {
  return isLost({ status }) ? `status ${status}: ${body.slice(0, MOST_SAID).trim()}` : undefined;
}

/** `{fresh: 812, …}` by any property of the answers. */
export function countBy(answers: readonly Answer[], key: (answer: Answer) => string): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const answer of answers) counts[key(answer)] = (counts[key(answer)] ?? 0) + 1;
  return counts;
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
