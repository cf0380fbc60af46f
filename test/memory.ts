import { present } from './core/support.ts';

/** What is in use just after collecting garbage, in megabytes, in a process of its own (`node --expose-gc`). */
export function live(): number {
  const collect = present(globalThis.gc);
  collect();
  // Buffers are freed beside the program; the next collection waits for that.
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1024 ** 2;
}
