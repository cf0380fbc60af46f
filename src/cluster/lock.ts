import { randomUUID } from 'node:crypto';
import type { Clock } from '../core/base/clock.ts';
import { GreenpathError } from '../core/base/error.ts';
import { RELEASE_WITHIN } from '../core/base/timing.ts';
import { comesFirst, type HeldLock, hasPrecedence, type LockHolder, runText } from '../core/kube/lease.ts';
import { CLOCK } from '../process/clock.ts';
import { LeaseRequests, type Renewal } from './lease.ts';
import { waitInLine } from './lock-queue.ts';
import type { LockRequest } from './lock-request.ts';
import { Term } from './lock-term.ts';
import type { Transport } from './transport.ts';

/**
 * How long a run holds the lock before it watches the Lease, in milliseconds: most runs that only write have ended by
 * then.
 */
const FOLLOW_AFTER = 1_000;
/** How long giving the lock back may take where the server is slow and nobody waits for the end of a cancelled run. */
const SLOW_RELEASE_WITHIN = 15_000;

/** A lock that a process left behind. */
export interface LeftLock {
  readonly namespace: string;
  readonly app: string;
  readonly id: string;
}

/**
 * Only one run at a time works on an app. The lock is a Lease that is renewed in the background. `guard` sends each
 * write only while the lock is certain, so that a run that was stopped and wakes up writes nothing. A run that holds
 * the lock for longer also watches the Lease and learns at once when a rollback wants it.
 */
export class Lock {
  readonly #lease: LeaseRequests;
  readonly #request: LockRequest;
  readonly #id = randomUUID();
  readonly #term: Term;
  readonly #signal: AbortSignal;
  readonly #clock: Clock;
  readonly #ended = new AbortController();
  #overtaken: readonly LockHolder[] = [];

  private constructor(transport: Transport, request: LockRequest, signal: AbortSignal, clock: Clock) {
    this.#lease = new LeaseRequests(transport, request.namespace, request.app, clock);
    this.#request = request;
    this.#signal = signal;
    this.#clock = clock;
    this.#term = new Term(request.app, (how, signal) => this.#renew(how, signal), clock);
    this.#term.gone.addEventListener('abort', () => request.lost(this.#term.gone.reason), { once: true });
  }

  /** Takes the lock, waiting until `signal` aborts: the error `lock-held` then names the holder and the time. */
  static async acquire(transport: Transport, request: LockRequest, signal: AbortSignal, clock = CLOCK): Promise<Lock> {
    const lock = new Lock(transport, request, signal, clock);
    try {
      await lock.#take();
    } catch (error) {
      if (mayBeTaken(error)) await lock.release();
      throw error;
    }
    return lock;
  }

  /** Sends a write while this run holds the lock; see `Term.guard`. */
  guard<T>(send: (until: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<T> {
    return this.#term.guard(send, signal);
  }

  /** Identifies this holder, for `releaseLeft`. */
  get id(): string {
    return this.#id;
  }

  /** Runs that released the lock while this run waited for it. */
  get overtaken(): readonly LockHolder[] {
    return this.#overtaken;
  }

  /** Releases the lock that a process which is gone took as `id`; returns whether that process still held it. */
  static releaseLeft(transport: Transport, { namespace, app, id }: LeftLock, signal: AbortSignal): Promise<boolean> {
    return new LeaseRequests(transport, namespace, app).release(id, signal);
  }

  /** Releases the lock. If that fails, the lock expires. */
  async release(): Promise<void> {
    this.#ended.abort();
    await this.#term.end();
    const within = this.#term.isSlow && !this.#signal.aborted ? SLOW_RELEASE_WITHIN : RELEASE_WITHIN;
    await this.#lease.release(this.#id, this.#clock.timeout(within)).catch(() => undefined);
  }

  /** One request if the lock is free, which it nearly always is. */
  async #take(): Promise<void> {
    const sent = this.#clock.now();
    const signal = this.#signal;
    const held = await this.#lease.takeFree(this.#id, this.#request.holder, signal);
    const turn =
      held === undefined
        ? await waitInLine(this.#lease, this.#id, this.#request, signal, this.#clock)
        : { sent, overtaken: [] };
    this.#overtaken = turn.overtaken;
    this.#term.begin(turn.sent);
    if (!hasPrecedence(this.#request.holder)) void this.#followLater().catch(() => undefined);
  }

  async #renew(how: Renewal, signal: AbortSignal): Promise<boolean> {
    const held = await this.#lease.renew(this.#id, how, signal);
    this.#hear(held);
    return held !== undefined;
  }

  async #followLater(): Promise<void> {
    await this.#clock.pause(FOLLOW_AFTER, this.#ended.signal);
    await this.#lease.follow((held) => this.#hear(held), this.#ended.signal);
  }

  #hear(held: HeldLock | undefined): void {
    const first = held?.id === this.#id ? comesFirst(held, this.#request.holder) : undefined;
    if (first !== undefined) this.#request.wanted(runText(first));
  }
}

/** Whether the lock may have been taken although the attempt failed, since the answer may have been lost. */
function mayBeTaken(error: unknown): boolean {
  return !(error instanceof GreenpathError) || ['unreachable', 'cancelled', 'timeout'].includes(error.code);
}
