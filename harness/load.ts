import { type Client, Clients, KeptConnectionClosed, type Target } from './clients.ts';

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
  /** Whether a kept connection was closed before it answered; a re-sending client has asked again then. */
  readonly closed: boolean;
}

export interface Stream {
  readonly client: Client;
  readonly path: string;
  /** Requests a second. */
  readonly rate: number;
}

const MOST_A_SECOND = 1_000;
/** The most characters of an answer that are kept. */
const MOST_SAID = 200;

/**
 * Open-loop load: requests start at a constant rate, whether or not earlier ones were answered, so that a stall shows as
 * many late answers and not as few requests. Nothing is sent again but by re-sending clients. Ends by itself after
 * `seconds` at the latest.
 */
export class Load {
  readonly answers: Answer[] = [];
  readonly #clients: Clients;
  readonly #stops: (() => void)[] = [];
  readonly #open = new Set<Promise<void>>();
  readonly #deadline: number;

  constructor(target: Target, seconds: number) {
    this.#clients = new Clients(target);
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
    this.#clients.close();
    return this.answers;
  }

  #send({ client, path }: Stream): void {
    const sent = performance.now();
    const done = this.#clients
      .send(client, path)
      .then(({ status, who, body, resent }) => ({ status, who, error: faultOf(status, body), closed: resent }))
      .catch((error: Error) => {
        const closed = error instanceof KeptConnectionClosed;
        return { status: 0, who: 'nobody', error: error.message, closed };
      })
      .then((outcome) => {
        this.answers.push({ client, path, sent, ended: performance.now(), ...outcome });
        this.#open.delete(done);
      });
    this.#open.add(done);
  }
}

/** A request that visitors would call lost: no whole answer, or one that is not 2xx. */
export function isLost(answer: Pick<Answer, 'status'>): boolean {
  return answer.status < 200 || answer.status > 299;
}

/**
 * The same, without what a client lost since it does not ask again where a kept connection was closed. Whoever asked again
 * and got a bad answer has lost it as everybody else would.
 */
export function isMissing({ status, closed }: Pick<Answer, 'status' | 'closed'>): boolean {
  return isLost({ status }) && !(closed && status === 0);
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
