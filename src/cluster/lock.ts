import { randomUUID } from 'node:crypto';
import { GreenpathError } from '../core/error.ts';
import { comesFirst, type Held, type Holder, hasPrecedence, LEASE_SECONDS, runText } from '../core/lease.ts';
import { LeaseRequests } from './lease.ts';
import { waitInLine } from './queue.ts';
import { type Transport, WRITE_TIMEOUT } from './transport.ts';

const RENEW_EVERY = 5_000;
/** How long a lock is held before its Lease is followed, in milliseconds: most runs that only write have ended then. */
const FOLLOW_AFTER = 1_000;
/** How long the end of a run may take to give the lock back, in milliseconds. */
const RELEASE_WITHIN = 1_500;

export interface LockRequest {
  readonly namespace: string;
  readonly app: string;
  readonly holder: Holder;
  /** Gets who holds the lock, whenever that changes while this run waits. */
  readonly waiting: (text: string) => void;
  /** Gets who asks this run to give way: a rollback does not stand in line. */
  readonly wanted: (text: string) => void;
  /** The lock is somebody else's: nothing may be written any more. */
  readonly lost: (error: GreenpathError) => void;
}

/** A lock that a process left behind. */
export interface LeftLock {
  readonly namespace: string;
  readonly app: string;
  readonly id: string;
}

/**
 * One run at a time works on an app. The lock is a Lease that is renewed in the background; `fence` says before each
 * write that it outlives the request, by this process's monotonic clock, so that a run which was stopped and wakes up
 * writes nothing. A run that holds it for longer follows the Lease too, and hears at once when a rollback wants it.
 */
export class Lock {
  readonly #lease: LeaseRequests;
  readonly #request: LockRequest;
  readonly #id = randomUUID();
  readonly #ended = new AbortController();
  #validUntil = 0;
  #overtaken: readonly Holder[] = [];
  #renewing: Promise<void> | undefined;
  #timers: NodeJS.Timeout[] = [];

  private constructor(transport: Transport, request: LockRequest) {
    this.#lease = new LeaseRequests(transport, request.namespace, request.app);
    this.#request = request;
  }

  /** Takes the lock, waiting for it until `signal` aborts: then the error `lock-held` says who holds it since when. */
  static async acquire(transport: Transport, request: LockRequest, signal: AbortSignal): Promise<Lock> {
    const lock = new Lock(transport, request);
    await lock.#take(signal);
    lock.#keep();
    return lock;
  }

  /** Resolves if the lock outlives a write that is sent now; renews it first if need be. Throws `lock-lost`. */
  async fence(signal: AbortSignal): Promise<void> {
    if (this.#remaining() < WRITE_TIMEOUT) await this.#renew(signal);
    if (this.#remaining() < WRITE_TIMEOUT) throw this.#lost();
  }

  /** What tells this holder from any other, for `releaseLeft`. */
  get id(): string {
    return this.#id;
  }

  /** Who gave the lock back while this run waited for it. */
  get overtaken(): readonly Holder[] {
    return this.#overtaken;
  }

  /** Gives back the lock that a process which is gone took as `id`; whether it still held it. */
  static releaseLeft(transport: Transport, { namespace, app, id }: LeftLock, signal: AbortSignal): Promise<boolean> {
    return new LeaseRequests(transport, namespace, app).release(id, signal);
  }

  /** Gives the lock back. A run that cannot does no harm: the lock expires. */
  async release(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#ended.abort();
    await this.#renewing?.catch(() => undefined);
    await this.#lease.release(this.#id, AbortSignal.timeout(RELEASE_WITHIN)).catch(() => undefined);
  }

  /** One request where the lock is free, which it nearly always is. */
  async #take(signal: AbortSignal): Promise<void> {
    const sent = performance.now();
    const held = await this.#lease.takeFree(this.#id, this.#request.holder, signal);
    const turn =
      held === undefined ? await waitInLine(this.#lease, this.#id, this.#request, signal) : { sent, overtaken: [] };
    this.#validUntil = turn.sent + LEASE_SECONDS * 1_000;
    this.#overtaken = turn.overtaken;
  }

  /** Renews the lock in the background, and hears who wants it. */
  #keep(): void {
    const renew = () => void this.#renew(AbortSignal.timeout(WRITE_TIMEOUT)).catch(() => undefined);
    const follow = () => void this.#lease.follow((held) => this.#hear(held), this.#ended.signal).catch(() => undefined);
    this.#timers = [setInterval(renew, RENEW_EVERY)];
    if (!hasPrecedence(this.#request.holder)) this.#timers.push(setTimeout(follow, FOLLOW_AFTER));
  }

  #hear(held: Held | undefined): void {
    const first = held?.id === this.#id ? comesFirst(held, this.#request.holder) : undefined;
    if (first !== undefined) this.#request.wanted(runText(first));
  }

  #renew(signal: AbortSignal): Promise<void> {
    this.#renewing ??= this.#renewOnce(signal).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewOnce(signal: AbortSignal): Promise<void> {
    const sent = performance.now();
    const held = await this.#lease.renew(this.#id, signal);
    if (held === undefined) {
      const error = this.#lost();
      this.#request.lost(error);
      throw error;
    }
    this.#validUntil = sent + LEASE_SECONDS * 1_000;
    this.#hear(held);
  }

  #remaining(): number {
    return this.#validUntil - performance.now();
  }

  #lost(): GreenpathError {
    return new GreenpathError(
      'lock-lost',
      `this run was stopped or cut off for longer than its lock lasts (${LEASE_SECONDS} s), and another run may work on ${this.#request.app} now`,
      'Look at the other run (mode status names it), then run the step again.',
    );
  }
}
