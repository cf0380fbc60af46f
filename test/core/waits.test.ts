import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Where a mode goes by what ends the run itself: before it holds the lock, for a way back, and beside a switch. */
const MAY = ['manifests.ts', 'move-route.ts', 'restore.ts', 'run.ts', 'switch.ts'];

test('whatever else a mode waits for ends when a rollback wants the lock', () => {
  const files = readdirSync('src/modes').filter((file) => {
    const code = readFileSync(`src/modes/${file}`, 'utf8').replaceAll(/signal: (this\.#)?run\.waiting/g, '');
    return /\bsignal\b/.test(code);
  });
  expect(files.toSorted()).toEqual(MAY);
});
