import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  type AnswerKind,
  allowedFailures,
  type Decision,
  Evidence,
  type EvidenceSettings,
  emptyTally,
  judge,
  type SentRequest,
} from '../../../src/core/checks/verdict.ts';

/** Simulated answers over lanes to the live URLs: who would answer a request sent at a time, and how long that takes. */
type Lane = (sent: number, count: number) => { who: AnswerKind; took: number };

const SETTINGS: EvidenceSettings = {
  answers: 20,
  acceptable: 'green',
  fades: false,
  mistakesBlue: false,
  least: 4_500,
  settleTime: 4_500,
  within: 60_000,
  condemns: true,
};
const PACE = 225;

/** Runs a proof over these lanes by a clock of its own: the decision, and when it fell. */
function simulate(lanes: readonly Lane[], settings: Partial<EvidenceSettings> = {}): Decision & { at: number } {
  const evidence = new Evidence({ ...SETTINGS, ...settings });
  for (const lane of lanes.keys()) evidence.open(lane, false);
  const requests = lanes.flatMap((answer, lane) =>
    Array.from({ length: 400 }, (_, count) => ({ lane, sent: count * PACE, ...answer(count * PACE, count) })),
  );
  const open: { at: number; who: AnswerKind; asked: SentRequest }[] = [];
  for (let now = 0; ; now += 25) {
    for (const { lane, sent, who, took } of requests.filter((one) => one.sent === now))
      open.push({ at: sent + took, who, asked: evidence.ask(lane, sent) });
    for (const one of open.filter(({ at }) => at > now - 25 && at <= now)) evidence.answer(one.asked, one.who);
    const decision = evidence.decide(now);
    if (decision !== undefined) return { ...decision, at: now };
  }
}

const always =
  (who: AnswerKind, took = 20): Lane =>
  () => ({ who, took });
const until =
  (time: number, before: AnswerKind, after: AnswerKind): Lane =>
  (sent) => ({ who: sent < time ? before : after, took: 20 });
const oneIn =
  (n: number, who: AnswerKind, others: AnswerKind = 'green', took = 20): Lane =>
  (_, count) =>
    count % n === 0 ? { who, took } : { who: others, took: 20 };

describe('given answers after a switch, the proof ends with', () => {
  test.each<[string, readonly Lane[], Decision['verdict'], [number, number]]>([
    ['green from the first moment', [always('green')], 'proven', [4_500, 4_500]],
    ['blue until the router took over', [until(3_300, 'blue', 'green')], 'proven', [4_500, 8_500]],
    [
      'one of three addresses that lags 5 s',
      [always('green'), always('green'), until(9_000, 'blue', 'green')],
      'proven',
      [13_000, 14_500],
    ],
    ['an address that answers blue for ever', [always('green'), always('blue')], 'lagging', [60_000, 60_000]],
    ['bad answers while the router changes over', [until(2_000, 'bad', 'green')], 'proven', [4_500, 7_000]],
    ['green that answers badly', [always('bad')], 'bad', [7_500, 7_600]],
    ['one of two pods that answers badly', [oneIn(2, 'bad')], 'bad', [7_500, 7_600]],
    [
      'one of two pods that answers badly, beside an address that lags',
      [oneIn(2, 'bad'), always('blue')],
      'bad',
      [7_500, 7_600],
    ],
    ['one of eight pods that answers badly', [oneIn(8, 'bad')], 'bad', [7_500, 9_000]],
    ['a pod that hangs, beside one that is fine', [oneIn(2, 'bad', 'green', 5_000)], 'bad', [9_500, 11_000]],
    ['green that hangs wholly', [always('bad', 5_000)], 'bad', [9_500, 10_000]],
    ['green and blue by turns, for ever', [oneIn(2, 'blue')], 'lagging', [60_000, 60_000]],
    [
      'green, bad and blue by turns',
      [(_, count) => ({ who: (['green', 'bad', 'blue'] as const)[count % 3] ?? 'bad', took: 20 })],
      'bad',
      [7_500, 7_600],
    ],
    ['a dead proxy', [always('silent', 3_000)], 'blind', [60_000, 60_000]],
    ['one of two addresses that is dead', [always('green'), always('silent', 3_000)], 'blind', [60_000, 60_000]],
    ['a proxy that limits every second request', [oneIn(2, 'silent')], 'proven', [8_500, 9_500]],
    ['a proxy that limits every request', [always('silent')], 'blind', [60_000, 60_000]],
    ['an application that asks to come back later, for ever', [always('busy')], 'bad', [60_000, 60_000]],
    ['slow answers', [always('green', 3_000)], 'proven', [7_000, 8_000]],
    ['answers that name no version', [always('unknown')], 'lagging', [60_000, 60_000]],
  ])('%s', (_, lanes, verdict, [earliest, latest]) => {
    const decision = simulate(lanes);
    expect(decision.verdict).toBe(verdict);
    expect(decision.at).toBeGreaterThanOrEqual(earliest);
    expect(decision.at).toBeLessThanOrEqual(latest);
    expect(decision.faded).toBe(false);
  });

  test('2xx of nobody known, where what told the versions apart may change: proven, but not who answered', () => {
    const news = until(5_000, 'green', 'unknown');
    expect(simulate([news], { fades: true, answers: 30 })).toMatchObject({ verdict: 'proven', faded: true });
    const blue = simulate([oneIn(10, 'blue', 'unknown')], { fades: true });
    expect(blue).toMatchObject({ verdict: 'lagging', faded: false });
  });

  describe('where green may look like blue', () => {
    const simulated = (...ways: Lane[]) => simulate(ways, { fades: true, mistakesBlue: true });
    test('nothing is known if each answer looks like blue, or like neither', () => {
      expect(simulated(always('blue'), always('blue'))).toEqual({ verdict: 'proven', faded: true, at: 60_000 });
      expect(simulated(always('blue'), always('unknown'))).toEqual({ verdict: 'proven', faded: true, at: 60_000 });
    });
    test('an address lags if green looks like green at another one', () => {
      expect(simulated(always('green'), always('blue'))).toMatchObject({ verdict: 'lagging', faded: false });
    });
    test('bad or missing answers prove nothing', () => {
      expect(simulated(oneIn(2, 'bad', 'blue'))).toMatchObject({ verdict: 'bad' });
      expect(simulated(always('blue'), always('silent'))).toMatchObject({ verdict: 'lagging' });
    });
  });

  test('what is still waited for is not passed by: a pod that hangs does not hide behind one that is fine', () => {
    const quick = { least: 1_000, settle: 1_000, answers: 5 };
    expect(simulate([oneIn(2, 'bad', 'green', 5_000)], quick)).toMatchObject({ verdict: 'bad' });
  });

  test('any 2xx where nothing tells the versions apart', () => {
    expect(simulate([always('unknown')], { acceptable: 'unknown' })).toMatchObject({ verdict: 'proven', at: 4_500 });
  });

  test('bad answers that are nobody’s harm, as at a preview that the router does not know yet: it waits', () => {
    const preview = { condemns: false, least: 0, answers: 3 };
    expect(simulate([until(30_000, 'bad', 'green')], preview)).toMatchObject({ verdict: 'proven' });
    expect(simulate([always('green')], preview).at).toBeLessThan(1_000);
    expect(simulate([always('bad')], preview)).toMatchObject({ verdict: 'bad', at: 60_000 });
  });

  test('the verdict does not hang on which answer came last', () => {
    const seen = fc.constantFrom<AnswerKind>('green', 'blue', 'bad', 'silent', 'unknown');
    fc.assert(
      fc.property(fc.array(seen, { minLength: 20, maxLength: 60 }), fc.infiniteStream(fc.nat(1_000)), (all, noise) => {
        const decide = (order: readonly AnswerKind[]) => {
          const evidence = new Evidence({ ...SETTINGS, answers: 1_000 });
          evidence.open(0, false);
          for (const who of order) evidence.answer(evidence.ask(0, 5_000), who);
          return evidence.decide(60_000)?.verdict;
        };
        const shuffled = all.map((who) => ({ who, at: noise.next().value ?? 0 })).toSorted((a, b) => a.at - b.at);
        expect(decide(shuffled.map(({ who }) => who))).toBe(decide(all));
      }),
    );
  });
});

