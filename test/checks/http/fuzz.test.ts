import fc from 'fast-check';
import * as v from 'valibot';
import { expect, test } from 'vitest';
import { parseConfig } from '../../../src/checks/config.ts';
import { mismatch } from '../../../src/checks/http/expectation.ts';
import { requestSettings } from '../../../src/checks/http/settings.ts';
import { checksAt } from '../../../src/checks/registry.ts';
import { namesPlace } from '../../core/base/places.ts';
import { NOBODY } from '../../proof/backend.ts';
import { configOf, subjectOf, toolsIn } from '../checks.ts';

/** Checks that are nearly right, and answers of any kind: nothing crashes, and every refusal names its place. */

const VALUES = [
  'GET /',
  'POST /a?b=c 303',
  '2xx',
  '200-299',
  '{env.TOKEN}',
  '{revision}',
  '$.a[*]',
  '$..[?@.a > 1]',
  '^(a+)$',
  '(',
  'none',
  '5s',
  'a.test',
  'https://a.test/b',
  'verify',
  'previous',
  'e2e',
  '..',
  200,
  -1,
  true,
  null,
];
const KEYS = [
  ...['request', 'query', 'headers', 'auth', 'body', 'tls', 'follow', 'expect', 'timeout', 'passes', 'retries'],
  ...['live', 'bake', 'basic', 'bearer', 'user', 'password', 'text', 'json', 'file', 'base64', 'name', 'ca', 'status'],
  ...['command', 'job', 'prometheus', 'metric', 'url', 'value', 'at-most', 'compare', 'no-data', 'window', 'at'],
  ...['contains', 'matches', 'absent', 'equals', 'in', 'above', 'count', 'authorization', 'x-a', '$.a', '$..b'],
];
const { tree } = fc.letrec<{ tree: unknown }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 4, depthSize: 'small' },
    fc.constantFrom(...VALUES),
    fc.anything(),
    fc.dictionary(fc.oneof(fc.constantFrom(...KEYS), fc.string()), tie('tree'), { maxKeys: 4 }),
    fc.array(tie('tree'), { maxLength: 3 }),
  ),
}));
/** A map with some of these settings, each of any value. */
const some = (...names: string[]) =>
  fc.record(Object.fromEntries(names.map((name) => [name, tree])), { requiredKeys: [] });
const request = fc.record(
  {
    request: fc.oneof(fc.constantFrom('GET /', 'POST /a'), tree),
    expect: fc.oneof(fc.record({ status: tree, headers: tree, body: some('contains', 'matches', 'json') }), tree),
    headers: fc.oneof(some('x-a', 'Authorization', 'Host'), tree),
    auth: fc.oneof(some('basic', 'bearer'), tree),
    body: fc.oneof(some('text', 'json', 'base64', 'file'), tree),
    query: tree,
    tls: fc.oneof(some('name', 'ca'), tree),
  },
  { requiredKeys: ['request'] },
);
/** One of these, or anything. */
const mostly = (...values: unknown[]) => fc.oneof({ weight: 4, arbitrary: fc.constantFrom(...values) }, tree);
const WHEN = { at: mostly('verify', 'bake', ['verify', 'bake']), every: mostly('5s'), timeout: mostly('5s') };
const command = fc.record(
  { command: mostly('npm test', ' '), folder: mostly('e2e', '..'), group: mostly('a'), ...WHEN },
  { requiredKeys: ['command'] },
);
const job = fc.record(
  { job: mostly('smoke', 'Smoke'), group: mostly('a'), timeout: mostly('5s') },
  { requiredKeys: ['job'] },
);
const MEASURING = {
  ...{ above: tree, below: tree, 'at-least': tree, 'at-most': mostly(1), compare: mostly('previous') },
  ...{ 'no-data': mostly('fail', 'pass'), group: mostly('a'), window: mostly('1m'), ...WHEN },
  ...{ headers: fc.oneof(some('x-a', 'Authorization', 'Host'), tree), auth: fc.oneof(some('basic', 'bearer'), tree) },
};
const prometheus = fc.record(
  { prometheus: mostly('up', ' '), url: mostly('https://a.test', 'https://a.test/b', 'a.test'), ...MEASURING },
  { requiredKeys: ['prometheus'] },
);
const metric = fc.record(
  {
    metric: mostly('GET https://a.test/b', 'POST https://a.test', 'PUT https://a.test'),
    value: mostly('$.a', '$..[?@.a > 1]', 'a'),
    query: tree,
    body: fc.oneof(some('text', 'json', 'base64', 'file'), tree),
    ...MEASURING,
  },
  { requiredKeys: ['metric'] },
);
const POINTS = ['preview', 'bake'] as const;
const KINDS = { request, command, job, prometheus, metric };

test.each(Object.entries({ ...KINDS, any: tree }))(
  '%s: any check gives a config that can be made, or sentences that name a place in it',
  (_, near) => {
    fc.assert(
      fc.property(near, (check) => {
        const value = { checks: ['GET /', check] };
        const result = parseConfig(value);
        if ('problems' in result) {
          for (const problem of result.problems) {
            expect(namesPlace(problem, value), problem).toBe(true);
            expect(problem).not.toMatch(/Invalid|Expected|\[object|undefined/);
          }
          return;
        }
        const made = POINTS.flatMap((point) => checksAt(point, result.config, toolsIn({ TOKEN: 't' })));
        for (const one of made) expect(one.targets(subjectOf([NOBODY]))[0]?.where).toMatch(/^https?:/);
      }),
      { numRuns: 300 },
    );
  },
);

test('the credentials of all requests likewise', () => {
  fc.assert(
    fc.property(fc.oneof(some('headers', 'auth'), tree), (requests) => {
      const result = parseConfig({ requests });
      const problems = 'problems' in result ? result.problems : [];
      for (const problem of problems) expect(namesPlace(problem, { requests }), problem).toBe(true);
    }),
    { numRuns: 200 },
  );
});

test('any answer passes a check or fails it with a reason', () => {
  const expectations = [
    { body: { json: { '$..a': { above: 1 }, '$[?@.b]': { count: 0 } } } },
    {
      body: { json: { $: { equals: { a: [1, '{revision}'] } } }, contains: ['{revision}'], matches: ['^.*{revision}'] },
    },
    { headers: { etag: { matches: 'a' }, server: { absent: true } } },
  ].map((expect) => v.parse(requestSettings, { request: 'GET /', expect }));
  const filling = { revision: 'v2', variable: () => '' };
  fc.assert(
    fc.property(
      fc.constantFrom(...expectations),
      fc.oneof(fc.json(), fc.string()),
      fc.dictionary(fc.constantFrom('etag', 'server', 'location'), fc.string()),
      ({ expect: expected }, body, headers) => {
        const fault = mismatch(expected, { status: 200, headers, body, ms: 1 }, filling);
        expect(fault === undefined || fault.reason.length > 0).toBe(true);
      },
    ),
    { numRuns: 200 },
  );
  expect(configOf({}).requests).toEqual({ headers: {} });
});
