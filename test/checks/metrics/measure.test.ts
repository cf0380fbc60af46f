import { describe, expect, test } from 'vitest';
import { withFiles } from '../../../src/checks/registry.ts';
import { repeat } from '../../../src/checks/repeat.ts';
import { TestClock } from '../../clock.ts';
import { only } from '../../core/support.ts';
import { Authority } from '../../proof/certificates.ts';
import { checkOf, subjectOf, toolsIn } from '../checks.ts';
import { keepMetrics, type MetricAsked, vector } from './server.ts';

/** What all checks of metrics have in common, over real sockets. */

const forever = new AbortController().signal;
const queryOf = ({ url }: MetricAsked) => url.searchParams.get('query') ?? '';

describe('in verify, the first value decides', () => {
  /** Answers with one after the other. */
  async function verified(...answers: (ReturnType<typeof vector> & { status?: number })[]) {
    const [last = vector()] = answers.slice(-1);
    const { url, asked } = await keepMetrics(() => answers[asked.length - 1] ?? last);
    const clock = new TestClock({ jumps: true });
    const check = checkOf({ prometheus: 'up', url, 'at-most': 1 }, 'preview', toolsIn({}, clock));
    const settings = { passes: 3, interval: 250, within: 60_000 };
    const { result } = await repeat(check, subjectOf([]), settings, clock, forever);
    return result;
  }

  test('one beyond the threshold, though later ones are fine', async () => {
    const failure = '2; expected at most 1';
    expect(await verified(vector('2'), vector('0'))).toMatchObject({ passed: false, attempts: 1, failure });
  });

  test('until there is one, no data and no answer are asked again', async () => {
    const refused = { status: 503, body: '' };
    expect(await verified(vector(), refused, vector('0'))).toMatchObject({ passed: true, attempts: 3 });
    const failure = '2; expected at most 1';
    expect(await verified(vector(), refused, vector('2'), vector('0'))).toMatchObject({ attempts: 3, failure });
  });
});

test.each([
  [{}, 60_000, 60_000],
  [{ window: '3m' }, 180_000, 180_000],
  [{ window: '10s', every: '30s' }, 10_000, 30_000],
])('with %j it may be silent in the bake for its window, or one pause', (more, first, patience) => {
  const { pace } = checkOf({ prometheus: 'up', url: 'http://a', 'at-most': 1, ...more }, 'bake');
  expect(pace).toMatchObject({ first, patience });
});

describe('{previous} stands for the version before', () => {
  test('in a query of Prometheus', async () => {
    const { url, asked } = await keepMetrics(() => vector('1'));
    const prometheus = 'sum(up{revision="{revision}"}) / sum(up{revision="{previous}"})';
    await only(checkOf({ prometheus, url, 'at-most': 1 }).targets(subjectOf([]))).attempt(forever);
    expect(queryOf(only(asked))).toBe('sum(up{revision="v2"}) / sum(up{revision="v1"})');
  });

  test('in what is sent to any API', async () => {
    const { url, asked } = await keepMetrics(() => ({ body: '{"a":1}' }));
    const text = '{revision} after {previous}';
    const sent = { query: { q: text }, headers: { 'x-versions': text }, body: { json: { text } } };
    const check = checkOf({ metric: `POST ${url}/`, ...sent, value: '$.a', 'at-most': 1 });
    expect(await only(check.targets(subjectOf([]))).attempt(forever)).toMatchObject({ passed: true });
    const { url: asURL, headers, body } = only(asked);
    const filled = 'v2 after v1';
    expect([asURL.searchParams.get('q'), headers['x-versions'], JSON.parse(body).text]).toEqual([
      filled,
      filled,
      filled,
    ]);
  });
});

test.each([
  ['{"token":"s3cretvalue"x}', {}, ''],
  ['s3cretvalue', { 'content-type': 'text/plain' }, ': content-type is text/plain'],
  ['', {}, ''],
])(
  'an answer that is no JSON, such as %j, is not quoted: half a secret would not be recognised',
  async (body, headers, type) => {
    const { url } = await keepMetrics(() => ({ body, headers }));
    const reason = `${new URL(url).host} does not answer with JSON${type}`;
    for (const kind of [
      { prometheus: 'up', url },
      { metric: `GET ${url}/`, value: '$.a' },
    ])
      expect(await only(checkOf({ ...kind, 'at-most': 1 }).targets(subjectOf([]))).attempt(forever)).toMatchObject({
        passed: false,
        who: 'silent',
        reason,
      });
  },
);

describe('a server with a certificate of an internal CA', () => {
  const authority = new Authority('metrics CA');
  const written = [
    ['prometheus', (url: string) => ({ prometheus: 'up', url })],
    ['metric', (url: string) => ({ metric: `GET ${url}/`, value: '$.data.result[0].value[0]', 'at-most': 2e9 })],
  ] as const;
  const attempt = async (given: object) =>
    only(checkOf({ 'at-most': 1, ...given }).targets(subjectOf([]))).attempt(forever);

  test.each(written)('%s: is trusted if the check says so', async (_, checkAt) => {
    const { url, asked } = await keepMetrics(() => vector('1'), authority.issue('127.0.0.1'));
    const untrusted = await attempt(checkAt(url));
    const reason = expect.stringContaining('Set an internal CA for this check (tls: {ca: …})');
    expect(untrusted).toMatchObject({ passed: false, who: 'silent', reason });
    expect(asked).toEqual([]);
    expect(await attempt({ ...checkAt(url), tls: { ca: authority.cert } })).toMatchObject({ passed: true });
  });

  test('may have another name', async () => {
    const { url } = await keepMetrics(() => vector('1'), authority.issue('metrics.test'));
    const tls = { ca: authority.cert };
    expect(await attempt({ prometheus: 'up', url, tls })).toMatchObject({ passed: false });
    const named = { ...tls, name: 'metrics.test' };
    expect(await attempt({ prometheus: 'up', url, tls: named })).toMatchObject({ passed: true });
  });

  test('that has none after all: the advice is about the address in the check', async () => {
    const { url } = await keepMetrics(() => vector('1'));
    const reason = expect.stringMatching(/does not use TLS there.* address in the check begin with http:/);
    expect(await attempt({ prometheus: 'up', url: url.replace('http:', 'https:') })).toMatchObject({ reason });
  });

  test.each(written)('%s: its CA may be in a file', (_, checkAt) => {
    const files: string[] = [];
    const read = (_: number, at: readonly string[], file: string) => {
      files.push(`${at.join('.')}: ${file}`);
      return Buffer.from('content');
    };
    const given = { ...checkAt('https://a.test'), tls: { ca: 'ca.pem' } };
    expect(withFiles([given], read)).toEqual([{ ...given, tls: { ca: 'content' } }]);
    expect(files).toEqual(['tls.ca: ca.pem']);
  });
});
