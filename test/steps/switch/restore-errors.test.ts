import { describe, expect, test } from 'vitest';
import type { ErrorCode } from '../../../src/core/base/error.ts';
import type { Canary } from '../../../src/routes/canary.ts';
import { stayedBehind, stayedBlind, wentBack } from '../../../src/steps/switch/restore-errors.ts';
import { side } from '../../core/support.ts';
import { proofResult } from '../../proof/results.ts';

/** What the run says when a switch did not go well: what was done, how sure that is, and what to do. */

const [GREEN, BLUE] = [side('web-v2'), side('web-v1', 'v1')];
const CANARY: Canary = {
  ...{ route: 'Ingress beta', place: 'shop.test/', service: 'beta', percent: 10 },
  end: 'Set canary-weight of Ingress beta to "0", or delete it',
};
const LIVE_URL = 'http://shop.test/';
const SEEN = { ...proofResult({}), proof: 'identity' as const };
const OPEN = { ...proofResult({ verdict: 'lagging', complaint: 'status 502' }), proof: '' as const };

describe('visitors who were switched back', () => {
  type Back = Parameters<typeof wentBack>[1];
  const FAILED = { what: 'It failed', url: LIVE_URL, green: GREEN, blue: BLUE, proof: SEEN, canary: undefined };

  test.each<[string, Partial<Back> & { code?: ErrorCode }, string, string]>([
    ['and seen there', {}, 'switched back to v1', 'It must be verified again before it can be promoted'],
    [
      'as far as a status can tell',
      { proof: { ...SEEN, proof: 'none' } },
      'switched back to v1, as far as the status of answers can tell',
      'reject removes it',
    ],
    [
      'and nobody looked',
      { proof: undefined },
      'switched back to v1, and nothing was checked (proof: off)',
      'Check green',
    ],
    [
      'and not seen there',
      { proof: OPEN },
      'switched back to v1, and that is not proven: status 502',
      'run rollback to prove that visitors are back',
    ],
    [
      'while a canary takes some',
      { canary: CANARY },
      'beta is a canary of shop.test/',
      'Set canary-weight of Ingress beta to "0", or delete it, then verify and promote again',
    ],
    [
      'while a canary takes some, and not seen there',
      { canary: CANARY, proof: OPEN },
      'not proven',
      'or delete it, then run rollback to prove',
    ],
    ['since the proxy lagged', { code: 'proxy-lags' }, 'switched back', 'Check the proxy'],
  ])('%s', (_, { code = 'green-failed', ...more }, message, next) => {
    const { error, visitors } = wentBack(code, { ...FAILED, ...more });
    expect(error.message).toContain(message);
    expect(error.next).toContain(next);
    expect(visitors).toContain('http://shop.test/ is served by web-v1 (revision v1) again');
    expect(visitors).toContain('green still runs and is not live');
  });
});

test('visitors of whom nothing is known stay, and nothing is claimed', () => {
  const { error, visitors } = stayedBlind('No answer came', GREEN, LIVE_URL);
  expect(error).toMatchObject({ code: 'runner-blind' });
  expect(visitors).toContain('what this run could see does not show what visitors get');
});

test.each([
  [undefined, 'Check the proxy, which may not have applied the route'],
  [CANARY, 'Set canary-weight of Ingress beta'],
])('visitors stay behind where the config says so; canary: %o', (canary, next) => {
  expect(stayedBehind('It lags', canary)).toMatchObject({ code: 'proxy-lags', next: expect.stringContaining(next) });
});
