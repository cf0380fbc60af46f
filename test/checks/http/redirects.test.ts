import { describe, expect, test } from 'vitest';
import type { Bounds } from '../../../src/checks/http/bounds.ts';
import { follow, type Hop } from '../../../src/checks/http/redirects.ts';
import { only } from '../../core/support.ts';
import { Backend } from '../../proof/backend.ts';
import { checkOf, subjectOf, toolsIn } from '../checks.ts';

/** Redirects of a check: which are followed, how, and what is said of the others. */

const BOUNDS: Bounds = { origin: 'http://example.test', prefix: '/green', live: undefined, serves: () => true };
const FIRST: Hop = { method: 'GET', path: '/green/', hasBody: false, cookies: new Map() };

/** Follows from the first request; each answer is a status and a location. */
async function walk(answers: readonly (readonly [number, string?, string[]?])[], first = FIRST, bounds = BOUNDS) {
  const hops: Hop[] = [];
  const { reply, stray } = await follow(first, bounds, (hop) => {
    const [status = 200, location, cookies] = answers[hops.length] ?? [];
    hops.push(hop);
    const headers = { ...(location && { location }), ...(cookies && { 'set-cookie': cookies }) };
    return Promise.resolve({ status, headers, body: '', ms: 10 });
  });
  return { hops, stray, ms: reply.ms, status: 'status' in reply ? reply.status : undefined };
}

describe('within the preview', () => {
  test.each([
    ['/green/a', '/green/a'],
    ['a?b=c', '/green/a?b=c'],
    ['http://example.test/green', '/green'],
    ['http://EXAMPLE.test:80/green/a#top', '/green/a'],
  ])('%s is followed, and its time counts', async (location, path) => {
    const { hops, stray, status, ms } = await walk([[302, location]]);
    expect(hops.map((hop) => hop.path)).toEqual(['/green/', path]);
    expect({ stray, status, ms }).toEqual({ stray: undefined, status: 200, ms: 20 });
  });

  test.each([
    '/',
    '/login',
    '/greenery',
    '/green/../login',
    '//other.test/green/',
    'https://example.test/login',
    'https://example.test:8443/green/',
    'https://me@example.test/green/',
    'ftp://example.test/green/',
    'http://example.test:8080/green/',
    'http://me@example.test/green/',
    'javascript:alert(1)',
  ])('%s leaves it, and is not followed', async (location) => {
    const { hops, stray, status } = await walk([[302, location]]);
    expect(hops).toHaveLength(1);
    expect(status).toBe(302);
    expect(stray).toContain('which leaves the preview below http://example.test/green');
  });

  const HOW =
    'asked by https (addresses: https://…, or TLS in the route), or expect the redirect itself, without follow';
  test.each([
    ['http', 'https', HOW],
    ['https', 'http', HOW.replaceAll('https', 'http').replace(', or TLS in the route', '')],
  ])('the same place by another scheme, from %s to %s, is told as such', async (from, to, how) => {
    const bounds = { ...BOUNDS, origin: `${from}://example.test` };
    const { hops, stray } = await walk([[302, `${to}://example.test/green/a?b=c`]], FIRST, bounds);
    expect(hops).toHaveLength(1);
    expect(stray).toBe(`${to}://example.test/green/a, which leaves ${from} for ${to}: have example.test ${how}`);
    const hidden = await walk([[302, `${to}://example.test/green/..%2fa`]], FIRST, bounds);
    expect(hidden.stray).toContain('whose path hides a ".."');
  });

  test.each([
    '/green/..%2flogin',
    '/green/..%2Flogin',
    '/green/a/%2e%2e%2f%2e%2e/login',
    '/green/..%5clogin',
    '/green/..;/login',
    '/green/..;a=b/login',
    '/green/..%3b/login',
    '/green/..%252flogin',
    '/green/%252e%252e%252flogin',
  ])('%s may be read as a path outside, and is not followed', async (location) => {
    const { hops, stray } = await walk([[302, location]]);
    expect(hops).toHaveLength(1);
    expect(stray).toContain(', whose path hides a "..", so that a router may take it for another path');
  });

  test.each(['/green/a%2fb', '/green/a..b', '/green/..a', '/green/a;b=..', '/green/...'])(
    '%s hides nothing',
    async (location) => {
      expect(await walk([[302, location]])).toMatchObject({ stray: undefined, status: 200 });
    },
  );

  test('a redirect without a place, or to none that can be read, is the answer', async () => {
    expect(await walk([[302]])).toMatchObject({ stray: undefined, status: 302 });
    expect(await walk([[302, 'http://[']])).toMatchObject({ stray: undefined, status: 302 });
    expect(await walk([[304, '/green/a']])).toMatchObject({ stray: undefined, status: 304 });
  });

  test('a circle ends, and so does a row without an end; neither shows a query', async () => {
    const [there, back] = [[302, '/green/a?token=x'] as const, [302, '/green/b'] as const];
    expect((await walk([there, back, there])).stray).toBe(
      'http://example.test/green/a, where it was before: the redirects go in a circle',
    );
    const row = Array.from({ length: 30 }, (_, index) => [302, `/green/${index}?token=x`] as const);
    expect(await walk(row)).toMatchObject({ stray: 'http://example.test/green/10, after 10 other redirects' });
  });
});

