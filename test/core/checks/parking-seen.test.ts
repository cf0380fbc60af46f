import { expect, test } from 'vitest';
import type { Answered } from '../../../src/core/checks/expect.ts';
import { judgeHidden, judgeParking, judgeTogether, type ParkingSeen } from '../../../src/core/checks/parking-seen.ts';

const url = { host: 'web.shop.greenpath.invalid', path: '/abc' };
const of = (status: number, body = '', headers: Answered['headers'] = {}): Answered => ({ status, body, headers });
const redirect = (location: string) => of(308, '', { location });
const ROUTER_404 = of(404, '404 page not found', { 'content-type': 'text/plain' });
const FORBIDDEN = of(403, 'Forbidden');
const PAGE = of(200, 'hello');
const kongs = (id: string) => of(404, `{"message":"no Route matched with those values","request_id":"${id}00b5"}`);
const cdns = (id: string) => of(403, `<p>Access denied. Reference #18.${id}1a17.1700000000</p>`);

test.each<[string, Answered | undefined, Answered | undefined, Answered | undefined, ParkingSeen]>([
  ['the router refuses', FORBIDDEN, ROUTER_404, PAGE, 'closed'],
  ['the router refuses, and green says nothing there', FORBIDDEN, ROUTER_404, undefined, 'closed'],
  [
    'whoever refuses does so at a host that nothing serves too, as a CDN does',
    FORBIDDEN,
    FORBIDDEN,
    undefined,
    'refused',
  ],
  ['the same with an id of the request', cdns('2f3a'), cdns('9b0c'), undefined, 'refused'],
  ['the router refuses, and green has a 403 of its own', FORBIDDEN, ROUTER_404, of(403, 'log in'), 'closed'],
  ['green answers', PAGE, ROUTER_404, PAGE, 'open'],
  ['green fails', of(500), ROUTER_404, of(500), 'open'],
  ['green redirects', redirect('/login'), ROUTER_404, redirect('/login'), 'open'],
  ['green redirects to another host', redirect('https://example.com/abc'), ROUTER_404, PAGE, 'open'],
  ['nobody serves it', ROUTER_404, ROUTER_404, PAGE, 'unserved'],
  ['nobody serves it, and the application says 404 in the same words', ROUTER_404, ROUTER_404, ROUTER_404, 'unserved'],
  ['green has no such page, and says so in its own words', of(404, 'Cannot GET /abc'), ROUTER_404, undefined, 'open'],
  [
    'one replica of the router refuses already, and another does not know it yet',
    ROUTER_404,
    FORBIDDEN,
    PAGE,
    'unserved',
  ],
  ['nobody serves it, and each page has an id of its own, as of Kong', kongs('7f3a'), kongs('c05d'), PAGE, 'unserved'],
  ['green answers, and other paths of that host are refused', PAGE, FORBIDDEN, PAGE, 'open'],
  ['a load balancer in front knows no such host', of(503, 'no rule'), of(503, 'no rule'), PAGE, 'unserved'],
  ['another page for every host, green among them', PAGE, PAGE, PAGE, 'open'],
  ['a 404, and nothing to compare it with', ROUTER_404, undefined, PAGE, 'refused'],
  ['no answer', undefined, ROUTER_404, PAGE, 'unknown'],
  ['the proxy wants TLS first', redirect('https://web.shop.greenpath.invalid/abc'), ROUTER_404, PAGE, 'unknown'],
  ['the same with a port', redirect('https://web.shop.greenpath.invalid:443/abc'), ROUTER_404, PAGE, 'unknown'],
  ['the same with another port', redirect('https://web.shop.greenpath.invalid:8443/abc'), ROUTER_404, PAGE, 'unknown'],
  ['green redirects to its login', redirect('https://web.shop.greenpath.invalid/login'), ROUTER_404, PAGE, 'open'],
])('%s', (_, parked, beside, green, expected) => {
  expect(judgeParking({ url, parked, beside, green, usual: PAGE })).toBe(expected);
});

const LOGIN = of(403, 'log in');
test.each<[string, Answered | undefined, Answered | undefined, ParkingSeen]>([
  ['another than green gives', of(403, 'no such page'), LOGIN, 'closed'],
  ['that green gives there, and nowhere else', LOGIN, PAGE, 'open'],
  ['that green gives there, and another one elsewhere', LOGIN, FORBIDDEN, 'open'],
  ['that green gives everywhere: perhaps the router, which does not let this runner in', LOGIN, LOGIN, 'refused'],
  ['that green gives there, and nothing elsewhere', LOGIN, undefined, 'refused'],
])('a 403 %s', (_, green, usual, expected) => {
  expect(judgeParking({ url, parked: LOGIN, beside: ROUTER_404, green, usual })).toBe(expected);
});

const KEY = { 'X-Key': 'k' };
const keyed = (status: number) => of(status, '', { 'x-key': 'k' });
test.each<[string, Answered | undefined, Answered | undefined, ParkingSeen]>([
  ['without the key: of a parked Service', keyed(200), keyed(200), 'open'],
  ['with the key: of a parked Service', PAGE, keyed(200), 'closed'],
  ['with the key: of a parked Service without pods', ROUTER_404, keyed(503), 'closed'],
  ['with the key: as without', ROUTER_404, ROUTER_404, 'unserved'],
  ['with the key: an error of the router', PAGE, of(503), 'unknown'],
  ['without the key: none', undefined, keyed(200), 'unknown'],
  ['with the key: none', PAGE, undefined, 'unknown'],
])('an answer to hidden parking %s', (_, parked, opened, expected) => {
  expect(judgeHidden({ parked, opened }, KEY)).toBe(expected);
});

test.each<[ParkingSeen[], ParkingSeen]>([
  [['closed', 'closed'], 'closed'],
  [['closed', 'open'], 'open'],
  [['open', 'unknown'], 'open'],
  [['closed', 'unknown'], 'unknown'],
  [['unserved', 'closed'], 'closed'],
  [['refused', 'closed'], 'closed'],
  [['refused', 'unserved'], 'unserved'],
  [['unknown', 'unserved'], 'unknown'],
  [['refused'], 'refused'],
  [['unknown'], 'unknown'],
  [[], 'unknown'],
])('%s together: %s', (seen, expected) => {
  expect(judgeTogether(seen.map((one) => ({ seen: one, isExtra: false })))).toBe(expected);
});

test.each<[ParkingSeen, ParkingSeen]>([
  ['unknown', 'closed'],
  ['closed', 'closed'],
  ['open', 'open'],
])('closed, and %s at an address that is only asked besides: %s', (seen, expected) => {
  const all = [
    { seen: 'closed' as const, isExtra: false },
    { seen, isExtra: true },
  ];
  expect(judgeTogether(all)).toBe(expected);
});
