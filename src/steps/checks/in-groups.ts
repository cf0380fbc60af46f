import type { Check } from '../../checks/check.ts';
import { inParallel } from '../objects/in-parallel.ts';

/**
 * Runs checks: `atOnce` groups beside each other, and the checks of a group one after the other. A check that names no
 * group is one by itself. Results are in the order of the checks.
 */
export async function inGroups<R>(
  checks: readonly Check[],
  atOnce: number,
  work: (check: Check) => Promise<R>,
): Promise<R[]> {
  const groups = new Map<string | number, number[]>();
  for (const [index, { group }] of checks.entries()) {
    const key = group ?? index;
    groups.set(key, [...(groups.get(key) ?? []), index]);
  }
  const results: R[] = [];
  const run = async (indices: readonly number[]) => {
    for (const index of indices) {
      const check = checks[index];
      if (check !== undefined) results[index] = await work(check);
    }
  };
  await inParallel([...groups.values()], run, atOnce);
  return results;
}
