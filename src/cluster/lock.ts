import { randomUUID } from 'node:crypto';
import { GreenpathError } from '../core/error.ts';
import {
  type Held,
  type Holder,
  holderText,
  isFree,
  LEASE_SECONDS,
  leaseFields,
  leaseName,
  leaseObject,
  readLease,
} from '../core/lease.ts';
import { FIELD_MANAGER, type KubeObject, LABEL_APP } from '../core/objects.ts';
import { failure, isGuardRefusal } from './failure.ts';
import { KIND, pathOf } from './kinds.ts';
import { type Transport, WRITE_TIMEOUT } from './transport.ts';
import { follow } from './watch.ts';

const RENEW_EVERY = 5_000;
/** How long the end of a run may take to give the lock back, in milliseconds. */
const RELEASE_WITHIN = 1_500;

export interface LockRequest {
  readonly namespace: string;
  readonly app: string;
  readonly holder: Holder;
  /** Gets who holds the lock, whenever that changes while this run waits. */
  readonly waiting: (text: string) => void;
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
 * writes nothing.
 */
export class Lock {
  readonly #transport: Transport;
  readonly #request: LockRequest;
  readonly #id = randomUUID();
  #resourceVersion = '';
  #validUntil = 0;
  #renewing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;

  private constructor(transport: Transport, request: LockRequest) {
    this.#transport = transport;
    this.#request = request;
  }

