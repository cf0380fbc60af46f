import { afterEach, expect, test, vi } from 'vitest';
import { exclusively } from '../../cluster/lock.ts';
import { tellNowAndThen } from '../../cluster/steps.ts';

afterEach(() => vi.useRealTimers());

/** The lock is a name that only Linux has. */
test.skipIf(process.platform !== 'linux')('who waits for a lock says for what, and has it afterwards', async () => {
  const name = `test-${process.pid}-${Math.random()}`;
  const holder = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const told = Promise.withResolvers<string>();
  const order: string[] = [];
  const quiet: string[] = [];
  const first = exclusively(name, { doing: 'building it', log: (line) => quiet.push(line) }, async () => {
    held.resolve();
    await holder.promise;
    order.push('first');
  });
  await held.promise;
  const second = exclusively(name, { doing: 'building it', log: told.resolve }, async () => {
    order.push('second');
  });
  expect(await told.promise).toMatch(/^waiting for another process, for \d+ s: it is building it$/);
  expect(order).toEqual([]);
  holder.resolve();
  await Promise.all([first, second]);
  expect(order).toEqual(['first', 'second']);
  expect(quiet).toEqual([]);
});

test('whatever takes long says so within 2 s if asked to, then at least every 25 s, until it ends', () => {
  vi.useFakeTimers();
  const lines: string[] = [];
  const stop = tellNowAndThen(
    (line) => lines.push(line),
    () => `line ${lines.length + 1}`,
    1_000,
  );
  vi.advanceTimersByTime(2_000);
  expect(lines).toEqual(['line 1']);
  for (let quarter = 1; quarter <= 4; quarter += 1) {
    const before = lines.length;
    vi.advanceTimersByTime(25_000);
    expect(lines.length).toBeGreaterThan(before);
  }
  stop();
  const ended = lines.length;
  vi.advanceTimersByTime(100_000);
  expect(lines).toHaveLength(ended);
});
