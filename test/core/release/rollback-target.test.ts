import { describe, expect, test } from 'vitest';
import type { LockHolder } from '../../../src/core/kube/lease.ts';
import { rollbackTarget } from '../../../src/core/release/rollback-target.ts';
import type { SwitchNote } from '../../../src/core/release/switch-note.ts';

/** What a rollback goes back to. */

const NOTE: SwitchNote = { live: 'v2', previous: 'v1', at: '2026-05-01T10:00:00Z', run: 'r', phase: 'proven' };
const PROMOTED = { revision: 'v2', switchNote: NOTE, halfway: undefined, reverted: undefined };
const BACK = { ...PROMOTED, revision: 'v1', switchNote: { ...NOTE, live: 'v1', previous: '', left: 'v2' } };
const FIRST = { ...PROMOTED, switchNote: { ...NOTE, previous: '' } };
/** A switch to v2 that ended between two routes, and a switch back to v1 that did. */
const HALFWAY = { ...PROMOTED, revision: 'v1', halfway: 'v2' };
const HALFWAY_BACK = { ...BACK, revision: 'v2', halfway: 'v1' };
const REVERTED = { ...PROMOTED, revision: 'v1', reverted: { switchedTo: 'v2' } };

const step = (mode: string, revision: string): LockHolder => ({
  mode,
  revision,
  run: 'r',
  job: '',
  attempt: 1,
  actor: '',
  since: '',
});
const goes = (
  given: { to?: string; revision?: string },
  standing: Parameters<typeof rollbackTarget>[1],
  overtaken: LockHolder[] = [],
) => rollbackTarget({ to: '', revision: '', ...given }, standing, overtaken);

describe('it goes', () => {
  test.each<[string, Parameters<typeof goes>, string]>([
    ['to what was live before, after a promotion', [{}, PROMOTED], 'v1'],
    ['from what is live, if that is what it should leave', [{ revision: 'v2' }, PROMOTED], 'v1'],
    ['where the input says', [{ to: 'v0' }, PROMOTED], 'v0'],
    ['where the input says, although visitors were taken back already', [{ to: 'v0' }, BACK], 'v0'],
    ['back on all routes, after a switch that ended between two', [{}, HALFWAY], 'v1'],
    ['from the revision of that switch, too', [{ revision: 'v2' }, HALFWAY], 'v1'],
    ['on with a switch back that ended between two routes', [{}, HALFWAY_BACK], 'v1'],
    ['where somebody put the route already, to say that this counts', [{}, REVERTED], 'v1'],
    ['there too if it should leave what the route was switched to', [{ revision: 'v2' }, REVERTED], 'v1'],
    ['past a verify that gave way', [{}, PROMOTED, [step('verify', 'v3')]], 'v1'],
    ['back after a promote that gave way after its switch', [{}, PROMOTED, [step('promote', 'v2')]], 'v1'],
    ['one further, if it should leave what is live', [{ revision: 'v2' }, PROMOTED, [step('promote', 'v3')]], 'v1'],
  ])('%s', (_, asked, to) => {
    expect(goes(...asked)).toEqual({ to });
  });
});

describe('it stays, and says why', () => {
  test.each<[string, Parameters<typeof goes>, string]>([
    ['what it should leave is not live', [{ revision: 'v9' }, PROMOTED], 'Revision v9 is not live (v2 is)'],
    ['nor does `to` change that', [{ revision: 'v9', to: 'v0' }, PROMOTED], 'Revision v9 is not live (v2 is)'],
    ['nobody knows what is live', [{ revision: 'v9' }, { ...PROMOTED, revision: undefined }], 'an unknown revision is'],
    ['it was run before', [{}, BACK], 'Visitors were moved off v2 already'],
    [
      'what it overtook had not switched yet',
      [{}, PROMOTED, [step('promote', 'v3')]],
      'promote of v3 ended before its switch',
    ],
    ['the same of a whole release', [{}, PROMOTED, [step('release', 'v3')]], 'release of v3 ended before its switch'],
    ['the routes lead nowhere', [{}, { ...REVERTED, revision: undefined }], 'The live routes name no known revision'],
  ])('%s', (_, asked, why) => {
    const target = goes(...asked);
    expect(target.to).toBeUndefined();
    expect(target.stays).toContain(why);
  });
});

test.each([
  ['a first release', FIRST],
  ['a version that Greenpath never switched to', { ...PROMOTED, switchNote: undefined }],
])('it does not know where to go after %s', (_, standing) => {
  expect(goes({}, standing)).toEqual({});
});
