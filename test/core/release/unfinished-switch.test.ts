import { describe, expect, test } from 'vitest';
import type { TimelineEvent } from '../../../src/core/release/record.ts';
import type { SwitchNote } from '../../../src/core/release/switch-note.ts';
import { isUnfinished, newestOf, unfinishedError, WITHOUT_PROOF } from '../../../src/core/release/unfinished-switch.ts';

const AT = '2026-05-01T10:00:00Z';
const switched: SwitchNote = { live: 'v2', previous: 'v1', at: AT, run: 'r', phase: 'switched' };
const back: SwitchNote = { ...switched, live: 'v1', previous: '', left: 'v2' };
const timelineEvent = (event: TimelineEvent['event'], at: string): TimelineEvent => ({ event, at, run: 'r' });

describe('a switch that is noted and not finished', () => {
  test.each<[string, boolean, SwitchNote, TimelineEvent[]]>([
    ['a switch that waits for its proof', true, switched, []],
    ['a switch back that does', true, back, []],
    ['one that is proven', false, { ...switched, phase: 'proven' }, []],
    ['one that nobody was to prove', false, { ...switched, phase: 'proof-off' }, []],
    [
      'one without a proof, as earlier versions left it',
      false,
      switched,
      [timelineEvent('switched', '2026-05-01T10:00:09Z')],
    ],
    ['the same of a switch back', false, back, [timelineEvent('rolled-back', '2026-05-01T10:00:09Z')]],
    ['one whose revision was live once before', true, switched, [timelineEvent('switched', '2026-04-30T10:00:00Z')]],
    ['a switch whose revision was left before', true, switched, [timelineEvent('rolled-back', '2026-05-01T10:00:09Z')]],
    [
      'a switch back that was restored, and not proven',
      true,
      back,
      [timelineEvent('restored', '2026-05-01T10:00:09Z')],
    ],
  ])('%s: %s', (_, unfinished, switchNote, timeline) => expect(isUnfinished(switchNote, timeline)).toBe(unfinished));

  test.each([
    ['promote or rollback', switched, true, 'Run promote for revision v2 to finish it, or rollback to revert it.'],
    [
      'promote, or a new version where none was before',
      { ...switched, previous: '' },
      false,
      'Run promote for revision v2 to finish it, or deploy-green for a new revision, since there is nothing to roll back to.',
    ],
    ['rollback alone, if it was one', back, false, `Run rollback to finish it. ${WITHOUT_PROOF}`],
  ])('is finished by %s', (_, switchNote, canRollBack, next) => {
    expect(unfinishedError(switchNote, canRollBack)).toMatchObject({ code: 'unfinished', next });
  });
});

test('several routes: the newest note counts, and of one switch that which waits', () => {
  const proven: SwitchNote = { ...switched, phase: 'proven' };
  const newer = { ...proven, live: 'v3', at: '2026-05-01T10:00:01Z' };
  expect(newestOf([])).toBeUndefined();
  for (const notes of [
    [switched, proven, proven],
    [proven, switched, proven],
    [proven, proven, switched],
  ]) {
    expect(newestOf(notes)).toBe(switched);
    expect(newestOf([...notes, newer])).toBe(newer);
    expect(newestOf([newer, ...notes])).toBe(newer);
  }
});
