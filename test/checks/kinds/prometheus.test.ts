import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { checksAt } from '../../../src/checks/registry.ts';
import type { Subject } from '../../../src/checks/subject.ts';
import { TestClock } from '../../clock.ts';
import { only } from '../../core/support.ts';
import { checkOf, configOf, subjectOf, toolsIn, V2 } from '../checks.ts';
import { keepMetrics, type MetricAsked, vector } from '../metrics/server.ts';

/** What a check makes of the answers of a server that speaks the API of Prometheus, over real sockets. */

const forever = new AbortController().signal;
const QUERY = 'sum(rate(http_errors_total{revision="{revision}"}[{window}]))';
const queryOf = ({ url }: MetricAsked) => url.searchParams.get('query') ?? '';

/** An answer with this in place of its one series. */
const vectorOf = (one: unknown) => JSON.stringify({ status: 'success', data: { resultType: 'vector', result: [one] } });

/** One attempt of a check of this server, with these settings. */
async function attempt(url: string, more: object = {}, subject: Partial<Subject> = {}, clock = new TestClock()) {
  const check = checkOf({ prometheus: QUERY, url, 'at-most': 0.1, ...more }, 'preview', toolsIn(process.env, clock));
  return only(check.targets(subjectOf([], subject))).attempt(forever);
}

describe('a value', () => {
  test.each([
    ['0.1', { 'at-most': 0.1 }, undefined],
    ['0.11', { 'at-most': 0.1 }, '0.11; expected at most 0.1'],
    ['0.1', { 'at-most': undefined, below: 0.1 }, '0.1; expected less than 0.1'],
    ['99.95', { 'at-most': undefined, 'at-least': 99.9 }, undefined],
    ['7', { 'at-most': 10, above: 7 }, '7; expected more than 7'],
    ['+Inf', {}, 'Infinity; expected at most 0.1'],
  ])('%s with %j', async (value, more, reason) => {
    const { url } = await keepMetrics(() => vector(value));
    const given = Object.fromEntries(Object.entries(more).filter(([, limit]) => limit !== undefined));
    const own = 'at-most' in more && more['at-most'] === undefined ? { ...given } : { 'at-most': 0.1, ...given };
    const check = checkOf({ prometheus: QUERY, url, ...own });
    const ended = await only(check.targets(subjectOf([]))).attempt(forever);
    expect(ended).toMatchObject(reason === undefined ? { passed: true } : { passed: false, reason, who: 'bad' });
  });

  test('is asked for by revision and window, and may be a scalar', async () => {
    const scalar = JSON.stringify({ status: 'success', data: { resultType: 'scalar', result: [1, '0.02'] } });
    const { url, asked } = await keepMetrics(() => ({ body: scalar }));
    expect(await attempt(`${url}/prefix/`, { window: '90s' })).toMatchObject({ passed: true, seen: '0.02' });
    const { method, url: sent } = only(asked);
    expect(method).toBe('GET');
    expect(sent.pathname).toBe('/prefix/api/v1/query');
    expect(sent.searchParams.get('query')).toBe('sum(rate(http_errors_total{revision="v2"}[90s]))');
    expect(sent.searchParams.has('time')).toBe(false);
  });

  test('in the bake is of no time before the switch', async () => {
    const { url, asked } = await keepMetrics(() => vector('0'));
    const clock = new TestClock();
    const ended = await Promise.all([
      attempt(url, { window: '5m' }, { release: { ...V2, since: -40_000 } }, clock),
      attempt(url, { window: '20s' }, { release: { ...V2, since: -40_000 } }, clock),
    ]);
    expect(ended).toMatchObject([{ passed: true }, { passed: true }]);
    expect(
      asked
        .map(queryOf)
        .map((query) => /\[(.*)\]/.exec(query)?.[1])
        .toSorted(),
    ).toEqual(['20s', '40s']);
  });
});

