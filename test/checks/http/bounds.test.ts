import { expect, test } from 'vitest';
import { type Bounds, reachOf } from '../../../src/checks/http/bounds.ts';

/** What of the things that a page names is of the live version. */

const serves = (path: string) => path.startsWith('/');
const BELOW: Bounds = { origin: 'http://a.test', prefix: '/green', live: 'a.test', serves };
const APART: Bounds = { origin: 'http://green.a.test', prefix: '', live: 'a.test', serves };

test.each<[string, Bounds, ReturnType<typeof reachOf>]>([
  ['http://a.test/green/app.js', BELOW, 'here'],
  ['http://a.test/app.js', BELOW, 'live'],
  ['https://a.test/app.js', BELOW, 'live'],
  ['https://a.test/greenery/app.js', BELOW, 'live'],
  ['https://b.test/green/app.js', BELOW, 'elsewhere'],
  ['https://a.test/green/app.js', BELOW, 'elsewhere'],
  ['http://a.test/green/app.js', { ...BELOW, origin: 'https://a.test' }, 'elsewhere'],
  ['https://a.test/green/..%2fapp.js', BELOW, 'live'],
  ['https://green.a.test/app.js', APART, 'elsewhere'],
  ['https://a.test/app.js', APART, 'live'],
])('%s, named by a page at %o, is %s', (url, bounds, reach) => {
  expect(reachOf(new URL(url), bounds)).toBe(reach);
});
