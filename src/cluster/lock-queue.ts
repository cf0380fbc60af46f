import type { Clock } from '../core/base/clock.ts';
import { GreenpathError } from '../core/base/error.ts';
import { RELEASE_WITHIN } from '../core/base/timing.ts';
import {
  comesFirst,
  type HeldLock,
  hasPrecedence,
  hasToAsk,
  holderText,
  isFree,
  type LockHolder,
} from '../core/kube/lease.ts';
import { gaveBack } from '../core/kube/lock-handover.ts';
import { CLOCK } from '../process/clock.ts';
import type { LeaseRequests } from './lease.ts';
import type { LockRequest } from './lock-request.ts';

/**
 * How long a free lock stays reserved for a run with precedence that asked for it, in milliseconds: that run may be
 * gone.
 */
const PRECEDENCE = 5_000;
/** How often a wait without events checks whether the lock has expired, in milliseconds. */
const LOOK_AGAIN = 500;

/** The lock was taken by a request that was sent at `sent` (`Clock.now()`); undefined if that time is not known. */
interface Turn {
  readonly sent: number | undefined;
  /** Runs that released the lock while this run waited for it. */
  readonly overtaken: readonly LockHolder[];
}

/**
 * Watches the Lease until the lock is free, or was not renewed for its whole duration, and takes it as `id`. A run with
 * precedence asks the holder to give way. When `signal` aborts, it throws `lock-held`, which names the holder and the
 * time.
 */
export async function waitInLine(
  lease: LeaseRequests,
  id: string,
  request: LockRequest,
  signal: AbortSignal,
  clock = CLOCK,
): Promise<Turn> {
  const { holder: me } = request;
  const stop = new AbortController();
  const until = AbortSignal.any([signal, stop.signal]);
  const line = new Line(request, clock);
  until.addEventListener('abort', () => line.wake(), { once: true });
  const following = lease.follow((held) => line.see(held), until);
  // It is awaited below, and may be rejected before that.
  following.catch(() => undefined);
  let isTaken = false;
  try {
    for (;;) {
      if (signal.aborted) throw heldError(line.held, signal);
      // The answer to the request that took the lock was lost.
      if (line.held?.id === id) {
        isTaken = true;
        return { sent: undefined, overtaken: line.overtaken };
      }
      const step = line.next();
      if (step === 'wait' && line.asks()) {
        // If this fails, the run waits without having asked.
        await lease.want(me, signal).catch(() => undefined);
        continue;
      }
      const sent = clock.now();
      isTaken = await take(lease, id, step, me, signal);
      if (isTaken) return { sent, overtaken: line.overtaken };
      await Promise.race([line.changed(), following]);
    }
  } finally {
    stop.abort();
    await following.catch(() => undefined);
    if (!isTaken && hasPrecedence(me)) await lease.withdraw(me, clock.timeout(RELEASE_WITHIN)).catch(() => undefined);
  }
}

async function take(
  lease: LeaseRequests,
  id: string,
  step: Step,
  me: LockHolder,
  signal: AbortSignal,
): Promise<boolean> {
  if (step === 'wait') return false;
  const taken = step === 'create' ? lease.create(id, me, signal) : lease.takeOver(id, me, step, signal);
  return (await taken) !== undefined;
}

/** Wait, create the Lease that somebody deleted, or take it over as it was read. */
type Step = 'wait' | 'create' | HeldLock;

/** What a waiting run knows of the lock, and since when, by its own monotonic clock. */
export class Line {
  readonly #request: LockRequest;
  readonly #clock: Clock;
  #held: HeldLock | undefined;
  #isGone = false;
  #renewedSince = 0;
  #leftSince: number | undefined;
  #told = '';
  #asked = '';
  readonly #overtaken: LockHolder[] = [];
  #wake: () => void = () => undefined;

  constructor(request: LockRequest, clock: Clock) {
    this.#request = request;
    this.#clock = clock;
  }

  get held(): HeldLock | undefined {
    return this.#held;
  }

  get overtaken(): readonly LockHolder[] {
    return this.#overtaken;
  }

  see(held: HeldLock | undefined): void {
    this.#isGone = held === undefined;
    if (held !== undefined) {
      const gone = gaveBack(this.#held, held);
      if (gone !== undefined) this.#overtaken.push(gone);
      if (held.id !== this.#held?.id || held.renewed !== this.#held.renewed) this.#renewedSince = this.#clock.now();
      if (held.wanted !== undefined) this.#asked = '';
      this.#held = held;
    }
    this.#wake();
  }

  /** Whether to ask the holder to give way now. The next call assumes that it was asked. */
  asks(): boolean {
    if (this.#held === undefined || !hasToAsk(this.#held, this.#request.holder, this.#asked)) return false;
    this.#asked = this.#held.id;
    return true;
  }

  next(): Step {
    const held = this.#held;
    if (held === undefined) return 'wait';
    if (this.#isGone) return 'create';
    const { holder: me } = this.#request;
    const hasExpired = this.#clock.now() - this.#renewedSince >= held.seconds * 1_000;
    if (!hasExpired && !isFree(held, me)) {
      this.#leftSince = undefined;
      this.#tell(held);
      return 'wait';
    }
    if (comesFirst(held, me) === undefined) return held;
    this.#leftSince ??= this.#clock.now();
    return this.#clock.now() - this.#leftSince >= PRECEDENCE ? held : 'wait';
  }

  /** Resolves after the next change, or when it is time to check the clock. */
  changed(): Promise<void> {
    const looking = new AbortController();
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve;
    });
    return Promise.race([woken, this.#clock.pause(LOOK_AGAIN, looking.signal)]).finally(() => looking.abort());
  }

  wake(): void {
    this.#wake();
  }

  #tell(held: HeldLock): void {
    if (held.id === this.#told) return;
    this.#told = held.id;
    this.#request.waiting(holderText(held));
  }
}

function heldError(held: HeldLock | undefined, signal: AbortSignal): GreenpathError {
  const reason: unknown = signal.reason;
  if (held === undefined || !(reason instanceof GreenpathError) || reason.code !== 'timeout') {
    return reason instanceof GreenpathError
      ? reason
      : new GreenpathError('internal', String(reason), 'Check where visitors are, then report this with the log.');
  }
  return new GreenpathError(
    'lock-held',
    `another run works on this app: ${holderText(held)}. It did not end within this step's timeout`,
    'Check that run, and run the step again when it has ended. A run that was killed loses the lock automatically.',
  );
}
