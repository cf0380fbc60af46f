import * as core from '@actions/core';
import type { Fence } from './cluster/call.ts';
import { Lock } from './cluster/lock.ts';
import type { LockRequest } from './cluster/lock-request.ts';
import type { Transport } from './cluster/transport.ts';
import type { LockHolder } from './core/kube/lease.ts';
import { STATE_LOCK } from './github/state.ts';

/** The lock of this run. While it is held, the saved state of the step names it, so that the post step can release it. */
export class RunLock {
  readonly #transport: Transport;
  readonly #request: () => LockRequest;
  readonly #signal: AbortSignal;
  #lock: Lock | undefined;

  constructor(transport: Transport, request: () => LockRequest, signal: AbortSignal) {
    this.#transport = transport;
    this.#request = request;
    this.#signal = signal;
  }

  /** Waits until no other run works on the app, and says which gave way meanwhile; nothing to wait for if it is held. */
  async take(): Promise<readonly LockHolder[]> {
    if (this.#lock !== undefined) return [];
    const request = this.#request();
    this.#lock = await Lock.acquire(this.#transport, request, this.#signal);
    const { namespace, app } = request;
    core.saveState(STATE_LOCK, JSON.stringify({ namespace, app, id: this.#lock.id }));
    return this.#lock.overtaken;
  }

  /** Gives it back, if it is held. */
  async drop(): Promise<void> {
    if (this.#lock === undefined) return;
    await this.#lock.release();
    this.#lock = undefined;
    core.saveState(STATE_LOCK, '');
  }

  /** No write without the lock: it is taken first, and has to outlive each write. */
  readonly fence: Fence = (send, signal) => {
    if (this.#lock === undefined) throw new Error('a write was tried without the lock');
    return this.#lock.guard(send, signal);
  };
}