test.each([
  ['', '/account', undefined],
  ['', '/', undefined],
  ['', '/admin/login', 'http://example.test/admin/login, which no path of the app leads to'],
  ['/green', '/green/account?a=/admin', undefined],
  ['/green', '/green', undefined],
  ['/green', '/green/admin/login', 'http://example.test/green/admin/login, which no path of the app leads to'],
])('below "%s", a redirect to %s leads to %s', async (prefix, location, stray) => {
  const serves = (path: string) => !path.startsWith('/admin/');
  const { hops, ...seen } = await walk([[302, location]], FIRST, { ...BOUNDS, prefix, serves });
  expect(seen.stray).toBe(stray);
  expect(hops).toHaveLength(stray === undefined ? 2 : 1);
});

test('credentials go to no other application of the host', async () => {
  const seen: string[] = [];
  const { front } = await Backend.start((response, request) => {
    seen.push(`${request.url} ${request.headers.authorization}`);
    if (request.url === '/') return void response.writeHead(302, { location: '/login' }).end();
    response.end('a login of somebody else');
  });
  const check = { request: 'GET /', follow: true, auth: { bearer: '{env.TOKEN}' } };
  const serves = (path: string) => path === '/';
  const [target] = checkOf(check, 'preview', toolsIn({ TOKEN: 'secret' })).targets(subjectOf([{ ...front, serves }]));
  expect(await target?.attempt(AbortSignal.timeout(60_000))).toMatchObject({
    passed: false,
    reason: 'status 302 redirects to http://example.test/login, which no path of the app leads to',
  });
  expect(seen).toEqual(['/ Bearer secret']);
});

test.each([
  [303, 'POST', 'GET'],
  [302, 'POST', 'GET'],
  [301, 'POST', 'GET'],
  [307, 'POST', 'POST'],
  [308, 'PUT', 'PUT'],
  [303, 'HEAD', 'HEAD'],
  [302, 'PUT', 'PUT'],
])('after %i, a %s goes on as %s', async (status, method, next) => {
  const { hops } = await walk([[status, '/green/a']], { ...FIRST, method, hasBody: true });
  expect(hops[1]).toMatchObject({ method: next, hasBody: next !== 'GET' });
});

test('cookies go along: those that are set, not those that are taken back', async () => {
  const { hops } = await walk([
    [302, '/green/a', ['sid=1; Path=/; HttpOnly', 'b=2', 'nonsense']],
    [302, '/green/b', ['b=; Max-Age=0', 'sid=3', 'lang=de; Expires=Fri, 01 Jan 2100 00:00:00 GMT']],
    [302, '/green/c', ['sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT', 'lang=fr; Max-Age=60; Expires=0']],
  ]);
  expect(hops.map(({ cookies }) => Object.fromEntries(cookies))).toEqual([
    {},
    { sid: '1', b: '2' },
    { sid: '3', lang: 'de' },
    { lang: 'fr' },
  ]);
});

test('a place is read as browsers read it, which Node gives as Latin 1', async () => {
  const location = Buffer.from('/green/über').toString('latin1');
  expect((await walk([[302, location]])).hops[1]?.path).toBe('/green/%C3%BCber');
});

test('a login of one attempt: the form, the cookie, the page behind it', async () => {
  const seen: string[] = [];
  const { front } = await Backend.start((response, request) => {
    seen.push(`${request.method} ${request.url} ${request.headers.cookie ?? '-'}`);
    if (request.method === 'POST')
      return void response.writeHead(303, { location: '/green/account', 'set-cookie': 'sid=7; Path=/green' }).end();
    response.end(request.headers.cookie === 'lang=en; sid=7' ? 'Hello Ada' : 'Please log in');
  });
  const headers = { cookie: 'sid=0; lang=en' };
  const check = { request: 'POST /login', body: { form: { user: 'ada' } }, headers, follow: true };
  const given = { ...check, expect: { body: { contains: 'Hello Ada' } } };
  const target = only(checkOf(given).targets(subjectOf([{ ...front, prefix: '/green' }])));
  expect(await target.attempt(AbortSignal.timeout(60_000))).toMatchObject({ passed: true });
  expect(seen).toEqual(['POST /green/login sid=0; lang=en', 'GET /green/account lang=en; sid=7']);
});
