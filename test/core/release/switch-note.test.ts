import { describe, expect, test } from 'vitest';
import { firstMovedAt, isUnproven } from '../../../src/core/release/switch-note.ts';

test.each([
  ['the switch to it is not proven', { live: 'v2', phase: 'switched' }, 'v2', true],
  ['the switch to it is proven', { live: 'v2', phase: 'proven' }, 'v2', false],
  ['the config switched the proof off', { live: 'v2', phase: 'proof-off' }, 'v2', false],
  ['the switch was to another revision', { live: 'v2', phase: 'switched' }, 'v1', false],
  ['nothing is live', { live: 'v2', phase: 'switched' }, undefined, false],
  ['nothing was ever switched', undefined, undefined, false],
] as const)('%s', (_, note, revision, expected) => {
  expect(isUnproven(note, revision)).toBe(expected);
});

describe('the first visitors of an unfinished switch', () => {
  const note = (at: string, more: object = {}) => ({ live: 'v2', phase: 'switched' as const, at, ...more });
  const [early, late] = ['2026-05-01T10:00:00Z', '2026-05-01T10:05:00Z'];

  test.each([
    ['moved with the route that was switched first', [note(late), note(early)], early],
    ['did not move with a switch that is finished', [note(early, { phase: 'proven' }), note(late)], late],
    ['did not move with a switch to another revision', [note(early, { live: 'v1' }), note(late)], late],
    ['moved at a time that one route says, if another says none', [note('?'), note(late)], late],
  ])('%s', (_, notes, at) => {
    expect(firstMovedAt(notes, 'v2')).toBe(Date.parse(at));
  });

  test('are not known where no route notes them', () => {
    expect(firstMovedAt([note(early, { live: 'v1' })], 'v2')).toBeUndefined();
  });
});
