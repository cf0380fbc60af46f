import type { Clock } from '../src/core/base/clock.ts';

interface Waiting {
  readonly at: number;
  readonly end: () => void;
}

/** A clock that stands still until the test lets time pass. */
export class TestClock implements Clock {
  #now = 0;
  #waiting: Waiting[] = [];
  readonly #jumps: boolean;

  /** With `jumps`, a pause takes no time of ours: the clock is at its end at once. */
  constructor({ jumps = false } = {}) {
    this.#jumps = jumps;
  }

  now(): number {
    return this.#now;
  }

  pause(ms: number, signal?: AbortSignal): Promise<void> {
    if (this.#jumps) this.#reach(this.#now + ms);
    return new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason);
      if (this.#jumps) return resolve();
      const waiting = { at: this.#now + ms, end: resolve };
      this.#waiting.push(waiting);
      signal?.addEventListener('abort', () => {
        this.#waiting = this.#waiting.filter((one) => one !== waiting);
        reject(signal.reason);
      });
    });
  }

  timeout(ms: number): AbortSignal {
    const late = new AbortController();
    this.#waiting.push({
      at: this.#now + ms,
      end: () => late.abort(new DOMException('The time is over', 'TimeoutError')),
    });
    return late.signal;
  }

  /** Lets time pass. What is due on the way goes on when it is, and may wait anew. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await turn();
    for (let next = this.#next(end); next !== undefined; next = this.#next(end)) {
      this.#reach(next.at);
      await turn();
    }
    this.#reach(end);
    await turn();
  }

  #next(until: number): Waiting | undefined {
    return this.#waiting.filter(({ at }) => at <= until).toSorted((one, other) => one.at - other.at)[0];
  }

  #reach(time: number): void {
    this.#now = time;
    const due = this.#waiting.filter(({ at }) => at <= time);
    this.#waiting = this.#waiting.filter(({ at }) => at > time);
    for (const { end } of due) end();
  }
}

/** Lets what is ready to go on do so. */
export async function turn(): Promise<void> {
  for (let count = 0; count < 5; count += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** Resolves once something is so: what is waited for comes over a socket, at a time of its own. */
export async function until(isSo: () => boolean): Promise<void> {
  while (!isSo()) await turn();
}
