import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Attempt } from '../../../src/checks/check.ts';
import type { Subject } from '../../../src/checks/subject.ts';
import type { Identity } from '../../../src/core/base/config.ts';
import { versionProbeFor } from '../../../src/core/checks/version-probe.ts';
import type { RefusedAt } from '../../../src/proof/refused.ts';
import { only } from '../../core/support.ts';
import { as, Backend, hang, NOBODY } from '../../proof/backend.ts';
import { checkOf, configOf, subjectOf } from '../checks.ts';

/** A check of the kind `request` over real sockets: which answers pass, and what is said of others. */

type Handler = Parameters<typeof Backend.start>[0];

async function attempt(given: unknown, handler: Handler, more: Partial<Subject> = {}): Promise<Attempt> {
  const { front } = await Backend.start(handler);
  const target = only(checkOf(given).targets(subjectOf([front], more)));
  return target.attempt(AbortSignal.timeout(20_000));
}
/** Why an answer does not pass a check with this `expect`, given as YAML; undefined if it passes. */
async function reasonFor(
  expectation: string,
  answer: { status?: number; headers?: Record<string, string>; body?: string },
) {
  const { status = 200, headers = {}, body = '' } = answer;
  const ended = await attempt(
    { request: 'GET /', expect: load(expectation) },
    (response) => void response.writeHead(status, headers).end(body),
    { revision: 'v1.2' },
  );
  return ended.passed ? undefined : ended.reason;
}

describe('an answer', () => {
  test.each<[string, Parameters<typeof reasonFor>[1]]>([
    ['{}', { status: 200 }],
    ['{}', { status: 299 }],
    ['{status: 404}', { status: 404 }],
    ['{status: [204, 3xx]}', { status: 302 }],
    ['{status: [204, 3xx]}', { status: 204 }],
    ['{status: 503}', { status: 503, headers: { 'retry-after': '1' } }],
    ['{headers: {X-Revision: "{revision}"}}', { headers: { 'x-revision': 'v1.2' } }],
    ['{body: {contains: "version {revision}"}}', { body: 'this is version v1.2!' }],
    ['{body: {matches: "^rev {revision}$"}}', { body: 'rev v1.2' }],
    ['{body: {matches: "^o.*k$"}}', { body: 'o...k' }],
  ])('passes %s', async (expectation, answer) => {
    expect(await reasonFor(expectation, answer)).toBeUndefined();
  });

  test.each<[string, Parameters<typeof reasonFor>[1], string]>([
    ['{}', { status: 500 }, 'status 500; expected 2xx'],
    ['{}', { status: 302, headers: { location: '/login' } }, 'status 302, to /login; expected 2xx'],
    ['{}', { status: 429 }, 'status 429; expected 2xx, and the proxy limits how often it is asked'],
    [
      '{}',
      { status: 503, headers: { 'retry-after': '1' } },
      'status 503; expected 2xx, and the answer asks to come back later',
    ],
    ['{status: 200}', { status: 201 }, 'status 201; expected 200'],
    ['{status: [204, 3xx]}', { status: 200 }, 'status 200; expected 204 or 3xx'],
    ['{headers: {X-Revision: "{revision}"}}', {}, 'header X-Revision is missing; expected "v1.2"'],
    [
      '{headers: {X-Revision: "{revision}"}}',
      { headers: { 'x-revision': 'v1' } },
      'header X-Revision is "v1"; expected "v1.2"',
    ],
    ['{body: {contains: "{revision}"}}', { body: 'v1.1' }, 'the body does not contain "v1.2"'],
    ['{body: {matches: "^{revision}$"}}', { body: 'v1x2' }, 'the body does not match /^{revision}$/'],
  ])('fails %s and says why', async (expectation, answer, reason) => {
    expect(await reasonFor(expectation, answer)).toBe(reason);
  });

  test.each<[string, object, number, string]>([
    ['of a revision that names itself', { header: 'X-Revision' }, 503, 'v2 itself asks to come back later'],
    ['of a revision that names itself', { header: 'X-Revision' }, 429, 'v2 itself limits how often it is asked'],
    ['that only the router names', { router: true, header: 'X-Revision' }, 503, 'the answer asks to come back later'],
  ])('%s (%j) with status %i says who asks for patience', async (_, identity, status, words) => {
    const busy = as('v2', status, { 'retry-after': '1' });
    const ended = await attempt('GET /', busy, { identity: { path: undefined, ...identity } as Identity });
    expect(ended).toMatchObject({ reason: `status ${status}; expected 2xx, and ${words}` });
  });

  test('has to be right in every part', async () => {
    const all = '{status: 200, headers: {a: x}, body: {contains: y, matches: z}}';
    const good = { headers: { a: 'x' }, body: 'yz' };
    expect(await reasonFor(all, good)).toBeUndefined();
    expect(await reasonFor(all, { ...good, status: 201 })).toContain('status');
    expect(await reasonFor(all, { ...good, headers: {} })).toContain('header a');
    expect(await reasonFor(all, { ...good, body: 'z' })).toContain('contain');
    expect(await reasonFor(all, { ...good, body: 'y' })).toContain('match');
  });

  test('of another revision does not pass; of one before Greenpath, none has to be named', async () => {
    const identity = { header: 'X-Revision', path: '/' };
    const nameless: Handler = (response) => void response.end('old');
    expect(await attempt('GET /', as('v2'), { identity })).toMatchObject({ passed: true });
    expect(await attempt('GET /', as('v1'), { identity })).toMatchObject({
      reason: 'not answered by v2: header X-Revision is v1',
    });
    expect(await attempt('GET /', nameless, { identity })).toMatchObject({
      reason: 'not answered by v2: header X-Revision is missing',
    });
    expect(await attempt('GET /', nameless, { identity, revision: 'adopted' })).toMatchObject({ passed: true });
  });
});

