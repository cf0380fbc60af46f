import { expect, test } from 'vitest';
import { cacheSign, sharedWithout } from '../../../src/core/checks/caches.ts';

/** What answers say of caches on the way to the application. */

test.each<[Record<string, string>, string | undefined]>([
  [{ age: '0' }, 'age: 0'],
  [{ 'x-cache': 'Miss from cloudfront' }, 'x-cache: Miss from cloudfront'],
  [{ 'cf-cache-status': 'DYNAMIC' }, 'cf-cache-status: DYNAMIC'],
  [{ 'cache-status': 'proxy; hit' }, 'cache-status: proxy; hit'],
  [{ 'cache-control': 'public', etag: '"1"' }, undefined],
  [{}, undefined],
])('%j shows the cache %s', (headers, sign) => {
  expect(cacheSign({ headers })).toBe(sign);
});

test.each<[string | undefined, string | undefined, boolean]>([
  ['public, max-age=60', undefined, true],
  ['Public', undefined, true],
  ['max-age=60', undefined, true],
  ['s-maxage=60', 'accept-encoding', true],
  ['max-age=60', 'Accept, X-PREVIEW', false],
  ['max-age=60', '*', false],
  ['max-age=0', undefined, false],
  ['max-age=60, private', undefined, false],
  ['public, no-cache', undefined, false],
  ['no-store, max-age=60', undefined, false],
  ['must-revalidate', undefined, false],
  [undefined, undefined, false],
])('with cache-control %s and vary %s, visitors may get it: %s', (control, vary, may) => {
  const headers = { ...(control && { 'cache-control': control }), ...(vary && { vary }) };
  expect(sharedWithout('X-Preview', { headers })).toBe(may ? `cache-control: ${control}` : undefined);
});
