import { expect, test } from 'vitest';
import type { Attempt, Check } from '../../../src/checks/check.ts';
import { BakeProgress, CheckProgress, tellProgress } from '../../../src/steps/checks/check-progress.ts';
import { subjectOf } from '../../checks/checks.ts';
import { TestClock } from '../../clock.ts';
import { only } from '../../core/support.ts';

/** What the log says of checks while they run. */

const forever = new AbortController().signal;
const failed: Attempt = { passed: false, ms: 1, reason: 'status 500\nmore', who: 'bad' };
function checkOf(name: string, attempt: Attempt = { passed: true, ms: 1 }): Check {
  const targets = () => [{ where: 'here', attempt: () => Promise.resolve(attempt) }];
  return { name, kind: 'k', isReadOnly: true, points: ['preview'], targets };
}
const attempt = (check: Check) => only(check.targets(subjectOf([]))).attempt(forever);

test('it names what runs, for how long, and why it has not passed yet', async () => {
  const clock = new TestClock();
  const progress = new CheckProgress(8, clock);
  const [first, slow, bad] = [checkOf('first'), checkOf('slow'), checkOf('bad', failed)];
  const lines: string[] = [];
  progress.begin(first);
  progress.end(first, 'passed');
  progress.begin(slow);
  await clock.advance(2_000);
  const noted = progress.begin(bad);
  for (const _ of [1, 2, 3]) await attempt(noted);
  await clock.advance(10_000);
  lines.push(progress.text());
  progress.end(bad, 'failed');
  for (let index = 0; index < 5; index += 1) progress.begin(checkOf(`more ${index}`));
  lines.push(progress.text());
  expect(lines).toEqual([
    '1 of 8 checks have ended after 12.0 s; running: slow (12.0 s), bad (10.0 s, attempt 3: status 500)',
    '2 of 8 checks have ended (1 failed) after 12.0 s; running: slow (12.0 s), more 0 (0 ms), more 1 (0 ms), more 2 (0 ms), more 3 (0 ms), and 1 more',
  ]);
});

test('it is said as long as the work lasts, and then no more', async () => {
  const said: string[] = [];
  const { promise, resolve } = Promise.withResolvers<string>();
  const say = (line: string) => {
    said.push(line);
    if (said.length === 2) resolve('done');
  };
  expect(await tellProgress({ text: () => 'half' }, say, () => promise, 1)).toBe('done');
  expect(said).toEqual(['half', 'half']);
});

test('a bake says how much of it is over, and how many of its checks failed', async () => {
  const clock = new TestClock();
  const progress = new BakeProgress(300_000, clock);
  for (const check of [checkOf('a'), checkOf('b', failed), checkOf('c')]) await attempt(progress.counting(check));
  await clock.advance(30_000);
  expect(progress.text()).toBe('30.0 s of 5 min 0 s: 1 of 3 attempts failed');
});
