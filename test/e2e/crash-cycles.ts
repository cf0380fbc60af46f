import { expect } from 'vitest';
import { isLost } from '../../harness/load.ts';
import type { CrashStage } from './crash.ts';

/** The second deploy-green only makes the candidate that reject removes. */
const MODES = ['deploy-green', 'verify', 'promote', 'rollback', 'retire', 'deploy-green', 'reject'] as const;
const UNDISTURBED = 5;
/** The first modes of a cycle, which no visitor may notice. */
const BEFORE_SWITCH = 2;

/**
 * SIGKILL before and after every API write of every mode, then the same mode again: it ends where an undisturbed run ends,
 * and the live URL answers 2xx from an allowed revision all the time. Returns the writes of each mode that were hit.
 */
export async function killEverywhere(stage: CrashStage): Promise<ReadonlyMap<string, readonly string[]>> {
  const points = new Map<string, string[]>();
  const expected: string[] = [];
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
      const allowed = index < BEFORE_SWITCH ? ['v1'] : ['v1', `r${cycle}`];
      const strange = stage.newAnswers().filter((answer) => isLost(answer) || !allowed.includes(answer.who));
      expect(strange, `visitors during ${mode} of r${cycle}, killed ${at ?? 'nowhere'}`).toEqual([]);
    }
  }
  return points;
}

/** Says what was killed where, and what visitors got; the number of points. */
export function tellPoints(name: string, stage: CrashStage, points: ReadonlyMap<string, readonly string[]>): number {
  const total = [...points.values()].flat().length;
  const answers = stage.answers();
  for (const [mode, all] of points) console.log(`${name} ${mode}: ${all.length} points`);
  console.log(`${name}: killed at ${total} points; ${answers.length} answers, ${answers.filter(isLost).length} lost`);
  return total;
}