describe('given DNS that gives another address each second, and leaves each out after 11 s,', () => {
  /** The decision where the addresses answer as `who` says, by their number. */
  function decided(who: (lane: number, now: number) => AnswerKind) {
    const evidence = new Evidence(SETTINGS);
    for (let now = 0; ; now += 250) {
      const newest = Math.floor(now / 1_000);
      if (now % 1_000 === 0) {
        evidence.open(newest, newest > 0);
        evidence.close(newest - 11);
      }
      for (let lane = Math.max(0, newest - 10); lane <= newest; lane += 1)
        evidence.answer(evidence.ask(lane, now), who(lane, now));
      const decision = evidence.decide(now);
      if (decision !== undefined) return { ...decision, at: now };
    }
  }

  test('addresses that appear hold a proof up for 10 s, and no longer', () => {
    expect(decided(() => 'green')).toEqual({ verdict: 'proven', faded: false, at: 14_750 });
  });

  test('one of them that has answered otherwise must give its whole count', () => {
    const lags = (lane: number, now: number) => (lane === 13 && now < 16_000 ? 'blue' : 'green');
    expect(decided(lags)).toMatchObject({ verdict: 'proven', at: 20_750 });
    expect(decided((lane) => (lane > 0 && lane % 5 === 0 ? 'blue' : 'green')).verdict).toBe('lagging');
  });

  test('one that gives no answer is waited for', () => {
    expect(decided((lane) => (lane % 5 === 4 ? 'silent' : 'green')).verdict).toBe('blind');
  });
});

describe('allowedFailures', () => {
  test.each([
    [1, 0.01, 0],
    [2, 0.01, 1],
    [20, 0.01, 1],
    [99, 0.01, 1],
    [300, 0.01, 3],
    [1_000, 0.005, 5],
    [300, 0, 0],
    [0, 0.01, 0],
  ])('of %d with a budget of %d: %d', (planned, budget, allowed) => {
    expect(allowedFailures(planned, budget)).toBe(allowed);
  });
});

describe('judge', () => {
  test.each<[Partial<Record<AnswerKind, number>>, number, string]>([
    [{ bad: 3, blue: 100 }, 1, 'bad'],
    [{ bad: 1, blue: 1 }, 1, 'lagging'],
    [{ bad: 1, green: 90 }, 1, 'blind'],
    [{ bad: 1 }, 1, 'bad'],
    [{ silent: 50, unknown: 1 }, 1, 'lagging'],
    [{ silent: 50 }, 1, 'blind'],
    [{ silent: 50, busy: 3 }, 1, 'bad'],
    [{}, 0, 'blind'],
  ])('%o with %d allowed: %s', (tally, allowed, verdict) => {
    expect(judge({ ...emptyTally(), ...tally }, allowed)).toBe(verdict);
  });
});
