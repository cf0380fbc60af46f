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
    return this.#add({ name: 'paced', attempt, pace: { first: 1_000, every: 1_000, timeout: 3_000 } });
  }

  #add({ attempt, ...more }: Pick<Check, 'name' | 'pace'> & { attempt: () => Promise<Attempt> }): this {
    const targets = () => [{ where: 'here', attempt }];
    this.#checks.push({ kind: 'k', points: ['bake'], repeatable: true, targets, ...more });
    return this;
  }

  async run() {
    const request = { checks: this.#checks, subject: subjectOf([]), clock: this.clock, end: 60_000 };
    const ended = bake({ for: 4_500, every: 100, errors: 0.5 }, request, new AbortController().signal);
    await this.clock.advance(30_000);
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

  test('and then does: nothing was wrong', async () => {
    const baking = new Baking().paced((time) => (time < 4_500 ? unseen : passed));
    expect(await baking.run()).toMatchObject({ verdict: 'proven', silent: 4 });
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
  const checks: Check[] = [{ name: 'usual', kind: 'k', points: ['bake'], repeatable: true, targets }];
  const subject = { ...subjectOf([]), endpoints: { current: [], lookUp } };
  const settings = { for: 10_000, every: 1_000, errors: 0 };
  const ended = bake(settings, { checks, subject, clock, end: 60_000 }, new AbortController().signal);
  await clock.advance(60_000);
  expect(await ended).toMatchObject({ whole: true });
  expect(times).toEqual(Array.from({ length: 10 }, (_, round) => round * 1_000));
  expect(looked).toBeGreaterThan(1);
});

test('a bake may take as long as the slowest pace at its end', () => {
  const paceOf = (timeout: number) => ({ pace: { first: 0, every: 1, timeout } });
  expect(longestBake({ for: 10_000 }, [{}, paceOf(2_000), paceOf(300_000)])).toBe(310_000);
  expect(longestBake({ for: 10_000 }, [{}])).toBe(10_000);
});
