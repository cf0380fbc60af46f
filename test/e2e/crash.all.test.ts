import { expect, inject, test } from 'vitest';
import { isLost } from '../../harness/load.ts';
import { CrashStage } from './crash.ts';
import { clusterOf, type Form } from './world.ts';

/**
 * Promise 7: SIGKILL before and after every API write of every mode, then the same mode again: it ends where an
 * undisturbed run ends, and the live URL answers 2xx from an allowed revision all the time.
 */

/** The second deploy-green only makes the candidate that reject removes. */
const MODES = ['deploy-green', 'verify', 'promote', 'rollback', 'retire', 'deploy-green', 'reject'] as const;
const UNDISTURBED = 5;

test.concurrent.for<Form>(['split', 'classic', 'httproute'])(
  'killed at any write and run again, every mode ends where it ends undisturbed (%s)',
  { timeout: 2_300_000 },
  async (form) => {
    const stage = await CrashStage.open(await clusterOf(inject('cluster'), form), form);
    const points = new Map<string, string[]>();
    const expected: string[] = [];
    try {
      // The first cycle makes a past, the second one shows where undisturbed runs end, and then there is killing.
      for (let cycle = 0, killed = 1; killed > 0 || cycle < 3; cycle += 1) {
        killed = 0;
        for (const [index, mode] of MODES.entries()) {
          const point = cycle - 1;
          const known = points.get(mode) ?? [];
          const kills = point > 0 && known.length === point - 1 && index !== UNDISTURBED;
          const at = kills ? await stage.killedAt(point, mode, `r${cycle}`) : undefined;
          if (at !== undefined) {
            killed += 1;
            points.set(mode, [...known, at]);
          }
          const { exitCode, stdout } = await stage.run(mode, `r${cycle}`);
          expect(exitCode, `${mode} again after ${at ?? 'nothing'}: ${stdout}`).toBe(0);
          const end = await stage.end({ [`r${cycle}`]: 'R', [`r${cycle - 1}`]: 'Q' });
          if (cycle === 1) expected.push(end);
          if (cycle > 1) expect(end, `${mode} after ${at ?? 'nothing'}`).toBe(expected[index]);
        }
        const allowed = ['v1', `r${cycle}`];
        expect(stage.newAnswers().filter((answer) => isLost(answer) || !allowed.includes(answer.who))).toEqual([]);
      }
    } finally {
      await stage.close();
    }
    for (const [mode, all] of points) console.log(`${form} ${mode}: ${all.length} points`);
    const total = [...points.values()].flat().length;
    const answers = stage.answers();
    console.log(`${form}: killed at ${total} points; ${answers.length} answers, ${answers.filter(isLost).length} lost`);
    expect(total).toBeGreaterThan(60);
  },
);
