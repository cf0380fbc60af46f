import { bakeOf } from '../core/base/config-rules.ts';
import type { Outcome } from '../state/outcome.ts';
import { findRecord } from '../state/records.ts';
import type { Run } from '../state/run.ts';
import { refuseLacking } from '../steps/checks/check-tools.ts';
import { hasJobs, runHooks } from '../steps/jobs/hooks.ts';
import { deployGreen } from './deploy-green.ts';
import { promote } from './promote.ts';
import { verify } from './verify.ts';

/** Runs the three modes in one step, for teams without an approval; the first refusal ends it. */
export async function release(run: Run): Promise<Outcome> {
  // What checks need of this step is missing before anything is written, or not at all.
  const { config } = run.inputs;
  refuseLacking(run, config, ['preview', 'live', ...(bakeOf(config) === undefined ? [] : ['bake' as const])]);
  const deployed = await deployGreen(run);
  switch (deployed.state) {
    case 'candidate':
      await verify(run);
      return promote(run);
    case 'switched':
      return promote(run);
    case 'live':
      await finishHooks(run);
      return run.observe({});
    default:
      // A dry run: there is no candidate to continue with.
      return deployed;
  }
}

/** It is live already; an earlier run may have ended before its last hooks did. */
async function finishHooks(run: Run): Promise<void> {
  const releaseRecord = await findRecord(run, run.inputs.revision);
  if (releaseRecord !== undefined && hasJobs(releaseRecord)) await runHooks(run, 'post-promote', run.inputs.revision);
}
