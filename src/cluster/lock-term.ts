import type { Clock } from '../core/base/clock.ts';
import { GreenpathError } from '../core/base/error.ts';
import {
  GIVE_UP_BEFORE_END,
  LEASE_SECONDS,
  RENEW_EVERY,
  SLOW_AFTER,
  SLOW_LEASE_SECONDS,
  SURE,
  SURE_WITHIN,
} from '../core/base/timing.ts';
import { CLOCK } from '../process/clock.ts';
import type { Renewal } from './lease.ts';

/** Renews the Lease, for longer if the server is slow; false if another run has it now. */
type Renew = (how: Renewal, signal: AbortSignal) => Promise<boolean>;

/**
 * How long a run certainly holds its lock, by this process's monotonic clock, and the renewals that extend it. No write
 * is under way after that (docs/decisions/0015-slow-answers.md).
 */
export class Term {
  readonly #app: string;
  readonly #renewLease: Renew;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  /** Aborted once another run has the lock. */
  readonly #gone = new AbortController();
  #validUntil = 0;
  #renewing: { readonly sent: number; readonly done: Promise<void> } | undefined;
  /** Whether a request was slow. Each renewal then lasts longer than the server may work on a write. */
  #isSlow = false;

  constructor(app: string, renewLease: Renew, clock = CLOCK) {
    this.#app = app;
    this.#renewLease = renewLease;
    this.#clock = clock;
  }

  /**
   * Begins with a lock whose request was sent at `sent` and answered just now. If the answer was lost (undefined), the
   * first write renews the lock.
   */
  begin(sent: number | undefined): void {
    const now = this.#clock.now();
    this.#validUntil = sent === undefined ? now : sent + LEASE_SECONDS * 1_000;
    this.#isSlow = sent !== undefined && now - sent >= SLOW_AFTER;
    void this.#renewOften().catch(() => undefined);
  }

  /** Whether the server is slow but still answers: the lock was renewed recently. */
  get isSlow(): boolean {
    return this.#isSlow && this.#remaining() >= SURE;
  }

  /** Ends all renewals. */
  async end(): Promise<void> {
    this.#ended.abort();
    await this.#renewing?.done.catch(() => undefined);
  }

  /**
   * Sends a write if the lock is certain, and renews the lock first if needed. The lock is also renewed while the
   * answer is outstanding. If that fails, `until` aborts before the lock ends. Throws `lock-lost` before anything was
   * sent, and `unreachable` or `lock-lost` if the write was given up.
   */
  async guard<T>(send: (until: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    await this.#secure(signal);
    const cut = new AbortController();
    const answered = new AbortController();
    const ifUnanswered = (work: Promise<void>) => void work.catch(() => undefined);
    ifUnanswered(this.#untilOver(answered.signal).then(() => cut.abort(this.#givenUp())));
    ifUnanswered(this.#clock.pause(SLOW_AFTER, answered.signal).then(() => this.#slowDown()));
    try {
      return await send(AbortSignal.any([cut.signal, this.#gone.signal]));
    } finally {
      answered.abort();
    }
  }

  /** Resolves shortly before the lock ends, however often it is renewed until then. */
  async #untilOver(signal: AbortSignal): Promise<void> {
    for (let left = this.#remaining(); left > GIVE_UP_BEFORE_END; left = this.#remaining())
      await this.#clock.pause(left - GIVE_UP_BEFORE_END, signal);
  }

  async #renewOften(): Promise<void> {
    for (;;) {
      await this.#clock.pause(RENEW_EVERY, this.#ended.signal);
      void this.#renew(this.#ended.signal).catch(() => undefined);
    }
  }

  /** Renews the lock until it is certain. */
  async #secure(signal: AbortSignal): Promise<void> {
    this.#gone.signal.throwIfAborted();
    const until = this.#clock.now() + SURE_WITHIN;
    while (this.#remaining() < SURE) {
      if (this.#clock.now() >= until) throw this.#lost();
      const pause = new AbortController();
      const next = this.#clock.pause(RENEW_EVERY, pause.signal);
      await Promise.race([this.#renew(signal), next]).finally(() => pause.abort());
    }
  }

  /** The server is slow with a write: from now on each renewal lasts longer. */
  #slowDown(): void {
    if (this.#isSlow) return;
    this.#isSlow = true;
    this.#renewing = undefined;
    void this.#renew(this.#ended.signal).catch(() => undefined);
  }

  /**
   * One renewal for all concurrent callers. A renewal that hangs, as on a lost connection, does not delay the next one.
   */
  #renew(signal: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    if (this.#renewing === undefined || now - this.#renewing.sent >= RENEW_EVERY) {
      const done = this.#renewOnce(AbortSignal.any([signal, this.#ended.signal])).finally(() => {
        if (this.#renewing?.done === done) this.#renewing = undefined;
      });
      this.#renewing = { sent: now, done };
    }
    return this.#renewing.done;
  }

  async #renewOnce(signal: AbortSignal): Promise<void> {
    const sent = this.#clock.now();
    const isSlow = this.#isSlow;
    const isOurs = await this.#renewLease({ isSlow }, signal);
    signal.throwIfAborted();
    if (!isOurs) {
      const error = this.#lost();
      this.#gone.abort(error);
      throw error;
    }
    if (this.#clock.now() - sent >= SLOW_AFTER) this.#isSlow = true;
    const seconds = isSlow ? SLOW_LEASE_SECONDS : LEASE_SECONDS;
    this.#validUntil = Math.max(this.#validUntil, sent + seconds * 1_000);
  }

  /** Aborts, with the error `lock-lost`, once another run has the lock. */
  get gone(): AbortSignal {
    return this.#gone.signal;
  }

  #remaining(): number {
    return this.#validUntil - this.#clock.now();
  }

  #lost(): GreenpathError {
    return new GreenpathError(
      'lock-lost',
      `this run was stopped or cut off for longer than its lock lasts, and another run may work on ${this.#app} now`,
      'Check the other run (mode status names it), then run the step again.',
    );
  }

  #givenUp(): GreenpathError {
    return new GreenpathError(
      'unreachable',
      `the API server did not answer a write, and the lock of ${this.#app} could not be renewed meanwhile, so the write was given up. It is not known whether it took effect`,
      'Run the step again when the API server has recovered: it continues from the present state.',
    );
  }
}
