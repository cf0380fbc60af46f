import { expect, inject, test } from 'vitest';
import { CrashStage } from './crash.ts';
import { killEverywhere, tellPoints } from './crash-cycles.ts';
import { clusterOf } from './world.ts';

/**
 * Promises 1 and 7: the same with previews at a host of their own and by a header. A canary Ingress is written after
 * parking was seen closed, and parking takes its Service over before it is dropped: a run may be killed in between.
 */

test.concurrent.for([
  { form: 'split', preview: 'host' },
  { form: 'split', preview: 'header' },
  { form: 'httproute', preview: 'host' },
  { form: 'httproute', preview: 'header' },
] as const)(
  'killed at any write and run again, every mode ends where it ends undisturbed ($form, preview by $preview)',
  { timeout: 2_300_000 },
  async ({ form, preview }) => {
    const stage = await CrashStage.open(await clusterOf(inject('cluster'), form), form, { preview });
    try {
      expect(tellPoints(`${form}, ${preview}`, stage, await killEverywhere(stage))).toBeGreaterThan(60);
    } finally {
      await stage.close();
    }
  },
);
