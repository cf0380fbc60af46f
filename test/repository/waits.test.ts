import { globSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/**
 * Where a mode goes by what ends the run itself: before it holds the lock, for a restore, beside a switch, and to delete
 * what a check ran. Checks get the signal of their attempt, and a preview that reaches visitors ends its proof too.
 */
const MAY = [
  'state/manifest-texts.ts',
  'state/run.ts',
  'steps/checks/check-tools.ts',
  'steps/evidence/live-stays.ts',
  'steps/jobs/check-jobs.ts',
  'steps/jobs/job-pods.ts',
  'steps/jobs/remove-job.ts',
  'steps/switch/restore.ts',
  'steps/switch/switch.ts',
];

test('whatever else a mode waits for ends when a rollback wants the lock', () => {
  const files = globSync('{{modes,state}/*,steps/*/*}.ts', { cwd: 'src' }).filter((file) => {
    const code = readFileSync(`src/${file}`, 'utf8').replaceAll(/signal: (this\.#)?run\.waiting/g, '');
    return /\bsignal\b/.test(code);
  });
  expect(files.toSorted()).toEqual(MAY);
});
