import { describe, expect, test } from 'vitest';
import type { Attempt, Check } from '../../src/checks/check.ts';
import { repeat } from '../../src/checks/repeat.ts';
import { TestClock, until } from '../clock.ts';
import { subjectOf } from './checks.ts';

/** How often a check is attempted, whatever it does: the attempts are said here, and time is the test's. */

const SETTINGS = { passes: 3, interval: 1_000, within: 30_000 };
const passed = (ms = 5): Attempt => ({ passed: true, ms });
const failed = (reason: string): Attempt => ({ passed: false, ms: 5, reason, cause: `cause of ${reason}`, who: 'bad' });

/** A check with one target for each list of attempts, of which the last one comes again and again. */
function checkWith(lists: readonly (readonly Attempt[])[], more: Partial<Check> = {}): Check {
  const targets = lists.map((attempts, index) => {
    let count = 0;
    const next = () => attempts[Math.min(count++, attempts.length - 1)] ?? failed('nothing is said');
    return { where: `place ${index}`, attempt: () => Promise.resolve(next()) };
  });
  return { name: 'a', kind: 'k', isReadOnly: true, points: ['preview'], targets: () => targets, ...more };
}
async function repeated(check: Check, settings: Partial<typeof SETTINGS> = {}) {
  const clock = new TestClock({ jumps: true });
  const all = { ...SETTINGS, ...settings };
  const ended = await repeat(check, subjectOf([]), all, clock, new AbortController().signal);
  const { cause, attempts: made, since } = ended.failed ?? {};
  return { ...ended.result, cause, made, since, took: clock.now() };
}

