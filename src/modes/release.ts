import { deployGreen } from './deploy-green.ts';
import { promote } from './promote.ts';
import type { Run } from './run.ts';
import { verify } from './verify.ts';

/** All three in one step, for teams without an approval; the first refusal ends it. */
export async function release(run: Run): Promise<void> {
  await deployGreen(run);
  // Live already, or a dry run: there is no candidate to go on with.
  if (run.known.outputs.state !== 'candidate' && run.known.outputs.state !== 'switched') return;
  if (run.known.outputs.state === 'candidate') await verify(run);
  await promote(run);
}
