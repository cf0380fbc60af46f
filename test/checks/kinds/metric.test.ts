import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { only } from '../../core/support.ts';
import { checkOf, subjectOf, toolsIn } from '../checks.ts';
import { keepMetrics } from '../metrics/server.ts';

/** What a check makes of the answers of any JSON API, over real sockets. */

const forever = new AbortController().signal;

async function attempt(given: object, environment: Record<string, string> = {}) {
  const check = checkOf({ 'at-most': 1, ...given }, 'preview', toolsIn(environment));
  return only(check.targets(subjectOf([]))).attempt(forever);
}

test('Datadog: a query by POST in milliseconds, keys in headers, and the one value of the window', async () => {
  const column = { name: 'default_zero(errors) / hits', type: 'number', values: [0.25], meta: { unit: [null, null] } };
  const answer = { data: { type: 'scalar_response', attributes: { columns: [column] } } };
  const { url, asked } = await keepMetrics(() => ({ body: JSON.stringify(answer) }));
  const text = '{"data": {"attributes": {"from": {from}000, "to": {to}000, "query": "sum:hits{version:{revision}}"}}}';
  const ended = await attempt(
    {
      metric: `POST ${url}/api/v2/query/scalar`,
      body: { text },
      headers: { 'DD-API-KEY': '{env.DD_API_KEY}', 'Content-Type': 'application/json' },
      value: '$.data.attributes.columns[0].values[0]',
    },
    { DD_API_KEY: 'abc' },
  );
  expect(ended).toMatchObject({ passed: true, seen: '0.25' });
  const { method, url: sent, headers, body } = only(asked);
  expect([method, sent.pathname, headers['dd-api-key'], headers['content-type']]).toEqual([
    'POST',
    '/api/v2/query/scalar',
    'abc',
    'application/json',
  ]);
  const { from, to, query } = JSON.parse(body).data.attributes;
  expect([query, to - from]).toEqual(['sum:hits{version:v2}', 60_000]);
});

test('New Relic: a query by POST', async () => {
  const { url, asked } = await keepMetrics(() => ({ body: '{"data":{"results":[{"errors":2}]}}' }));
  const nrql = "SELECT percentage(count(*), WHERE error) FROM Transaction WHERE v = '{revision}' SINCE {window} AGO";
  const ended = await attempt({
    metric: `POST ${url}/graphql`,
    body: { json: { query: nrql } },
    value: '$.data.results[0].errors',
  });
  expect(ended).toMatchObject({ passed: false, who: 'bad', reason: '2; expected at most 1' });
  const { method, body, headers } = only(asked);
  expect([method, headers['content-type']]).toEqual(['POST', 'application/json']);
  expect(JSON.parse(body)).toEqual({ query: nrql.replace('{revision}', 'v2').replace('{window}', '60s') });
});

test('an address whose path begins with two slashes names no other host', async () => {
  const { url, asked } = await keepMetrics(() => ({ body: '{"rate":0}' }));
  const ended = await attempt({ metric: `GET ${url}//other.invalid/rate`, query: { of: 'v2' }, value: '$.rate' });
  expect(ended).toMatchObject({ passed: true });
  const { url: sent, headers } = only(asked);
  expect([headers.host, sent.pathname, sent.search]).toEqual([new URL(url).host, '//other.invalid/rate', '?of=v2']);
});

describe('what is no number', () => {
  test.each([
    ['{}', 'no data: $.a selects nothing', 'bad'],
    ['{"a":null}', 'no data: $.a selects nothing', 'bad'],
    ['{"a":"1"}', 'expected a number, and $.a selects "1"', 'silent'],
    ['oops', 'does not answer with JSON', 'silent'],
  ])('%s', async (body, reason, who) => {
    const { url } = await keepMetrics(() => ({ body }));
    const ended = await attempt({ metric: `GET ${url}`, value: '$.a' });
    expect(ended).toMatchObject({ passed: false, who, reason: expect.stringContaining(reason) });
  });
});

test.each([
  [{ metric: 'http://a', value: '$.a', 'at-most': 1 }, 'expected a method and an address'],
  [{ metric: 'GET http://a?b', value: '$.a', 'at-most': 1 }, 'without a query or credentials'],
  [{ metric: 'GET http://a', value: 'a', 'at-most': 1 }, 'expected a JSONPath'],
  [{ metric: 'GET http://a', value: '$.a' }, 'expected a threshold'],
  [{ metric: 'GET http://a', value: '$.a', 'at-most': 1, compare: 'previous' }, 'expected {revision} in what is asked'],
  [{ prometheus: 'up', url: 'http://a', 'at-most': 1, compare: 'previous' }, 'expected {revision} in what is asked'],
  [{ prometheus: 'up', url: 'http://a', 'at-most': 1, floor: 1 }, 'expected compare: previous beside floor'],
  [
    { prometheus: 'up', url: 'http://a', 'at-most': 1, tls: { name: 'a' } },
    'expected an address with https beside tls',
  ],
  [
    { metric: 'GET http://a/b', value: '$', 'at-most': 1, tls: { name: 'a' } },
    'expected an address with https beside tls',
  ],
])('%j is refused', (given, problem) => {
  const parsed = parseConfig({ checks: [given] });
  expect('problems' in parsed && parsed.problems.join()).toContain(problem);
});
