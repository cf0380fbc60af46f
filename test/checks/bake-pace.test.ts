import { describe, expect, test } from 'vitest';
import { bake, longestBake } from '../../src/checks/bake.ts';
import type { Attempt, Check } from '../../src/checks/check.ts';
import { TestClock } from '../clock.ts';
import { subjectOf } from './checks.ts';

/** Checks that the bake attempts by a pace of their own, beside those that it attempts each round. */

const passed: Attempt = { passed: true, ms: 1 };
const failed: Attempt = { passed: false, ms: 1, reason: 'wrong', who: 'bad' };
const unseen: Attempt = { passed: false, ms: 1, reason: 'no answer', who: 'silent' };

class Baking {
  readonly clock = new TestClock();
  readonly times: number[] = [];
  readonly #checks: Check[] = [];

  /** A check of every round that passes. */
  usual(): this {
    return this.#add({ name: 'usual', attempt: () => Promise.resolve(passed) });
  }

  /** A check that is attempted each second from the second one on; `how` says how an attempt at a time ends. */
  paced(how: (time: number) => Attempt | Promise<Attempt>): this {
    const attempt = async () => {
      this.times.push(this.clock.now());
      return how(this.clock.now());
    };
    return this.#add({ name: 'paced', attempt, pace: { first: 1_000, every: 1_000, timeout: 3_000, patience: 2_000 } });
  }

  #add({ attempt, ...more }: Pick<Check, 'name' | 'pace'> & { attempt: () => Promise<Attempt> }): this {
    const targets = () => [{ where: 'here', attempt }];
    this.#checks.push({ kind: 'k', isReadOnly: true, points: ['bake'], targets, ...more });
    return this;
  }

  async run(lasts = 4_500) {
    const request = { checks: this.#checks, subject: subjectOf([]), clock: this.clock, end: 60_000 };
    const ended = bake({ for: lasts, every: 100, errors: 0.5 }, request, new AbortController().signal);
    await this.clock.advance(60_000);
    return ended;
  }
}

test('a pace begins at its first time, and has a last one at the end', async () => {
  const baking = new Baking().usual().paced(() => passed);
  expect(await baking.run()).toMatchObject({ verdict: 'proven', attempts: 50, failed: 0, whole: true });
  expect(baking.times).toEqual([1_000, 2_000, 3_000, 4_000, 4_500]);
});

test('one failure decides, whatever the budget of the others allows, and ends them too', async () => {
  const baking = new Baking().usual().paced((time) => (time < 3_000 ? passed : failed));
  const result = await baking.run();
  expect(result).toMatchObject({ verdict: 'bad', failed: 1, allowed: 0, complaints: ['paced at here: wrong'] });
  expect(baking.times).toEqual([1_000, 2_000, 3_000]);
});

describe('what gives no answer', () => {
  test('at the end: nothing can be said', async () => {
    const baking = new Baking().usual().paced((time) => (time < 4_500 ? passed : unseen));
    expect(await baking.run()).toMatchObject({ verdict: 'blind', complaints: ['paced at here: no answer'] });
  });

  const silentFrom = (from: number, to: number) => (time: number) => (time >= from && time < to ? unseen : passed);

  test('once, and then does: nothing was wrong', async () => {
    const baking = new Baking().usual().paced(silentFrom(2_000, 3_000));
    expect(await baking.run()).toMatchObject({ verdict: 'proven', silent: 1 });
  });

  test.each([
    ['until its last value', 4_500, 1_000, 4_500],
    ['for more than a quarter of the bake', 4_500, 2_000, 4_000],
    ['for longer than it may', 40_000, 20_000, 23_000],
  ])('%s: nothing can be said', async (_, lasts, from, to) => {
    const baking = new Baking().usual().paced(silentFrom(from, to));
    const complaints = ['paced at here: no answer'];
    expect(await baking.run(lasts)).toMatchObject({ verdict: 'blind', failed: 0, whole: true, complaints });
  });

  test('for as long as it may: nothing was wrong', async () => {
    const baking = new Baking().usual().paced(silentFrom(20_000, 22_000));
    expect(await baking.run(40_000)).toMatchObject({ verdict: 'proven', silent: 2 });
  });

  test('and is wrong then: that decides', async () => {
    const baking = new Baking().paced((time) => (time < 4_000 ? unseen : failed));
    expect(await baking.run()).toMatchObject({ verdict: 'bad', complaints: ['paced at here: wrong'] });
  });
});

test('an attempt that takes long is not joined by another', async () => {
  const baking = new Baking().usual();
  baking.paced(async () => {
    await baking.clock.pause(2_400);
    return passed;
  });
  expect(await baking.run()).toMatchObject({ verdict: 'proven', whole: true });
  expect(baking.times).toEqual([1_000, 4_000]);
});

test('look-ups that take long delay no round', async () => {
  const clock = new TestClock();
  let looked = 0;
  const lookUp = async (signal: AbortSignal) => {
    looked += 1;
    await clock.pause(2_900, signal);
    return [];
  };
  const times: number[] = [];
  const attempt = async () => {
    times.push(clock.now());
    return passed;
  };
  const targets = () => [{ where: 'here', attempt }];
  const checks: Check[] = [{ name: 'usual', kind: 'k', isReadOnly: true, points: ['bake'], targets }];
  const subject = { ...subjectOf([]), endpoints: { current: [], lookUp } };
  const settings = { for: 10_000, every: 1_000, errors: 0 };
  const ended = bake(settings, { checks, subject, clock, end: 60_000 }, new AbortController().signal);
  await clock.advance(60_000);
  expect(await ended).toMatchObject({ whole: true });
  expect(times).toEqual(Array.from({ length: 10 }, (_, round) => round * 1_000));
  expect(looked).toBeGreaterThan(1);
});

test('a bake in which nothing was checked proves nothing', async () => {
  const nowhere = new Baking();
  expect(await nowhere.run()).toMatchObject({ verdict: 'blind', attempts: 0, complaints: ['nothing was checked'] });
});

test('a bake may take as long as the slowest pace at its end', () => {
  const paceOf = (timeout: number) => ({ pace: { first: 0, every: 1, timeout, patience: 1 } });
  expect(longestBake({ for: 10_000 }, [{}, paceOf(2_000), paceOf(300_000)])).toBe(310_000);
  expect(longestBake({ for: 10_000 }, [{}])).toBe(10_000);
});
