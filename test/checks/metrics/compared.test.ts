import { describe, expect, test } from 'vitest';
import { only } from '../../core/support.ts';
import { checkOf, subjectOf, V2 } from '../checks.ts';
import { keepMetrics, vector } from './server.ts';

/** What a metric means beside that of the version before, or without one; over real sockets. */

const forever = new AbortController().signal;

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