describe('a check', () => {
  test('passes after so many attempts in a row, an interval apart', async () => {
    expect(await repeated(checkWith([[passed(7.4), passed(2)]]))).toEqual({
      ...{ name: 'a', kind: 'k', where: 'place 0', passed: true, attempts: 3, slowestMs: 7, failure: '' },
      ...{ cause: undefined, made: undefined, since: undefined, took: 2_000 },
    });
  });

  test('starts the count again with each failure, after a pause that doubles', async () => {
    const check = checkWith([[passed(90), failed('x'), failed('x'), failed('x'), passed()]]);
    expect(await repeated(check)).toMatchObject({ passed: true, attempts: 7, slowestMs: 5, took: 10_000 });
  });

  test('has to pass at all its targets at once', async () => {
    const check = checkWith([[passed()], [failed('x'), passed()]]);
    expect(await repeated(check, { passes: 1 })).toMatchObject({ passed: true, attempts: 4 });
    expect(await repeated(checkWith([[passed()], [failed('x')]]))).toMatchObject({ passed: false, failure: 'x' });
  });

  describe('whose targets come and go', () => {
    /** Passes at these places: those of the nth attempt, or of the last one. */
    const appearing = (placesOf: (round: number) => readonly string[]) => {
      const made: Record<string, number> = {};
      let round = 0;
      const targets = () =>
        placesOf(round++).map((through) => ({
          ...{ where: 'here', through },
          attempt: () => {
            made[through] = (made[through] ?? 0) + 1;
            return Promise.resolve(passed());
          },
        }));
      return { made, check: checkWith([], { targets }) };
    };

    test('has to pass as often at one that appears', async () => {
      const { made, check } = appearing((round) => (round < 2 ? ['a'] : ['a', 'b']));
      expect(await repeated(check)).toMatchObject({ passed: true, attempts: 8 });
      expect(made).toEqual({ a: 5, b: 3 });
    });

    test('waits for none that disappears', async () => {
      const { made, check } = appearing((round) => (round < 2 ? ['a', 'b'] : ['a']));
      expect(await repeated(check)).toMatchObject({ passed: true });
      expect(made).toEqual({ a: 3, b: 2 });
    });

    test('is held up for 10 s at most where others appear all the time', async () => {
      const { check } = appearing((round) => ['a', `b${round}`]);
      expect(await repeated(check)).toMatchObject({ passed: true, took: 12_000 });
    });
  });

  test('that fails names the target that failed, and its address where several are of one place', async () => {
    const at = (...places: readonly (readonly [string, string?])[]) => {
      const targets = places.map(([where, through], index) => {
        const ended = index === 0 ? passed() : failed(`x${index}`);
        return { where, ...(through !== undefined && { through }), attempt: () => Promise.resolve(ended) };
      });
      return checkWith([], { targets: () => targets, retries: 0 });
    };
    expect(await repeated(at(['a'], ['b'], ['c']))).toMatchObject({ where: 'b', failure: 'x1', cause: 'cause of x1' });
    expect(await repeated(at(['a', '1.1.1.1:80'], ['b', '1.1.1.1:80']))).toMatchObject({ where: 'b', failure: 'x1' });
    const failure = 'x1 (through 1.1.1.2:80)';
    expect(await repeated(at(['a', '1.1.1.1:80'], ['a', '1.1.1.2:80']))).toMatchObject({ where: 'a', failure });
  });

  test('fails with its last reason and cause when its time is over, and no attempt counted', async () => {
    const ended = await repeated(checkWith([[passed(), failed('x'), failed('y')]]), { within: 10_000 });
    expect(ended).toMatchObject({ passed: false, failure: 'y', cause: 'cause of y' });
    expect(ended).not.toHaveProperty('slowestMs');
    expect(ended.took).toBeLessThan(10_000);
  });

  test('that never fails may still have passed too few times', async () => {
    const ended = await repeated(checkWith([[passed()]]), { passes: 9, within: 3_000 });
    expect(ended).toMatchObject({ passed: false, failure: 'it passed too few times in a row', slowestMs: 5 });
  });

  test('may say itself how often it must pass, and how many failures it bears', async () => {
    expect(await repeated(checkWith([[passed()]], { passes: 1 }))).toMatchObject({ passed: true, attempts: 1 });
    const list = [failed('x'), failed('y'), passed()];
    expect(await repeated(checkWith([list], { retries: 1 }))).toMatchObject({
      passed: false,
      attempts: 2,
      failure: 'y',
    });
    expect(await repeated(checkWith([list], { retries: 2, passes: 2 }))).toMatchObject({ passed: true, attempts: 4 });
    expect(await repeated(checkWith([list], { retries: 0 }))).toMatchObject({ attempts: 1, failure: 'x', took: 0 });
  });

  test('has no further attempt after a failure that is final', async () => {
    const final: Attempt = { passed: false, ms: 5, reason: 'y', who: 'bad', isFinal: true };
    const ended = await repeated(checkWith([[failed('x'), final, passed()]]), { passes: 1 });
    expect(ended).toMatchObject({ passed: false, attempts: 2, failure: 'y', took: 1_000 });
  });

  test('that fails tells its attempts, those in a row that ended alike as one', async () => {
    const list = [passed(), failed('x'), failed('x'), failed('y')];
    const { made, since } = await repeated(checkWith([list], { retries: 2 }));
    const spans = [
      { first: 1, last: 1, from: 0, to: 5, how: 'passed' },
      { first: 2, last: 3, from: 1_000, to: 2_005, quickest: 5, slowest: 5, how: 'x' },
      { first: 4, last: 4, from: 4_000, to: 4_005, how: 'y' },
    ];
    expect(made).toMatchObject([{ place: '', spans }]);
    expect(since).toBe(1_000);
  });

  test('that fails at one of several places tells of all of them', async () => {
    const { made } = await repeated(checkWith([[passed()], [failed('x')]], { retries: 0 }));
    expect(made?.map(({ place, spans }) => [place, spans.map(({ how }) => how)])).toEqual([
      ['place 0', ['passed']],
      ['place 1', ['x']],
    ]);
  });

  test('that breaks fails: nobody saw it pass', async () => {
    const targets = () => [{ where: 'here', attempt: () => Promise.reject(new Error('no such program')) }];
    expect(await repeated(checkWith([], { targets }))).toMatchObject({
      ...{ passed: false, failure: 'the check broke: no such program' },
    });
  });

  test('that has nothing to run against fails', async () => {
    expect(await repeated(checkWith([]))).toMatchObject({ passed: false, attempts: 0, where: '' });
  });

  test('ends when the run does, also in a pause', async () => {
    const clock = new TestClock();
    const run = new AbortController();
    let attempts = 0;
    const targets = () => [{ where: 'here', attempt: () => Promise.resolve(passed(++attempts)) }];
    const ended = repeat(checkWith([], { targets }), subjectOf([]), SETTINGS, clock, run.signal);
    await until(() => attempts === 1);
    run.abort(new Error('cancelled'));
    await expect(ended).rejects.toThrow('cancelled');
  });
});
