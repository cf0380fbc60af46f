import { expect, test } from 'vitest';
import { isUnproven } from '../../../src/core/release/switch-note.ts';

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
