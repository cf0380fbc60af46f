import { expect, test } from 'vitest';
import type { Answered } from '../../../src/core/checks/expect.ts';
import { judgeParking, judgeTogether, type ParkingSeen } from '../../../src/core/checks/parking-seen.ts';

const url = { host: 'web.shop.greenpath.invalid', path: '/abc' };
const of = (status: number, body = '', headers: Answered['headers'] = {}): Answered => ({ status, body, headers });
const redirect = (location: string) => of(308, '', { location });
const ROUTER_404 = of(404, '404 page not found', { 'content-type': 'text/plain' });
const FORBIDDEN = of(403, 'Forbidden');
const PAGE = of(200, 'hello');

test.each<[string, Answered | undefined, Answered | undefined, Answered | undefined, ParkingSeen]>([
  ['the router refuses', FORBIDDEN, ROUTER_404, PAGE, 'closed'],
  ['the router refuses, and green says nothing there', FORBIDDEN, ROUTER_404, undefined, 'closed'],
  [
    'whoever refuses does so at a host that nothing serves too, as a CDN does',
    FORBIDDEN,
    FORBIDDEN,
    undefined,
    'unknown',
  ],
  ['the router refuses, and green has a 403 of its own', FORBIDDEN, ROUTER_404, of(403, 'log in'), 'closed'],
  ['green answers', PAGE, ROUTER_404, PAGE, 'open'],
  ['green fails', of(500), ROUTER_404, of(500), 'open'],
  ['green redirects', redirect('/login'), ROUTER_404, redirect('/login'), 'open'],
  ['green redirects to another host', redirect('https://example.com/abc'), ROUTER_404, PAGE, 'open'],
  ['nobody serves it', ROUTER_404, ROUTER_404, PAGE, 'unserved'],
  ['nobody serves it, and the application says 404 in the same words', ROUTER_404, ROUTER_404, ROUTER_404, 'unserved'],
  ['green has no such page, and says so in its own words', of(404, 'Cannot GET /abc'), ROUTER_404, undefined, 'open'],
  ['a load balancer in front knows no such host', of(503, 'no rule'), of(503, 'no rule'), PAGE, 'unserved'],
  ['another page for every host, green among them', PAGE, PAGE, PAGE, 'open'],
  ['a 404, and nothing to compare it with', ROUTER_404, undefined, PAGE, 'unknown'],
  ['no answer', undefined, ROUTER_404, PAGE, 'unknown'],
  ['the proxy wants TLS first', redirect('https://web.shop.greenpath.invalid/abc'), ROUTER_404, PAGE, 'unknown'],
  ['the same with a port', redirect('https://web.shop.greenpath.invalid:443/abc'), ROUTER_404, PAGE, 'unknown'],
])('%s', (_, parked, beside, green, expected) => {
  expect(judgeParking({ url, parked, beside, green, usual: PAGE })).toBe(expected);
});

const LOGIN = of(403, 'log in');
test.each<[string, Answered | undefined, Answered | undefined, ParkingSeen]>([
  ['another than green gives', of(403, 'no such page'), LOGIN, 'closed'],
  ['that green gives there, and nowhere else', LOGIN, PAGE, 'open'],
  ['that green gives there, and another one elsewhere', LOGIN, FORBIDDEN, 'open'],
  ['that green gives everywhere: perhaps the router, which does not let this runner in', LOGIN, LOGIN, 'unknown'],
  ['that green gives there, and nothing elsewhere', LOGIN, undefined, 'unknown'],
])('a 403 %s', (_, green, usual, expected) => {
  expect(judgeParking({ url, parked: LOGIN, beside: ROUTER_404, green, usual })).toBe(expected);
});

test.each<[ParkingSeen[], ParkingSeen]>([
  [['closed', 'closed'], 'closed'],
  [['closed', 'open'], 'open'],
  [['closed', 'unknown'], 'closed'],
  [['unserved', 'closed'], 'closed'],
  [['unknown', 'unserved'], 'unserved'],
  [['unknown'], 'unknown'],
  [[], 'unknown'],
])('%s together: %s', (seen, expected) => {
  expect(judgeTogether(seen)).toBe(expected);
});