describe('the same of the version before', () => {
  const both = (green: string, blue: string) =>
    keepMetrics((asked) => {
      if (queryOf(asked) === 'time()')
        return { body: '{"status":"success","data":{"resultType":"scalar","result":[1700,"1700"]}}' };
      return vector(queryOf(asked).includes('"v2"') ? green : blue);
    });
  const RATIO = { compare: 'previous', 'at-most': 1.5 };

  test.each([
    ['0.3', '0.2', undefined],
    ['0.31', '0.2', '0.31 is 1.55 times the 0.2 of v1; expected at most 1.5'],
    ['0', '0', undefined],
    ['0.1', '0', '0.1 is Infinity times the 0 of v1; expected at most 1.5'],
  ])('%s against %s', async (green, blue, reason) => {
    const ended = await attempt((await both(green, blue)).url, RATIO);
    expect(ended).toMatchObject(reason === undefined ? { passed: true } : { passed: false, reason, who: 'bad' });
  });

  test.each([
    ['0.009', '0', true],
    ['0.02', '0', '0.02 is 2 times the 0 of v1, each taken as at least 0.01; expected at most 1.5'],
    ['0.31', '0.2', '0.31 is 1.55 times the 0.2 of v1, each taken as at least 0.01; expected at most 1.5'],
  ])('%s against %s, with a floor: what is below it makes no difference', async (green, blue, reason) => {
    const ended = await attempt((await both(green, blue)).url, { ...RATIO, floor: 0.01 });
    expect(ended).toMatchObject(reason === true ? { passed: true } : { passed: false, reason, who: 'bad' });
  });

  test('is that before the switch, by the clock of the server', async () => {
    const { url, asked } = await both('1', '1');
    await attempt(url, { ...RATIO, window: '1m' }, { release: { ...V2, since: -25_000 } });
    expect(asked.map((one) => [queryOf(one), one.url.searchParams.get('time')])).toEqual([
      ['sum(rate(http_errors_total{revision="v2"}[25s]))', null],
      ['time()', null],
      ['sum(rate(http_errors_total{revision="v1"}[60s]))', '1675.000'],
    ]);
  });

  test.each(['', 'adopted'])(
    'without one, in a first release (%j), any value passes and nothing is claimed',
    async (previous) => {
      const { url, asked } = await both('9', '1');
      const ended = await attempt(url, RATIO, { release: { ...V2, previous } });
      expect(ended).toMatchObject({ passed: true, seen: '9, and there is no previous version to compare it with' });
      expect(asked).toHaveLength(1);
    },
  );

  test('without data of it, the revision is not to blame, and passes only if the config says so', async () => {
    const { url } = await keepMetrics((asked) => (queryOf(asked).includes('"v2"') ? vector('9') : vector()));
    const reason = '9, and v1 has no data to compare it with: the query gives nothing';
    expect(await attempt(url, RATIO)).toMatchObject({ passed: false, who: 'silent', reason });
    const seen = '9, and v1 has no data to compare it with';
    expect(await attempt(url, { ...RATIO, 'no-data': 'pass' })).toMatchObject({ passed: true, seen });
  });
});

