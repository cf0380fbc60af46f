import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Endpoint } from '../../../src/proof/probe.ts';
import { only } from '../../core/support.ts';
import { Backend } from '../../proof/backend.ts';
import { checkOf, configOf, subjectOf, toolsIn } from '../checks.ts';

/** What a check of the kind `request` sends, and where it runs. */

interface Sent {
  readonly line: string;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** What a server gets from a check that is written so. */
async function sentBy(given: unknown, environment = {}, more: Partial<Endpoint> = {}): Promise<Sent> {
  const got: Sent[] = [];
  const { front } = await Backend.start((response, request) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method, url, headers } = request;
      got.push({ line: `${method} ${url}`, headers, body: Buffer.concat(chunks).toString('utf8') });
      response.end();
    });
  });
  const carries = { authorization: 'Basic everybody', 'x-all': '1' };
  const endpoint = { ...front, carries, headers: { 'x-route': '1' }, ...more };
  const check = checkOf(given, 'preview', toolsIn(environment));
  const attempt = await only(check.targets(subjectOf([endpoint]))).attempt(AbortSignal.timeout(60_000));
  expect(attempt).toMatchObject({ passed: true });
  return only(got);
}

describe('what is sent', () => {
  test('nothing but what every request carries', async () => {
    const { line, headers, body } = await sentBy('GET /a?b=c');
    expect([line, body]).toEqual(['GET /a?b=c', '']);
    const always = { 'user-agent': 'greenpath', 'cache-control': 'no-cache', accept: '*/*', connection: 'close' };
    expect(headers).toEqual({
      ...always,
      host: 'example.test',
      authorization: 'Basic everybody',
      'x-all': '1',
      'x-route': '1',
    });
  });

  test.each([
    ['text: "hi {revision}"', 'text/plain; charset=utf-8', 'hi v2'],
    ['json: {to: ["{revision}", "{env.KEY}", 1, null]}', 'application/json', '{"to":["v2","s3cr3t","1",null]}'],
    ['base64: aGkge3JldmlzaW9ufQ==', 'application/octet-stream', 'hi {revision}'],
  ])('a body of %s', async (given, type, text) => {
    const check = { request: 'POST /a', body: load(`{${given}}`), expect: { status: 200 } };
    const { line, headers, body } = await sentBy(check, { KEY: 's3cr3t' });
    expect([line, headers['content-type']]).toEqual(['POST /a', type]);
    expect(body.replace(',1,', ',"1",')).toBe(text);
    expect(headers['content-length']).toBe(`${Buffer.byteLength(body)}`);
  });

  test('a query, with its secrets in the request alone', async () => {
    const check = { request: 'GET /a?x=1', query: { q: 'a b&c', key: '{env.KEY}', n: 2 } };
    expect((await sentBy(check, { KEY: 's/3' }, { prefix: '/green' })).line).toBe(
      'GET /green/a?x=1&q=a%20b%26c&key=s%2F3&n=2',
    );
    const target = only(checkOf(check, 'preview', toolsIn({ KEY: 's/3' })).targets(subjectOf([endpointOnly])));
    expect(target.where).toBe('http://example.test/a?x=1&q=a b&c&key={env.KEY}&n=2');
  });

  test('headers and credentials of its own instead of those that every request carries', async () => {
    const environment = { TOKEN: 't0k', PASSWORD: 'p:w' };
    const authorization = async (more: object) =>
      (await sentBy({ request: 'GET /', ...more }, environment)).headers.authorization;
    expect(await authorization({ auth: { bearer: '{env.TOKEN}' } })).toBe('Bearer t0k');
    expect(await authorization({ auth: { basic: { user: 'ada', password: '{env.PASSWORD}' } } })).toBe(
      `Basic ${Buffer.from('ada:p:w').toString('base64')}`,
    );
    expect(await authorization({ auth: 'none' })).toBeUndefined();
    expect(await authorization({ headers: { Authorization: 'Custom {env.TOKEN}' } })).toBe('Custom t0k');
    const { headers } = await sentBy({ request: 'GET /', headers: { 'X-Key': '{env.TOKEN} {revision}' } }, environment);
    expect(headers).toMatchObject({ 'x-key': 't0k v2', 'x-all': '1', 'x-route': '1' });
  });
});

test('a check replaces what every request carries, and never what leads to the application', async () => {
  const { headers } = await sentBy({ request: 'GET /', headers: { 'X-All': '2', 'X-Route': '2' } });
  expect(headers).toMatchObject({ 'x-all': '2', 'x-route': '1' });
});

const endpointOnly = { ...(await Backend.start((response) => void response.end())).front };

test('an answer to nobody may come from what keeps them out, and one of another version is wrong in any case', async () => {
  const identity = { header: 'X-Revision', path: '/' };
  const attempt = async (auth: object, headers: Record<string, string>) => {
    const { front } = await Backend.start((response) => void response.writeHead(401, headers).end());
    const check = checkOf({ request: 'GET /', expect: { status: 401 }, ...auth });
    return only(check.targets(subjectOf([front], { identity }))).attempt(AbortSignal.timeout(60_000));
  };
  expect(await attempt({ auth: 'none' }, {})).toMatchObject({ passed: true });
  expect(await attempt({ auth: 'none' }, { 'x-revision': 'v1' })).toMatchObject({ passed: false });
  expect(await attempt({}, {})).toMatchObject({ reason: 'not answered by v2: header X-Revision is missing' });
});

test('what may change something is sent once, and not after the switch, unless the check says otherwise', () => {
  expect(checkOf('GET /a')).toMatchObject({ name: 'GET /a', points: ['preview', 'bake', 'rollback'] });
  expect(checkOf('POST /a 303')).toMatchObject({ name: 'POST /a', points: ['preview'], passes: 1, retries: 0 });
  expect(checkOf({ request: 'DELETE /a', passes: 2, retries: 5, bake: true })).toMatchObject({
    points: ['preview', 'bake', 'rollback'],
    passes: 2,
    retries: 5,
  });
  expect(checkOf({ request: 'HEAD /a', bake: false }).points).toEqual(['preview']);
});

test('the proof learns what is right only from checks that ask for what it asks for', () => {
  const expects = (given: unknown) => configOf({ checks: [given] }).checks.flatMap((check) => check.expects);
  expect(expects('GET /a 204')).toEqual([{ path: '/a', statuses: [204], timeout: 5_000 }]);
  expect(expects({ request: 'GET /a', expect: { status: '200-299' } })).toMatchObject([{ statuses: ['200-299'] }]);
  for (const more of [
    { headers: { a: 'b' } },
    { query: { a: 'b' } },
    { auth: 'none' },
    { follow: true },
    { tls: { name: 'a.test' } },
    { body: { text: '' } },
  ])
    expect(expects({ request: 'GET /a', ...more }), JSON.stringify(more)).toEqual([]);
  expect(expects('POST /a')).toEqual([]);
});
