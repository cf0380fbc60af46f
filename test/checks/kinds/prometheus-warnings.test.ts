import { describe, expect, test } from 'vitest';
import { only } from '../../core/support.ts';
import { checkOf, subjectOf, V2 } from '../checks.ts';
import { keepMetrics, vector } from '../metrics/server.ts';

/** What a server that speaks the API of Prometheus says against its own answer, over real sockets. */

const forever = new AbortController().signal;
const PARTIAL = 'receive series from Addr: 10.0.0.7:10901: connection refused';
const REMARK = 'PromQL info: metric might not be a counter, name does not end in _total/_sum/_count/_bucket: "up"';

/** One attempt against a server that answers with these values, and says this besides. */
async function attempt(besides: object, values: readonly string[], more: object = {}) {
  const { url } = await keepMetrics(() => ({
    body: JSON.stringify({ ...JSON.parse(vector(...values).body), ...besides }),
  }));
  const check = checkOf({ prometheus: 'sum(up{revision="{revision}"})', url, 'at-most': 1, ...more });
  return only(check.targets(subjectOf([]))).attempt(forever);
}

describe('an answer that may lack series is the fault of nobody', () => {
  const reason = `expected an answer without warnings, and the server warns: "${PARTIAL}"`;

  test.each([
    ['a fine value', ['0'], {}],
    ['a bad value', ['2'], {}],
    ['no value', [], {}],
    ['no value, where that would pass', [], { 'no-data': 'pass' }],
    ['NaN', ['NaN'], {}],
  ])('with %s', async (_, values, more) => {
    expect(await attempt({ warnings: [PARTIAL] }, values, more)).toMatchObject({
      passed: false,
      who: 'silent',
      reason,
    });
    expect(await attempt({ warnings: [REMARK, PARTIAL] }, values, more)).toMatchObject({ who: 'silent', reason });
  });

  test('nor is one that is of no form that is known', async () => {
    const unknown = 'expected an answer without warnings, and the server warns: "{"code":7}"';
    expect(await attempt({ warnings: [{ code: 7 }] }, ['0'])).toMatchObject({ who: 'silent', reason: unknown });
  });

  test('or one that VictoriaMetrics calls partial', async () => {
    const partial = 'expected a complete answer, and the server says that it is partial';
    expect(await attempt({ isPartial: true }, ['0'])).toMatchObject({ passed: false, who: 'silent', reason: partial });
    expect(await attempt({ isPartial: false }, ['0'])).toMatchObject({ passed: true });
  });

  test('also in the value of the version before', async () => {
    const { url } = await keepMetrics(({ url: { searchParams } }) => {
      const isGreen = searchParams.get('query')?.includes('"v2"');
      return { body: JSON.stringify({ ...JSON.parse(vector('1').body), warnings: isGreen ? [] : [PARTIAL] }) };
    });
    const given = { prometheus: 'sum(up{revision="{revision}"})', url, 'at-most': 1, compare: 'previous' };
    const ended = await only(checkOf(given).targets(subjectOf([], { release: V2 }))).attempt(forever);
    expect(ended).toMatchObject({ passed: false, who: 'silent', reason });
  });
});

test.each([
  ['no warnings', { warnings: [] }],
  ['remarks about the query', { infos: [REMARK] }],
  ['such remarks in their former place', { warnings: [REMARK] }],
])('%s are no trouble', async (_, besides) => {
  expect(await attempt(besides, ['1'])).toMatchObject({ passed: true, seen: '1' });
  expect(await attempt(besides, ['2'])).toMatchObject({ passed: false, who: 'bad' });
});
