/** How many requests of one run are sent at once: a stack of hundreds of objects must not flood an API server. */
const AT_ONCE = 8;

/**
 * Runs `work` on every item, `atOnce` at a time; results are in the order of the items. Ends with the first failure.
 */
export async function inParallel<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
  atOnce = AT_ONCE,
): Promise<R[]> {
  const results: R[] = [];
  const queue = items.entries();
  let failed = false;
  const lane = async () => {
    for (const [index, item] of queue) {
      if (failed) return;
      try {
        results[index] = await work(item);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  // All lanes end before a failure is thrown, so that nothing is written while the caller handles it.
  const lanes = await Promise.allSettled(Array.from({ length: atOnce }, lane));
  for (const one of lanes) if (one.status === 'rejected') throw one.reason;
  return results;
}
