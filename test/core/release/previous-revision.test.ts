import { expect, test } from 'vitest';
import { previousOf } from '../../../src/core/release/previous-revision.ts';

const promoted = {
  revision: 'v2',
  switchNote: { live: 'v2', previous: 'v1' },
  halfway: undefined,
  reverted: undefined,
  canRollBack: true,
};
const between = { ...promoted, revision: 'v1', halfway: 'v2' };

test.each([
  ['after a promotion', 'v1', promoted],
  ['the version before it was removed', '', { ...promoted, canRollBack: false }],
  ['nothing was live before', '', { ...promoted, switchNote: { live: 'v2', previous: '' } }],
  ['nothing was ever switched', '', { ...promoted, switchNote: undefined }],
  ['visitors were taken back already', '', { ...promoted, switchNote: { live: 'v2', previous: '', left: 'v3' } }],
  ['somebody put the route elsewhere', '', { ...promoted, revision: 'v1', reverted: {} }],
  ['a switch ended between two routes', 'v1', between],
  [
    'a switch back ended between two routes',
    'v2',
    { ...between, switchNote: { live: 'v2', previous: '', left: 'v1' } },
  ],
])('%s: a rollback would go to "%s"', (_, previous, standing) => expect(previousOf(standing)).toBe(previous));
