import { expect, inject, test } from 'vitest';
import { CrashStage } from './crash.ts';
import { killEverywhere, tellPoints } from './crash-cycles.ts';
import { clusterOf, type Form } from './world.ts';

/** Promise 7: every mode killed at every write, with a preview below a path. */

test.concurrent.for<Form>(['split', 'classic', 'httproute'])(
  'killed at any write and run again, every mode ends where it ends undisturbed (%s)',
  { timeout: 2_300_000 },
  async (form) => {
    const stage = await CrashStage.open(await clusterOf(inject('cluster'), form), form);
    try {
      expect(tellPoints(form, stage, await killEverywhere(stage))).toBeGreaterThan(60);
    } finally {
      await stage.close();
    }
  },
);
