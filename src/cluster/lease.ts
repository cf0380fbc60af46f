import type { Clock } from '../core/base/clock.ts';
import { KIND } from '../core/kube/kinds.ts';
import {
  type Claim,
  type HeldLock,
  type LockHolder,
  leaseName,
  leaseObject,
  readLease,
  releasePatch,
  renewPatch,
  takeFreePatch,
  takeOverPatch,
  wantPatch,
  withdrawPatch,
} from '../core/kube/lease.ts';
import { FIELD_MANAGER, type KubeObject, LABEL_APP } from '../core/kube/objects.ts';
import { CLOCK } from '../process/clock.ts';
import type { ApiAnswer } from './call.ts';
import { failure, isGuardRefusal } from './failure.ts';
import { pathOf } from './kinds.ts';
import type { Transport } from './transport.ts';
import { follow, Watched } from './watch.ts';

type ContentType = 'application/json-patch+json' | 'application/merge-patch+json' | 'application/json';

/** How a lock is renewed: for longer where a write is slow. */
export interface Renewal {
  readonly isSlow: boolean;
}

/** Requests for the Lease of one app. Each write is one guarded request: it takes effect entirely or not at all. */
export class LeaseRequests {
  readonly #transport: Transport;
  readonly #namespace: string;
  readonly #app: string;
  readonly #clock: Clock;

  constructor(transport: Transport, namespace: string, app: string, clock = CLOCK) {
    this.#transport = transport;
    this.#namespace = namespace;
    this.#app = app;
    this.#clock = clock;
  }

  /**
   * Takes the lock if nobody holds it; undefined if somebody does, or if another run has precedence. Like every way to
   * take the lock, it is sent again if its answer was lost. A refusal then may be due to this run's own lock; the Lease
   * shows it.
   */
  async takeFree(id: string, holder: LockHolder, signal: AbortSignal): Promise<HeldLock | undefined> {
    const patch = takeFreePatch(this.#claim(id, holder));
    const answer = await this.#patch('application/json-patch+json', patch, signal);
    if (answer.status === 404) return this.create(id, holder, signal);
    return isGuardRefusal(answer) ? undefined : this.#held(answer, 'patch');
  }

  /** Creates the Lease and thereby takes the lock; undefined if it exists by now. */
  async create(id: string, holder: LockHolder, signal: AbortSignal): Promise<HeldLock | undefined> {
    const object = leaseObject(this.#app, this.#namespace, this.#claim(id, holder));
    const answer = await this.#send('POST', 'application/json', object, signal);
    return answer.status === 409 ? undefined : this.#held(answer, 'create');
  }

  /** Takes the lock from the holder that was read; undefined if the Lease has changed since. */
  async takeOver(
    id: string,
    holder: LockHolder,
    { resourceVersion }: HeldLock,
    signal: AbortSignal,
  ): Promise<HeldLock | undefined> {
    const patch = takeOverPatch(this.#claim(id, holder), resourceVersion);
    const answer = await this.#patch('application/merge-patch+json', patch, signal);
    if (answer.status === 404) return this.create(id, holder, signal);
    return answer.status === 409 ? undefined : this.#held(answer, 'patch');
  }

  /** Renews the lock, for longer if a write is slow; undefined if `id` no longer holds it. */
  async renew(id: string, how: Renewal, signal: AbortSignal): Promise<HeldLock | undefined> {
    const patch = renewPatch(id, new Date(this.#transport.now()).toISOString(), how);
    const answer = await this.#patch('application/json-patch+json', patch, signal);
    return answer.status === 404 || isTestRefusal(answer) ? undefined : this.#held(answer, 'patch');
  }

  /** Releases the lock; returns whether `id` held it until now. */
  async release(id: string, signal: AbortSignal): Promise<boolean> {
    const answer = await this.#patch('application/json-patch+json', releasePatch(id), signal);
    if (answer.status === 404 || isTestRefusal(answer)) return false;
    this.#held(answer, 'patch');
    return true;
  }

  /** Asks the holder of the lock to give way to `me`. */
  async want(me: LockHolder, signal: AbortSignal): Promise<void> {
    const answer = await this.#patch('application/merge-patch+json', wantPatch(me), signal);
    if (answer.status !== 404) this.#held(answer, 'patch');
  }

  /** Withdraws the request made by `want`. */
  async withdraw(me: LockHolder, signal: AbortSignal): Promise<void> {
    await this.#patch('application/json-patch+json', withdrawPatch(me), signal);
  }

  /** Calls `changed` with the Lease (undefined once it is gone) after each change, until `signal` aborts. */
  follow(changed: (held: HeldLock | undefined) => void, signal: AbortSignal): Promise<void> {
    const leases = new Watched<KubeObject>(this.#clock);
    const target = { kind: KIND.Lease, namespace: this.#namespace, labels: `${LABEL_APP}=${this.#app}` };
    const tell = () => {
      const lease = leases.objects.get(leaseName(this.#app));
      changed(lease && readLease(lease));
    };
    return follow(this.#transport, target, leases, tell, signal);
  }

  #claim(id: string, holder: LockHolder): Claim {
    return { id, holder, now: new Date(this.#transport.now()).toISOString() };
  }

  #held(answer: ApiAnswer, verb: 'patch' | 'create'): HeldLock {
    if (answer.status >= 400) throw failure(answer, { verb, resource: 'leases', name: leaseName(this.#app) });
    return readLease(answer.body as KubeObject);
  }

  #patch(contentType: ContentType, body: unknown, signal: AbortSignal): Promise<ApiAnswer> {
    return this.#send('PATCH', contentType, body, signal);
  }

  #send(method: 'PATCH' | 'POST', contentType: ContentType, body: unknown, signal: AbortSignal): Promise<ApiAnswer> {
    const path = pathOf(KIND.Lease, this.#namespace, method === 'POST' ? undefined : leaseName(this.#app));
    const query = { fieldManager: FIELD_MANAGER };
    return this.#transport.call({ method, path, query, contentType, body, idempotent: true }, signal);
  }
}

/** A 409 only says that somebody wrote at the same moment. */
function isTestRefusal(answer: ApiAnswer): boolean {
  return answer.status !== 409 && isGuardRefusal(answer);
}
