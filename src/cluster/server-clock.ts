import { type ClockOffset, narrowed, serverTime } from '../core/kube/server-time.ts';

/**
 * The API server's clock, as its answers show it. Stored and compared times use it, since the clocks of runners differ.
 * Between answers, this process's monotonic clock is used.
 */
export class ServerClock {
  #offset: ClockOffset | undefined;

  /** Milliseconds since 1970; before the first answer by this machine's clock. */
  now(): number {
    return this.#offset === undefined ? Date.now() : serverTime(this.#offset, performance.now());
  }

  /** Reads the `Date` header of an answer that arrived just now, to a request sent at `sent` (`performance.now()`). */
  hear(header: string | undefined, sent: number): void {
    const date = Date.parse(header ?? '');
    if (Number.isNaN(date)) return;
    this.#offset = narrowed(this.#offset, { date, sent, received: performance.now() });
  }
}
