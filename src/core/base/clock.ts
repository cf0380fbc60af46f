/** The clock, passed in wherever time decides, so that a test can set it. */
export interface Clock {
  /** Milliseconds of a clock that only moves forward. */
  now(): number;
  /** Resolves after `ms` milliseconds; rejects when `signal` aborts. */
  pause(ms: number, signal?: AbortSignal): Promise<void>;
  /** Aborts after `ms` milliseconds, without keeping the process alive. */
  timeout(ms: number): AbortSignal;
}
