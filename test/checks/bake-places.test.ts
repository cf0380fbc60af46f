import { describe, expect, test } from 'vitest';
import { bake } from '../../src/checks/bake.ts';
import type { Attempt, Blame, Check } from '../../src/checks/check.ts';
import { TestClock } from '../clock.ts';
import { subjectOf } from './checks.ts';

/** A bake of many checks, each second for two minutes: what is seen at one of them is not lost among the others. */

type How = (time: number, clock: TestClock) => Attempt | Promise<Attempt>;
const passed: Attempt = { passed: true, ms: 1 };
const of = (who: Blame): Attempt => ({ passed: false, ms: 1, reason: `it is ${who}`, who });
const during =
  (who: Blame, from: number, to = Number.POSITIVE_INFINITY): How =>
  (time) =>
    time >= from * 1_000 && time < to * 1_000 ? of(who) : passed;

/** Bakes a hundred checks of which these are not simply fine. */
async function baked(...special: readonly How[]) {
  const clock = new TestClock();
  const times: number[] = [];
  const checks = Array.from({ length: 100 }, (_, index): Check => {
    const attempt = async () => {
      if (index === 0) times.push(clock.now());
      return special[index]?.(clock.now(), clock) ?? passed;
    };
    const targets = () => [{ where: 'here', attempt }];
    return { name: `check ${index}`, kind: 'k', isReadOnly: true, points: ['bake'], targets };
  });
  const request = { checks, subject: subjectOf([]), clock, end: 200_000 };
  const ended = bake({ for: 120_000, every: 1_000, errors: 0.01 }, request, new AbortController().signal);
  await clock.advance(200_000);
  return { ...(await ended), rounds: times.length };
}

describe('one of a hundred checks', () => {
  test('that always fails ends the bake, long before the budget of all is used up', async () => {
    expect(await baked(during('bad', 0), during('bad', 5, 6))).toMatchObject({
      ...{ verdict: 'bad', failed: 14, allowed: 120, allowedEach: 12, rounds: 13 },
      complaints: ['check 0 at here: it is bad'],
    });
  });

  test('that fails by turns is found too', async () => {
    const turns: How = (time) => (time % 2_000 === 0 ? of('bad') : passed);
    expect(await baked(turns)).toMatchObject({ verdict: 'bad', failed: 13, rounds: 25 });
  });

  test('that fails for some seconds right after the switch decides nothing', async () => {
    expect(await baked(during('bad', 0, 12))).toMatchObject({ verdict: 'proven', failed: 12, whole: true });
  });

  test('that another version answers for ever: another verdict than bad', async () => {
    const complaints = ['check 0 at here: it is blue'];
    expect(await baked(during('blue', 0))).toMatchObject({ verdict: 'lagging', failed: 13, complaints });
  });

  test('that gives no answer at the end: nothing is known of it, unless it is a single one', async () => {
    const complaints = ['check 0 at here: it is silent'];
    expect(await baked(during('silent', 118))).toMatchObject({ verdict: 'blind', silent: 2, complaints });
    expect(await baked(during('silent', 119))).toMatchObject({ verdict: 'proven', silent: 1 });
  });

  test('that gives no answer for more than a quarter of the bake: nothing is known of it', async () => {
    const complaints = ['check 0 at here: it is silent'];
    expect(await baked(during('silent', 40, 71))).toMatchObject({ verdict: 'blind', failed: 0, complaints });
    expect(await baked(during('silent', 40, 70))).toMatchObject({ verdict: 'proven', silent: 30 });
  });

  test('of which one attempt is lost slowly, while others pass: that was no long silence', async () => {
    const slow: How = async (time, clock) => {
      if (time !== 10_000) return passed;
      await clock.pause(60_000);
      return of('silent');
    };
    expect(await baked(slow)).toMatchObject({ verdict: 'proven', silent: 1, whole: true });
  });

  test('that asks to come back later: seldom is borne, often says nothing, always is bad', async () => {
    const by = (turn: number, times: number): How => {
      return (time) => (time % turn === 0 && time < times * turn ? of('busy') : passed);
    };
    expect(await baked(by(3_000, 12))).toMatchObject({ verdict: 'proven', failed: 0, busy: 12 });
    const complaints = ['check 0 at here: it is busy'];
    expect(await baked(by(3_000, 13))).toMatchObject({ verdict: 'blind', failed: 0, busy: 13, complaints });
    expect(await baked(during('busy', 0))).toMatchObject({ verdict: 'bad', failed: 0, busy: 120, complaints });
  });
});

test('many checks that ask to come back later a few times each: nothing is known of them', async () => {
  const each = Array.from({ length: 60 }, (_, index) => during('busy', index, index + 2));
  expect(await baked(...each)).toMatchObject({ verdict: 'proven', busy: 120 });
  expect(await baked(...each, during('busy', 7, 8))).toMatchObject({ verdict: 'blind', failed: 0, busy: 121 });
});

test('a place that is not asked for a while, since its address is gone, is not silent meanwhile', async () => {
  const clock = new TestClock();
  const here = { where: 'here', attempt: async () => passed };
  const there = { where: 'there', attempt: async () => during('silent', 8, 9)(clock.now(), clock) };
  const isGone = () => clock.now() >= 9_000 && clock.now() < 60_000;
  const targets = () => (isGone() ? [here] : [here, there]);
  const checks: Check[] = [{ name: 'check', kind: 'k', isReadOnly: true, points: ['bake'], targets }];
  const request = { checks, subject: subjectOf([]), clock, end: 200_000 };
  const ended = bake({ for: 120_000, every: 1_000, errors: 0.01 }, request, new AbortController().signal);
  await clock.advance(200_000);
  expect(await ended).toMatchObject({ verdict: 'proven', silent: 1, whole: true });
});
