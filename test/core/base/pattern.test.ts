import { expect, onTestFinished, test } from 'vitest';
import { bounded, inTurn } from '../../../src/core/base/bounded.ts';
import { search } from '../../../src/core/base/pattern.ts';

test.each<[string, string, 'yes' | 'no']>([
  ['^v\\d+$', 'v12', 'yes'],
  ['^v\\d+$', 'w12', 'no'],
  ['^(?!.*error)', 'all is well', 'yes'],
  ['(a)\\1', 'aa', 'yes'],
])('%s in %j: %s, with all that JavaScript has', (source, text, found) => {
  expect(search(source, text)).toBe(found);
});

test.each([
  ['^(a+)+$', `${'a'.repeat(50)}b`],
  ['(?=(x+x+)+y)', 'x'.repeat(50)],
  ['^(.|a)*$', `${'a'.repeat(50)}\n`],
])('%s backtracks for ever: it is stopped, and soon not tried any more', async (source, text) => {
  let renewals = 0;
  const renewing = setInterval(() => {
    renewals += 1;
  }, 10);
  onTestFinished(() => clearInterval(renewing));
  const start = performance.now();
  for (let count = 1; count <= 100; count += 1) {
    expect(search(source, text)).toBe('slow');
    // What the answer of a server leads to does not wait for the next one.
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(renewals).toBeGreaterThan(0);
  // A hundred searches of a second would be 100 s, and the lock is renewed every few.
  expect(performance.now() - start).toBeLessThan(30_000);
  expect(search(source, 'a')).toBe('slow');
});

test('any work is stopped, and its own errors stay what they are', () => {
  const endless = () => {
    for (;;);
  };
  expect(bounded('endless', endless)).toBeUndefined();
  expect(bounded('seven', () => 7)).toEqual({ value: 7 });
  expect(() =>
    bounded('throws', () => {
      throw new RangeError('own');
    }),
  ).toThrow(new RangeError('own'));
});

test('work that was slow once or twice is begun again', () => {
  const endless = () => {
    for (;;);
  };
  expect([bounded('name', endless), bounded('name', endless)]).toEqual([undefined, undefined]);
  expect(bounded('name', () => 1)).toEqual({ value: 1 });
  expect(bounded('name', endless)).toBeUndefined();
  expect(bounded('name', () => 2)).toEqual({ value: 2 });
});

test('after each work that took long, timers and connections get a turn', async () => {
  const seen: string[] = [];
  const timer = setInterval(() => seen.push('timer'), 1);
  onTestFinished(() => clearInterval(timer));
  const lengthy = (name: string) => () => {
    const start = performance.now();
    bounded(name, () => {
      while (performance.now() - start < 120);
    });
    seen.push('work');
  };
  await Promise.all(Array.from({ length: 25 }, (_, index) => inTurn(lengthy(`lengthy ${index}`))));
  expect(seen.filter((one) => one === 'work')).toHaveLength(25);
  expect(seen.join(' ')).not.toContain('work work');
});