  /** Takes the lock, waiting for it until `signal` aborts: then the error `lock-held` says who holds it since when. */
  static async acquire(transport: Transport, request: LockRequest, signal: AbortSignal): Promise<Lock> {
    const lock = new Lock(transport, request);
    if (!(await lock.#takeFree(signal))) await lock.#wait(signal);
    lock.#timer = setInterval(
      () => void lock.#renew(AbortSignal.timeout(WRITE_TIMEOUT)).catch(() => undefined),
      RENEW_EVERY,
    );
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

  /** Gives back the lock that a process which is gone took as `id`; whether it still held it. */
  static async releaseLeft(transport: Transport, left: LeftLock, signal: AbortSignal): Promise<boolean> {
    const path = pathOf(KIND.Lease, left.namespace, leaseName(left.app));
    const read = await transport.call({ method: 'GET', path, idempotent: true }, signal);
    if (read.status === 404) return false;
    if (read.status >= 400) throw failure(read, { verb: 'get', resource: 'leases', name: leaseName(left.app) });
    const held = readLease(read.body as KubeObject);
    if (held.id !== left.id) return false;
    const body = { metadata: { resourceVersion: held.resourceVersion }, spec: { holderIdentity: '' } };
    const contentType = 'application/merge-patch+json';
    const query = { fieldManager: FIELD_MANAGER };
    const answer = await transport.call({ method: 'PATCH', path, query, contentType, body, idempotent: false }, signal);
    return answer.status < 400;
  }

  /** Gives the lock back. A run that cannot does no harm: the lock expires. */
  async release(): Promise<void> {
    clearInterval(this.#timer);
    const signal = AbortSignal.timeout(RELEASE_WITHIN);
    await this.#renewing?.catch(() => undefined);
    const change = { metadata: { resourceVersion: this.#resourceVersion }, spec: { holderIdentity: '' } };
    await this.#send('PATCH', 'application/merge-patch+json', change, signal).catch(() => undefined);
  }

  /** One request where the lock is free, which it nearly always is. */
  async #takeFree(signal: AbortSignal): Promise<boolean> {
    const fields = this.#fields();
    const sent = performance.now();
    const answer = await this.#send(
      'PATCH',
      'application/json-patch+json',
      [
        { op: 'test', path: '/spec/holderIdentity', value: '' },
        { op: 'replace', path: '/spec', value: fields.spec },
        { op: 'add', path: '/metadata/annotations', value: fields.metadata.annotations },
      ],
      signal,
    );
    if (answer.status === 404) return this.#create(signal);
    if (isGuardRefusal(answer)) return false;
    return this.#took(answer, sent);
  }

  async #create(signal: AbortSignal): Promise<boolean> {
    const sent = performance.now();
    const { app, namespace } = this.#request;
    const answer = await this.#send('POST', 'application/json', leaseObject(app, namespace, this.#fields()), signal);
    return answer.status === 409 ? false : this.#took(answer, sent);
  }

  /** Follows the Lease until it is free, or was not renewed for its whole duration, and takes it. */
  async #wait(signal: AbortSignal): Promise<void> {
    const stop = new AbortController();
    const until = AbortSignal.any([signal, stop.signal]);
    const leases = new Map<string, KubeObject>();
    const { namespace, app } = this.#request;
    let wake: () => void = () => undefined;
    const target = { kind: KIND.Lease, namespace, labels: `${LABEL_APP}=${app}` };
    const following = follow(this.#transport, target, leases, () => wake(), until);
    let seen: { held: Held; at: number } | undefined;
    try {
      for (;;) {
        const lease = leases.get(leaseName(app));
        if (lease !== undefined) {
          const held = readLease(lease);
          const isNew = held.id !== seen?.held.id;
          if (held.resourceVersion !== seen?.held.resourceVersion) seen = { held, at: performance.now() };
          const expired = performance.now() - seen.at >= LEASE_SECONDS * 1_000;
          const free = expired || isFree(held, this.#request.holder);
          if (free && (await this.#takeOver(held.resourceVersion, signal))) return;
          if (!free && isNew) this.#request.waiting(holderText(held));
        } else if (seen !== undefined && (await this.#create(signal))) return;
        const pause = new Promise<void>((resolve) => {
          wake = resolve;
          setTimeout(resolve, 500).unref();
          until.addEventListener('abort', () => resolve(), { once: true });
        });
        await Promise.race([pause, following]);
        if (signal.aborted) throw heldError(seen?.held, signal);
      }
    } finally {
      stop.abort();
      await following.catch(() => undefined);
    }
  }

  async #takeOver(resourceVersion: string, signal: AbortSignal): Promise<boolean> {
    const sent = performance.now();
    const fields = this.#fields();
    const guarded = { ...fields, metadata: { ...fields.metadata, resourceVersion } };
    const answer = await this.#send('PATCH', 'application/merge-patch+json', guarded, signal);
    return answer.status === 409 || answer.status === 404 ? false : this.#took(answer, sent);
  }

  #renew(signal: AbortSignal): Promise<void> {
    this.#renewing ??= this.#renewOnce(signal).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renewOnce(signal: AbortSignal): Promise<void> {
    if (await this.#takeOver(this.#resourceVersion, signal)) return;
    // The answer to an earlier renewal may have been lost: then the newer version is this run's own.
    const { namespace, app } = this.#request;
    const path = pathOf(KIND.Lease, namespace, leaseName(app));
    const answer = await this.#transport.call({ method: 'GET', path, idempotent: true }, signal);
    const held = answer.status === 200 ? readLease(answer.body as KubeObject) : undefined;
    if (held?.id === this.#id && (await this.#takeOver(held.resourceVersion, signal))) return;
    const error = this.#lost();
    this.#request.lost(error);
    throw error;
  }

  #took(answer: { status: number; body: unknown }, sent: number): true {
    if (answer.status >= 400) {
      const verb = answer.status === 404 ? 'create' : 'patch';
      throw failure(answer, { verb, resource: 'leases', name: leaseName(this.#request.app) });
    }
    this.#resourceVersion = readLease(answer.body as KubeObject).resourceVersion;
    this.#validUntil = sent + LEASE_SECONDS * 1_000;
    return true;
  }

  #send(method: 'PATCH' | 'POST', contentType: string, body: unknown, signal: AbortSignal) {
    const { namespace, app } = this.#request;
    const path = pathOf(KIND.Lease, namespace, method === 'POST' ? undefined : leaseName(app));
    const query = { fieldManager: FIELD_MANAGER };
    // Not idempotent: a renewal whose answer was lost would find its own new version and take it for somebody else's.
    return this.#transport.call({ method, path, query, contentType, body, idempotent: false }, signal);
  }

  #fields() {
    return leaseFields(this.#id, this.#request.holder, new Date().toISOString());
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

function heldError(held: Held | undefined, signal: AbortSignal): GreenpathError {
  const reason: unknown = signal.reason;
  if (held === undefined || !(reason instanceof GreenpathError) || reason.code !== 'timeout') {
    return reason instanceof GreenpathError ? reason : new GreenpathError('internal', String(reason), 'Report this.');
  }
  return new GreenpathError(
    'lock-held',
    `another run works on this app: ${holderText(held)}; it did not end within this step's timeout`,
    'Look at that run, and run the step again when it has ended; a run that was killed loses the lock by itself.',
  );
}
