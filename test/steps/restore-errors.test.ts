import { describe, expect, test } from 'vitest';
import type { Canary } from '../../src/routes/canary.ts';
import { stayedBehind, stayedBlind, wentBack } from '../../src/steps/restore-errors.ts';
import { side } from '../core/support.ts';
import { proofResult } from '../proof/results.ts';
import { look } from '../state/app.ts';

/** What people are told when a switch did not go well: what was done, how sure that is, and what to do. */

const [GREEN, BLUE] = [side('web-v2'), side('web-v1', 'v1')];
const CANARY: Canary = { ingress: 'beta', place: 'shop.test/', service: 'beta', percent: 10 };
const OPEN = proofResult({ verdict: 'lagging', complaint: 'status 502' });

describe('visitors who were switched back', () => {
  const back = async (
    more: Partial<Parameters<typeof wentBack>[2]>,
    { code = 'green-failed', proof = 'identity' } = {},
  ) => {
    const { run } = await look();
    Object.assign(run.known.outputs, { liveUrl: 'http://shop.test/', proof });
    const parts = { what: 'It failed', green: GREEN, blue: BLUE, proof: proofResult({}), canary: undefined, ...more };
    const error = wentBack(run, code as 'green-failed', parts);
    return { error, visitors: run.known.visitors };
  };

  test.each<[string, Parameters<typeof back>, string, string]>([
    ['and seen there', [{}], 'switched back to v1', 'It has to be verified again before it can be promoted'],
    [
      'as far as a status can tell',
      [{}, { proof: 'none' }],
      'switched back to v1, as far as the status of answers can tell',
      'reject removes it',
    ],
    [
      'and nobody looked',
      [{ proof: undefined }],
      'switched back to v1, and nobody looked (proof: off)',
      'Look at green',
    ],
    [
      'and not seen there',
      [{ proof: OPEN }],
      'switched back to v1, and that is not proven: status 502',
      'run rollback to prove that visitors are back',
    ],
    [
      'while a canary takes some',
      [{ canary: CANARY }],
      'beta is a canary of shop.test/',
      'Set canary-weight of Ingress beta to "0", or delete it, then verify and promote again',
    ],
    [
      'while a canary takes some, and not seen there',
      [{ canary: CANARY, proof: OPEN }],
      'not proven',
      'or delete it, then run rollback to prove',
    ],
    ['since the proxy lagged', [{}, { code: 'proxy-lags' }], 'switched back', 'Look at the proxy'],
  ])('%s', async (_, given, message, next) => {
    const { error, visitors } = await back(...given);
    expect(error.message).toContain(message);
    expect(error.next).toContain(next);
    expect(visitors).toContain('is served by web-v1 (revision v1) again');
    expect(visitors).toContain('green still runs and is not live');
  });
});

test('visitors of whom nothing is known stay, and nothing is claimed', async () => {
  const { run } = await look();
  expect(stayedBlind(run, 'No answer came', GREEN)).toMatchObject({ code: 'runner-blind' });
  expect(run.known.visitors).toContain('too few answers reach this run to say what visitors get');
});

test.each([
  [undefined, 'Look at the proxy, which may not have taken over the route'],
  [CANARY, 'Set canary-weight of Ingress beta'],
])('visitors stay behind where the config says so; canary: %o', (canary, next) => {
  expect(stayedBehind('It lags', canary)).toMatchObject({ code: 'proxy-lags', next: expect.stringContaining(next) });
});
