import { lostAddress, recreatedServices } from '../core/release/lost-addresses.ts';
import type { ReleaseRecord } from './records.ts';
import type { Run } from './run.ts';
import type { Situation } from './situation.ts';
import { listParts } from './workloads.ts';

/**
 * What is wrong if a Service of a recorded revision was created again, so that the revision's own pods call its old
 * address. No request if none was.
 */
export async function replacedService(
  run: Run,
  { services }: Situation,
  { release }: ReleaseRecord,
): Promise<string | undefined> {
  if (recreatedServices(services, release).length === 0) return undefined;
  return lostAddress(await listParts(run, release), services, release);
}
