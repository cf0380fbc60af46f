import { findRecord } from '../state/records.ts';
import type { Run } from '../state/run.ts';
import { hasHooks, runHooks } from '../steps/hooks.ts';
import { deployGreen } from './deploy-green.ts';
import { promote } from './promote.ts';
import { verify } from './verify.ts';

/** All three in one step, for teams without an approval; the first refusal ends it. */
export async function release(run: Run): Promise<void> {
  await deployGreen(run);
  const { state } = run.known.outputs;
  // A dry run: there is no candidate to go on with.
  if (state === 'unchanged') return;
  if (state === 'live') return finishHooks(run);
  if (state === 'candidate') await verify(run);
  await promote(run);
}

/** Live already; an earlier run may have ended before its last hooks did. */
async function finishHooks(run: Run): Promise<void> {
  const releaseRecord = await findRecord(run, run.inputs.revision);
  if (releaseRecord !== undefined && hasHooks(releaseRecord)) await runHooks(run, 'post-promote', run.inputs.revision);
}
