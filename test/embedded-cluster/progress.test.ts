import { expect, test } from 'vitest';
import { BuildProgress, type Package } from '../../cluster/progress.ts';

const MINUTE = 60_000;

/** A chain of packages of one weight, each needing the one before, and a clock that the test moves. */
function chain(length: number) {
  const paths = Array.from({ length }, (_, index) => `example.com/p${index + 1}`);
  const packages: Package[] = paths.map((path, index) => ({ path, weight: 100, below: paths.slice(0, index) }));
  const clock = { now: 0 };
  return { progress: new BuildProgress(packages, () => clock.now), clock, paths };
}

test('the share of packages gives the time that is left, linking included', () => {
  const { progress, clock, paths } = chain(2_000);
  expect(progress.text()).toBe('0 of 2,000 packages');
  for (const path of paths.slice(0, 1_000)) {
    expect(progress.take(path)).toBe(true);
    clock.now += (5 * MINUTE) / 1_000;
  }
  expect(progress.text()).toBe('1,000 of 2,000 packages, about 6 min left');
});

test('packages that are cached are counted when one above them is compiled, and do not make the rest look quick', () => {
  const { progress, clock, paths } = chain(1_000);
  progress.take(paths[599] ?? '');
  for (const path of paths.slice(600, 800)) {
    clock.now += (4 * MINUTE) / 200;
    progress.take(path);
  }
  // 200 in 4 minutes: 200 more and the linking take 6.
  expect(progress.text()).toBe('800 of 1,000 packages, about 6 min left');
});

test('at first nothing is said of the time, at the end it links', () => {
  const { progress, clock, paths } = chain(100);
  progress.take(paths[0] ?? '');
  clock.now += MINUTE;
  expect(progress.text()).toBe('1 of 100 packages');
  progress.take(paths[99] ?? '');
  expect(progress.text()).toBe('100 of 100 packages, linking');
});

test.each(['# example.com/p1', 'example.com/p1/p2', '', 'go: downloading example.com v1.0.0'])(
  '%j is no package',
  (line) => {
    const { progress } = chain(10);
    expect(progress.take(line)).toBe(false);
    expect(progress.text()).toBe('0 of 10 packages');
  },
);
