import { describe, expect, test } from 'vitest';
import { only } from '../../core/support.ts';
import { checkOf, subjectOf, V2 } from '../checks.ts';
import { keepMetrics, type MetricAsked, vector } from './server.ts';

/** What a metric means beside that of the version before, where that has none or is odd; over real sockets. */

const forever = new AbortController().signal;
const queryOf = ({ url }: MetricAsked) => url.searchParams.get('query') ?? '';

describe('without a version before, what asks for {previous} is not asked, and nothing is claimed', () => {
  const seen = 'not asked, since {previous} stands for the version before, and there is none';
  const text = 'errors of {revision} by those of {previous}';
  const asking = [
    ['prometheus', { prometheus: 'sum(up{revision="{revision}"}) / sum(up{revision="{previous}"})' }],
    ['prometheus, compared', { prometheus: 'up{revision="{revision}"} / {previous}', compare: 'previous' }],
    ['metric by query', { metric: 'GET', query: { q: text }, value: '$.a' }],
    ['metric by body', { metric: 'POST', body: { json: [{ text }] }, value: '$.a' }],
  ] as const;
  const attempt = async (given: object, previous: string) => {
    const { url, asked } = await keepMetrics(() => vector('9'));
    const line = 'metric' in given ? { metric: `${given.metric} ${url}/` } : { url };
    const check = checkOf({ 'at-most': 1, ...given, ...line });
    return {
      asked,
      ended: await only(check.targets(subjectOf([], { release: { ...V2, previous } }))).attempt(forever),
    };
  };

  test.each(asking)('%s', async (_, given) => {
    for (const previous of ['', 'adopted']) {
      const { ended, asked } = await attempt(given, previous);
      expect(ended).toMatchObject({ passed: true, seen });
      expect(asked).toEqual([]);
    }
    expect((await attempt(given, 'v1')).asked).not.toEqual([]);
  });

  test('what does not, is asked', async () => {
    const { ended, asked } = await attempt({ prometheus: 'sum(up{revision="{revision}"})' }, '');
    expect(ended).toMatchObject({ passed: false, who: 'bad', reason: '9; expected at most 1' });
    expect(asked).toHaveLength(1);
  });
});

describe('a negative value has no ratio', () => {
  /** One attempt with these values of the two versions. */
  const attempt = async (green: string, blue: string, more: object) => {
    const { url } = await keepMetrics((asked) => vector(queryOf(asked).includes('"v2"') ? green : blue));
    const given = { prometheus: 'sum(up{revision="{revision}"})', url, compare: 'previous', ...more };
    return only(checkOf(given).targets(subjectOf([]))).attempt(forever);
  };
  const least = ', each taken as at least 1; expected at most 1.5';

  test.each([
    ['5', '-1'],
    ['-1', '5'],
    ['-1', '-1'],
    ['-2', '-Inf'],
    ['5', '-Inf'],
  ])('%s by %s: nobody is to blame', async (green, blue) => {
    const reason = /^\S+ cannot be divided by the \S+ of v1: a negative value has no ratio, so ask .*, or set floor$/;
    for (const threshold of [{ 'at-most': 1.5 }, { 'at-least': 0.5 }])
      expect(await attempt(green, blue, threshold)).toMatchObject({
        passed: false,
        who: 'silent',
        reason: expect.stringMatching(reason),
      });
  });

  test.each([
    ['5', '-1', `5 is 5 times the -1 of v1${least}`],
    ['-1', '-7', undefined],
    ['-1', '5', undefined],
  ])('%s by %s, with a floor above both', async (green, blue, reason) => {
    const ended = await attempt(green, blue, { 'at-most': 1.5, floor: 1 });
    expect(ended).toMatchObject(reason === undefined ? { passed: true } : { passed: false, who: 'bad', reason });
  });

  test.each([
    ['5', '-0', '5 is Infinity times the 0 of v1; expected at most 1.5'],
    ['-0', '0', undefined],
    ['-0', '5', undefined],
  ])('but -0 is 0: %s by %s', async (green, blue, reason) => {
    const ended = await attempt(green, blue, { 'at-most': 1.5 });
    expect(ended).toMatchObject(reason === undefined ? { passed: true } : { passed: false, who: 'bad', reason });
  });
});
