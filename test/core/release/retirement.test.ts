import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { planRetirement, type StackFacts } from '../../../src/core/release/retirement.ts';

const NOW = Date.parse('2026-05-10T12:00:00Z');
const MINUTE = 60_000;
const stack = (revision: string, change: Partial<StackFacts> = {}): StackFacts => ({
  revision,
  role: 'previous',
  abandoned: false,
  wasLive: true,
  liveAt: undefined,
  namedBy: undefined,
  applied: false,
  ...change,
});
const PHASE = { live: 'v4', previous: 'v3', at: '2026-05-10T11:58:00Z' };
const SETTINGS = { switchNote: PHASE, now: NOW, keep: 1, drain: 5 * MINUTE };
const plan = (stacks: StackFacts[], keep = 1, switchNote = PHASE) =>
  planRetirement(stacks, { ...SETTINGS, keep, switchNote });
const live = stack('v4', { role: 'live', liveAt: '2026-05-10T11:58:00Z' });
const v3 = stack('v3', { liveAt: '2026-05-09T00:00:00Z' });
const v2 = stack('v2', { liveAt: '2026-05-08T00:00:00Z' });

describe('planRetirement', () => {
  test('keeps the previous stack, and lets the one before it go at once: it was left when the previous one came', () => {
    expect(plan([live, v2, v3])).toEqual({
      go: [{ revision: 'v2', drainedIn: 0 }],
      stay: [{ revision: 'v3', why: 'it is kept for rollback (keep: 1)' }],
    });
  });

  test('what visitors left with the last switch has to drain first', () => {
    expect(plan([live, v3], 0).go).toEqual([{ revision: 'v3', drainedIn: 3 * MINUTE }]);
  });

  test('what visitors were taken off is left later than what came before it', () => {
    const switchNote = { live: 'v4', previous: '', left: 'v5', at: '2026-05-10T11:58:00Z' };
    const v5 = stack('v5', { liveAt: '2026-05-10T11:00:00Z' });
    expect(plan([live, v5, v3], 1, switchNote)).toEqual({
      go: [{ revision: 'v3', drainedIn: 0 }],
      stay: [{ revision: 'v5', why: 'it is kept for rollback (keep: 1)' }],
    });
  });

  test.each<[string, StackFacts, RegExp]>([
    ['a route names it', stack('v1', { namedBy: 'Ingress other' }), /Ingress other names it/],
    ['the next kubectl apply would name it', stack('v1', { applied: true }), /last applied with it/],
    ['it is the candidate', stack('v5', { role: 'candidate', wasLive: false }), /it is the candidate/],
  ])('stays when %s', (_, one, why) => {
    const { go, stay } = plan([live, one], 0);
    expect(go).toEqual([]);
    expect(stay).toEqual([{ revision: one.revision, why: expect.stringMatching(why) }]);
  });

  test('a candidate that nobody waits for any more goes, and does not count as kept', () => {
    const failed = stack('v3a', { role: 'candidate', abandoned: true, wasLive: false });
    expect(plan([live, v3, failed]).go).toEqual([{ revision: 'v3a', drainedIn: 0 }]);
  });

  test('what an earlier retire began goes on, whatever is kept', () => {
    expect(plan([live, v3, stack('v2', { role: 'retiring' })]).go).toEqual([{ revision: 'v2', drainedIn: 0 }]);
  });

  test('what visitors were taken off is the first to be kept, however long ago it went live', () => {
    const switchNote = { live: 'v4', previous: '', left: 'v2', at: '2026-05-10T11:58:00Z' };
    expect(plan([live, v2, v3], 1, switchNote).stay.map((one) => one.revision)).toEqual(['v2']);
  });

  test('what never had visitors is not kept for a rollback, and what goes already is kept in place of nothing', () => {
    const never = stack('v9', { wasLive: false, liveAt: undefined });
    expect(plan([live, never]).go.map((one) => one.revision)).toEqual(['v9']);
    const begun = stack('v3', { role: 'retiring', liveAt: '2026-05-09T00:00:00Z' });
    expect(plan([live, v2, begun]).stay.map((one) => one.revision)).toEqual(['v2']);
  });

  test('without a noted switch nothing goes', () =>
    expect(planRetirement([v3], { ...SETTINGS, keep: 0, switchNote: undefined }).go).toEqual([]));

  test('live never goes, nor more than all but `keep`', () => {
    const stacks = fc.uniqueArray(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(stacks, fc.nat(5), (numbers, keep) => {
        const all = numbers.map((number) => stack(`r${number}`, { liveAt: `2026-05-0${1 + (number % 9)}T00:00:00Z` }));
        const { go } = plan([live, ...all], keep);
        expect(go.map((one) => one.revision)).not.toContain('v4');
        expect(go).toHaveLength(Math.max(0, all.length - keep));
      }),
    );
  });
});
