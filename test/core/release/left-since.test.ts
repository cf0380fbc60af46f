import { describe, expect, test } from 'vitest';
import { leftSince } from '../../../src/core/release/left-since.ts';
import type { TimelineEvent } from '../../../src/core/release/record.ts';

/** When the stamp of a release no longer counts. */

describe('a stamp counts no more once visitors were taken off the release after it', () => {
  // The clocks of these runs are wrong: what happened first may carry the later time.
  const moments = (...events: TimelineEvent['event'][]): TimelineEvent[] =>
    events.map((event, index) => ({ event, at: `2026-05-01T${20 - index}:00:00Z`, run: `${index}` }));
  const switchNote = (live: string, left?: string) => ({ live, at: '2026-05-01T12:00:00Z', ...(left ? { left } : {}) });
  test.each<[string, TimelineEvent[], ReturnType<typeof switchNote> | undefined, string | undefined, boolean]>([
    ['nothing happened but the checks', moments('verified'), undefined, undefined, true],
    ['it was live meanwhile, and is not any more', moments('verified', 'proven'), switchNote('v3'), undefined, true],
    ['a restore', moments('verified', 'switched', 'restored'), switchNote('v1', 'v2'), undefined, false],
    ['a rollback', moments('verified', 'proven', 'rolled-back'), switchNote('v1', 'v2'), undefined, false],
    ['a rollback before a later release', moments('verified', 'rolled-back'), switchNote('v3'), undefined, false],
    ['verified again after it', moments('rolled-back', 'verified'), switchNote('v1', 'v2'), switchNote('').at, true],
    ['a rollback that was cut off before it noted it', moments('verified'), switchNote('v1', 'v2'), undefined, false],
    ['the same, after an earlier one', moments('rolled-back', 'verified'), switchNote('v1', 'v2'), 'earlier', false],
    ['visitors were brought back to it', moments('verified', 'rolled-back'), switchNote('v2', 'v3'), undefined, true],
  ])('%s', (_, timeline, now, left, counts) => {
    const stamp = left === undefined ? {} : { left };
    expect(leftSince(stamp, timeline, 'v2', now) === undefined).toBe(counts);
  });
});
