import type { GreenpathError } from '../core/base/error.ts';
import type { LockHolder } from '../core/kube/lease.ts';

/** Who wants the lock of which app, and who hears what becomes of it. */
export interface LockRequest {
  readonly namespace: string;
  readonly app: string;
  readonly holder: LockHolder;
  /** Gets who holds the lock, whenever that changes while this run waits. */
  readonly waiting: (text: string) => void;
  /** Gets who asks this run to give way: a rollback does not stand in line. */
  readonly wanted: (text: string) => void;
  /** The lock is somebody else's: nothing may be written any more. */
  readonly lost: (error: GreenpathError) => void;
}
