import type { GreenpathError } from '../core/base/error.ts';
import type { LockHolder } from '../core/kube/lease.ts';

/** Which run wants the lock of which app, and the callbacks that tell it what happens. */
export interface LockRequest {
  readonly namespace: string;
  readonly app: string;
  readonly holder: LockHolder;
  /** Receives the holder of the lock, whenever that changes while this run waits. */
  readonly waiting: (text: string) => void;
  /** Receives the run that asks this one to give way: a rollback does not queue. */
  readonly wanted: (text: string) => void;
  /** Called when another run has the lock: this run may write nothing more. */
  readonly lost: (error: GreenpathError) => void;
}
