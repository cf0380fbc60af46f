import { describe, expect, test } from 'vitest';
import { isRefusing, likelyCause, type Refusal, Refusals, routerRefusal } from '../../../src/core/checks/refusal.ts';

const HOST = 'shop.test';
const to = (location: string) => ({ location });
const plain = 'The plain HTTP request was sent to HTTPS port';

test.each<[number, Record<string, string>, string, Refusal | undefined, Refusal | undefined]>([
  [401, {}, '', 'login', 'login'],
  [407, {}, '', 'login', 'login'],
  [403, {}, '', 'client', 'client'],
  [308, to('https://shop.test/green/'), '', 'tls', 'redirect'],
  [301, to('https://SHOP.test'), '', 'tls', 'redirect'],
  [302, to('https://shop.test:8443/x'), '', 'tls', 'redirect'],
  [302, to('https://shop.test?x'), '', 'tls', 'redirect'],
  [302, to('https://shop.test@evil.test/'), '', 'redirect', 'redirect'],
  [302, to('https://shop.test.evil/x'), '', 'redirect', 'redirect'],
  [302, to('http://shop.test/login'), '', 'redirect', 'redirect'],
  [307, to('/login'), '', 'redirect', 'redirect'],
  [400, {}, plain, 'tls', undefined],
  [400, {}, 'Client sent an HTTP request to an HTTPS server.', 'tls', undefined],
  [400, {}, 'bad request', undefined, undefined],
  [304, {}, '', undefined, undefined],
  [200, {}, '', undefined, undefined],
  [404, {}, '', undefined, undefined],
  [503, {}, '', undefined, undefined],
])('%i %j "%s" is %s without TLS, and %s by TLS', (status, headers, body, without, by) => {
  expect(routerRefusal({ status, headers, body }, HOST)).toBe(without);
  expect(routerRefusal({ status, headers, body })).toBe(by);
  expect(isRefusing({ status, headers, body })).toBe(without !== undefined);
});

test('a hostile body costs no time', () => {
  const body = 'HTTP request '.repeat(20_000);
  const start = performance.now();
  expect(routerRefusal({ status: 400, headers: {}, body }, HOST)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(2_000);
});

describe('refusals are steady', () => {
  type Step = [lane: number, refusal: Refusal | undefined];
  const after = (sites: string[], steps: Step[]) => {
    const refusals = new Refusals();
    for (const [lane, site] of sites.entries()) refusals.open(lane, site);
    for (const [lane, refusal] of steps) refusals.note(lane, refusal && { refusal, status: `of ${lane}` });
    return refusals.steady;
  };
  const times = (count: number, step: Step): Step[] => Array.from({ length: count }, () => step);
  test.each<[string, string[], Step[], Refusal | undefined]>([
    ['after three in a row', ['a'], times(3, [0, 'login']), 'login'],
    ['not after two', ['a'], times(2, [0, 'login']), undefined],
    ['not after two of each', ['a'], [...times(2, [0, 'login']), ...times(2, [0, 'client'])], undefined],
    ['not where another answer came last', ['a'], [...times(5, [0, 'login']), [0, undefined]], undefined],
    ['over each lane to the site', ['a', 'a'], [...times(3, [0, 'tls']), ...times(3, [1, 'tls'])], 'tls'],
    ['not over one lane of two', ['a', 'a'], times(9, [0, 'tls']), undefined],
    ['not where the lanes differ', ['a', 'a'], [...times(3, [0, 'tls']), ...times(3, [1, 'login'])], undefined],
    ['over the only lane to one of two sites', ['a', 'b'], times(3, [1, 'client']), 'client'],
  ])('%s', (_, sites, steps, expected) => {
    expect(after(sites, steps)?.refusal).toBe(expected);
  });
});

test('what is most likely, where no annotation says it', () => {
  expect(likelyCause('login')).toContain('restricts access');
  expect(likelyCause('client')).toContain('restricts access');
  expect(likelyCause('tls')).toContain('accepts only TLS');
  expect(likelyCause('redirect')).toContain('itself redirects');
  expect(likelyCause(undefined)).toContain('a cache or a maintenance page');
});