describe('a failed attempt says who is to blame', () => {
  const config = configOf({ identity: { header: 'X-Revision' } });
  const other = { revision: 'v1', path: '/', statuses: [200], says: ['v1'] };
  const live = { identity: config.identity, versionProbe: versionProbeFor(config, 'v2', { other }) };
  const check = { request: 'GET /', timeout: '500ms' };

  test.each<[string, Handler, string]>([
    ['the version that was live before, which answers', as('v1'), 'blue'],
    ['green, which answers with a fault', as('v2', 500), 'bad'],
    ['green, which hangs while the proxy answers by itself', hang, 'bad'],
    ['nobody, where the proxy limits requests', as('v2', 429), 'silent'],
    ['nobody, where an answer asks to come back later', as('v2', 503, { 'retry-after': '1' }), 'busy'],
  ])('%s', async (_, handler, who) => {
    expect(await attempt(check, handler, live)).toMatchObject({ passed: false, who });
  });

  test('nobody, where there is no connection', async () => {
    const target = only(checkOf(check).targets(subjectOf([NOBODY])));
    expect(await target.attempt(AbortSignal.timeout(20_000))).toMatchObject({ passed: false, who: 'silent' });
  });
});

test('a refusal is passed to whatever may know its cause', async () => {
  const told: RefusedAt[] = [];
  const causeOf = (refused: RefusedAt) => {
    told.push(refused);
    return 'basic auth';
  };
  const refused = await attempt('GET /', as('v2', 401), { causeOf });
  expect(refused).toMatchObject({ reason: 'status 401; expected 2xx', cause: 'basic auth' });
  expect(only(told)).toMatchObject({ refusal: 'login', path: '/' });
  expect(await attempt('GET /', as('v2', 404), { causeOf })).toMatchObject({ cause: undefined });
});

test('it runs on every host and address that serves its path, and says if there is none', async () => {
  const { front } = await Backend.start(as('v2'));
  const other = { ...front, host: 'other.test', serves: () => false };
  const where = (endpoints: Parameters<typeof subjectOf>[0]) =>
    checkOf('GET /a')
      .targets(subjectOf(endpoints))
      .map((target) => target.where);
  expect(where([{ ...front, prefix: '/green' }, other])).toEqual(['http://example.test/green/a']);
  const byHeader = { ...front, headers: { 'x-preview': 'green' }, header: 'X-Preview: green' };
  expect(where([byHeader])).toEqual(['http://example.test/a with X-Preview: green']);
  const six = { ...front, address: { host: '::1', port: 443 } };
  const through = checkOf('GET /a')
    .targets(subjectOf([front, six]))
    .map((target) => target.through);
  expect(through).toEqual([`127.0.0.1:${front.address.port}`, '[::1]:443']);
  const stray = only(checkOf({ request: 'GET /a', expect: { status: 404 } }).targets(subjectOf([other])));
  expect(await stray.attempt(AbortSignal.timeout(20_000))).toMatchObject({
    reason: 'status 200; expected 404; no path of the app leads to /a',
  });
});

test('it sends the headers without which the host has no path of the app, and they win over the usual ones', async () => {
  const seen: (string | undefined)[] = [];
  const { front } = await Backend.start((response, request, ...rest) => {
    seen.push(request.headers['x-api'] as string, request.headers.accept, request.headers.host);
    as('v2')(response, request, ...rest);
  });
  const headers = { 'x-api': '2', accept: 'application/json', host: 'other.test' };
  const target = only(checkOf('GET /a').targets(subjectOf([{ ...front, headers }])));
  expect(await target.attempt(AbortSignal.timeout(20_000))).toMatchObject({ passed: true });
  expect(seen).toEqual(['2', 'application/json', 'example.test']);
});

test('the text and the map mean the same, and `live` adds a point', () => {
  expect(checkOf('GET /a')).toMatchObject({ name: 'GET /a', points: ['preview', 'bake', 'rollback'] });
  expect(checkOf({ request: 'GET /a' })).toMatchObject({ name: 'GET /a', points: ['preview', 'bake', 'rollback'] });
  expect(checkOf({ request: 'GET /a', live: true }).points).toContain('live');
});

test('a class of status takes its hundred and no other', () => {
  const config = (hundred: number) => configOf({ checks: [{ request: 'GET /', expect: { status: `${hundred}xx` } }] });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 300, max: 599 }), (hundred, status) => {
      const answer = { status, headers: {}, body: '' };
      const isFine = versionProbeFor(config(hundred), 'v2').judge(answer) === 'unknown';
      expect(isFine).toBe(Math.floor(status / 100) === hundred);
    }),
  );
});