describe('no value', () => {
  const NONE = [
    ['nothing', vector()],
    ['NaN', vector('NaN')],
  ] as const;

  test.each(NONE)('%s: fails closed', async (_, answer) => {
    const { url } = await keepMetrics(() => answer);
    expect(await attempt(url)).toMatchObject({
      passed: false,
      who: 'bad',
      reason: expect.stringMatching(/^no data: /),
    });
  });

  test.each(NONE)('%s: passes if the config says so', async (_, answer) => {
    const { url } = await keepMetrics(() => answer);
    expect(await attempt(url, { 'no-data': 'pass' })).toMatchObject({ passed: true, seen: 'no data' });
  });

  test.each([
    ['several series', vector('1', '2'), 'the query gives 2 series: aggregate them'],
    ['a refusal', { status: 401, body: 'who are you' }, 'answers with status 401: "who are you"'],
    ['no JSON', { body: '<html>' }, 'does not answer with JSON'],
    ['other JSON', { body: '{"status":"success","data":{}}' }, 'expected one value, and the answer is'],
    ['no number', vector(''), 'expected a number, and the value is ""'],
    ['another text', vector('abc'), 'expected a number, and the value is "abc"'],
    ['a NaN of another spelling', vector('nan'), 'expected a number, and the value is "nan"'],
    ['a number without quotes', { body: vectorOf({ value: [1, 2] }) }, 'expected a number, and the value is 2'],
    ['a native histogram', { body: vectorOf({ histogram: [1, {}] }) }, 'gives a native histogram: take one of it'],
    ['a series without a value', { body: vectorOf({ metric: {} }) }, 'and the value is {"metric":{}}'],
    ['a series that is no map', { body: vectorOf(null) }, 'expected a number, and the value is null'],
    ['too much', { body: `"${'x'.repeat(300 * 1024)}"` }, 'answers with more than 256 KiB'],
  ])('%s: nobody is to blame, whatever the config says', async (_, answer, reason) => {
    const { url } = await keepMetrics(() => answer);
    const ended = await attempt(url, { 'no-data': 'pass' });
    expect(ended).toMatchObject({ passed: false, who: 'silent', reason: expect.stringContaining(reason) });
  });

  test('in time: nobody is to blame', async () => {
    const { url, asked } = await keepMetrics(() => 'nothing');
    const clock = new TestClock();
    const ended = attempt(url, { timeout: '3s' }, {}, clock);
    await expect.poll(() => asked.length, { timeout: 30_000 }).toBe(1);
    await clock.advance(3_000);
    expect(await ended).toMatchObject({ passed: false, who: 'silent', reason: 'no complete answer within 3.0 s' });
  });
});

describe('who asks', () => {
  const auth = { bearer: '{env.METRICS_TOKEN}' };
  const lacks = (environment: Record<string, string>, hasConfig: boolean, more: object = { auth }) => {
    const config = configOf({ checks: [{ prometheus: QUERY, url: 'http://a', 'at-most': 1, ...more }] });
    return only(checksAt('bake', config, toolsIn(environment, undefined, { hasConfig }))).lacks;
  };

  test('is said by a variable of the step', async () => {
    const { url, asked } = await keepMetrics(() => vector('0'));
    const check = checkOf({ prometheus: QUERY, url, 'at-most': 1, auth }, 'bake', toolsIn({ METRICS_TOKEN: 'abc' }));
    expect(await only(check.targets(subjectOf([]))).attempt(forever)).toMatchObject({ passed: true });
    expect(only(asked).headers.authorization).toBe('Bearer abc');
  });

  test("is refused before anything changes if the variable is not set, or the config is the cluster's", () => {
    expect(lacks({}, true)).toContain('METRICS_TOKEN is not set');
    expect(lacks({ METRICS_TOKEN: 'abc' }, false)).toContain('set the input config');
    expect(lacks({ METRICS_TOKEN: 'abc' }, true)).toBeUndefined();
    expect(lacks({}, false, {})).toContain('set the input config');
    expect(lacks({}, true, {})).toBeUndefined();
  });
});

test.each([
  [{ prometheus: 'up', url: 'http://a' }, 'expected a threshold: above, below, at-least or at-most'],
  [{ prometheus: 'up', url: 'a:9090', 'at-most': 1 }, 'expected an address such as https://prometheus.example.com'],
  [{ prometheus: 'up', url: 'http://u:p@a', 'at-most': 1 }, 'without a query or credentials'],
  [{ prometheus: '', url: 'http://a', 'at-most': 1 }, 'expected a query in PromQL'],
  [{ prometheus: 'up', 'at-most': 1 }, 'checks.0.url'],
])('%j is refused', (given, problem) => {
  const parsed = parseConfig({ checks: [given] });
  expect('problems' in parsed && parsed.problems.join()).toContain(problem);
});
