/** Time that passes. It is handed in where time decides, so that a test can say how late it is. */
export interface Clock {
  /** Milliseconds of a clock that only goes forward. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects when `signal` aborts. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborts after `ms` milliseconds, and keeps no process alive for that. */
  timeout(ms: number): AbortSignal;
}
