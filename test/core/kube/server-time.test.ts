import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ClockOffset, narrowed, serverTime } from '../../../src/core/kube/server-time.ts';

/** The answer that a server gives whose clock is `offset` ahead: it makes it `way` after `sent`. */
const answer = (offset: number, sent: number, way: number, back: number) => ({
  date: Math.floor((sent + way + offset) / 1_000) * 1_000,
  sent,
  received: sent + way + back,
});

test('the first answer says the time to within its own second', () => {
  const known = narrowed(undefined, { date: 60_000, sent: 100, received: 140 });
  expect(known).toEqual({ least: 59_860, most: 60_900 });
  expect(serverTime(known, 140)).toBe(60_520);
});

test('the true time is always between the bounds, which only become narrower', () => {
  const asks = fc.array(fc.tuple(fc.nat(3_000), fc.nat(400), fc.nat(400)), { minLength: 1, maxLength: 30 });
  fc.assert(
    fc.property(fc.nat(2_000_000_000), asks, (offset, pauses) => {
      let known: ClockOffset | undefined;
      let now = 0;
      for (const [pause, way, back] of pauses) {
        const seen = answer(offset, now, way, back);
        const next = narrowed(known, seen);
        expect(next.least).toBeLessThanOrEqual(offset);
        expect(next.most).toBeGreaterThanOrEqual(offset);
        if (known !== undefined) expect(next.most - next.least).toBeLessThanOrEqual(known.most - known.least);
        known = next;
        now = seen.received + pause;
      }
    }),
  );
});

test('a clock that was set counts from the next answer on', () => {
  const before = narrowed(undefined, { date: 60_000, sent: 0, received: 10 });
  expect(narrowed(before, { date: 600_000, sent: 20, received: 30 })).toEqual({ least: 599_970, most: 600_980 });
});
