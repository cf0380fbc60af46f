import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Mask, masked, withoutCut, withoutShapes } from '../../../src/core/base/masking.ts';

describe('what a program that logs in said', () => {
  test.each([
    ['a JSON Web Token', 'got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln back', 'got *** back'],
    ['a bearer header', 'Authorization: Bearer abc', 'Authorization: ***'],
    ['a named value', 'client_secret=hunter2 user=bob', 'client_secret=*** user=bob'],
    ['a value in JSON', '{"accessToken":"abc","a":1}', '{"accessToken":***,"a":1}'],
    ['a private key', 'x\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\ny', 'x\n***\ny'],
    ['half of one', '-----BEGIN PRIVATE KEY-----\nMHc', '***'],
    ['a URL with a password', 'via https://bob:pw@proxy:3128', 'via https://***@proxy:3128'],
    ['a long random run', 'key AKIAIOSFODNN7EXAMPLE1234 used', 'key *** used'],
    ['another one', 'key abcdefgh-ijklmnop-01234567 used', 'key *** used'],
    ['words', 'could not reach https://sts.eu-west-1.amazonaws.com: timeout', undefined],
  ])('%s', (_, text, hidden) => {
    expect(masked(text, [])).toBe(hidden ?? text);
  });
});

describe('what looks like a credential in any text', () => {
  test.each([
    ['a URL of a database', 'cannot connect: postgres://shop:hunter2@db:5432/shop', 'postgres://***@db:5432/shop'],
    ['a password with a slash and an at sign', 'amqp://u:p/w@2@mq/x', 'amqp://***@mq/x'],
    ['a password that begins with digits', 'redis://:12345ab@cache', 'redis://***@cache'],
    ['a token alone in a URL', 'https://ghp_0@github.com/a', 'https://***@github.com/a'],
    ['a data source name of Go', 'dial shop:hunter2@tcp(db:3306)/shop', 'dial ***@tcp(db:3306)/shop'],
    ['a connection string', 'Server=db;User Id=sa;Password=hun,ter2;X=1', 'User Id=sa;Password=***;X=1'],
    ['a query', 'GET /hook?access_token=abc&x=1', '?access_token=***&x=1'],
    ['an option of a command', 'run --db-password hunter2 --port 1', '--db-password *** --port 1'],
    ['JSON within JSON', '{"m":"{\\"password\\":\\"hunter2\\"}"}', 'password\\":\\***'],
    ['AWS', 'aws_secret_access_key = wJalrXUtnFEMI/K7', 'aws_secret_access_key = ***'],
    ['an AWS key without its name', 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY', '***'],
    ['a basic header', 'curl -H "Authorization: Basic dXNlcjpwYXNz"', '"Authorization: ***"'],
    ['the same without its name', 'sent Basic dXNlcjpwYXNzd29yZA== to x', 'sent Basic *** to x'],
    ['a bearer token without its name', 'sent Bearer abc123def456 to x', 'sent Bearer *** to x'],
    ['GitHub', 'token ghp_abcdefghijklmnopqrstuvwxyz0123', 'token ***'],
    [
      'a value that the API server quotes',
      '.data.PIN: expected string, got &value.valueUnstructured{Value:map[string]interface {}{"a":"hunter2"}}',
      '.data.PIN: expected string, got &value.valueUnstructured{Value:***',
    ],
  ])('%s', (_, text, hidden) => {
    const result = withoutShapes(text);
    expect(result).toContain(hidden);
    expect(result).not.toMatch(/hunter2|hun,|ter2|abc&|K7|bPx|12345|0@git/);
  });

  test.each([
    'image registry.test:5000/Shop/web@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0',
    'pod web-v1-24-0-7d9c5b8f6d-x2x4z of revision 2f8c4670e82585a1652db2c548c35a936a301287',
    'https://example.com:8443/@scope/package and http://[::1]:80/a?c=d',
    'Get "http://10.244.0.7:8080/ready": dial tcp 10.244.0.7:8080: connect: connection refused',
    'couldn\'t find key password in Secret shop/database; secret "database" not found',
    'the pods need Secret credentials: secretName: web-tls, automountServiceAccountToken: false',
    'Get fresh credentials: log in again. The proxy asks for basic authentication or a bearer token',
    '/usr/local/lib/Node24/modules/Greenpath/build/Release/binding',
  ])('%s stays', (text) => expect(withoutShapes(text)).toBe(text));

  test('no text takes long', () => {
    const start = performance.now();
    for (const piece of ['://a:', '-----BEGIN a-----', 'aA1', 'password=', 'Bearer ', 'eyJ', 'a@tcp(', '"', "://'"])
      withoutShapes(piece.repeat(200_000));
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

test('a text that was cut ends before what may be half a secret', () => {
  expect(withoutCut('short', 4096)).toBe('short');
  const cut = withoutCut(`${'a'.repeat(3000)} ${'b'.repeat(1095)}`, 4096);
  expect(cut).toBe(`${'a'.repeat(3000)} ${'b'.repeat(895)}…`);
});

describe('what a run learned', () => {
  const maskOf = (values: string[], clear = '') => {
    const mask = new Mask();
    mask.allow(clear);
    mask.learn(values);
    return mask;
  };

  test('a known secret never stays, wherever it stands and whatever stands around it', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 8 }), fc.string(), fc.string(), (secret, before, after) => {
        fc.pre(secret.trim().length >= 4 && !'***'.includes(secret) && !(before + after).includes(secret));
        expect(maskOf(['in', secret]).hide(`${before}\n${secret}\n${after}`)).not.toContain(`\n${secret}\n`);
      }),
    );
  });

  test('of two secrets the longer one is hidden whole', () => {
    expect(maskOf(['my-password', 'my-password-long']).hide('my-password-long')).toBe('***');
  });

  test.each([
    ['a short one is a word of its own', ['tiger'], '', 'scott tiger, a paper-tigers', 'scott ***, a paper-tigers'],
    ['three characters are no secret', ['abc'], '', 'abc', 'abc'],
    [
      'nor is a switch, a port or an address',
      ['true', '5432', 'https://shop.test/'],
      '',
      'true 5432 https://shop.test/',
      undefined,
    ],
    ['nor is what stands in the clear', ['shop-production'], 'name: shop-production', 'in shop-production', undefined],
    [
      'but in the clear is no password of a URL',
      ['hunter2hunter2'],
      'URL: postgres://shop:hunter2hunter2@db',
      'for hunter2hunter2',
      'for ***',
    ],
    ['nor a part of a longer word', ['hunter2hunter2'], 'name: hunter2hunter22', 'for hunter2hunter2', 'for ***'],
  ])('%s', (_, values, clear, text, hidden) => expect(maskOf(values, clear).hide(text)).toBe(hidden ?? text));

  test.each([
    ['tiger at the end: tiger.', 'tiger at the end: ***.'],
    ['user:tiger@db, "tiger"', 'user:***@db, "***"'],
    ['http://tiger.test/a/tiger/ of Deployment tiger-web', undefined],
  ])('a short one is no part of a path, a host or a name: %s', (text, hidden) => {
    expect(
      maskOf(['tiger'])
        .hide(text)
        .replace(/^\*\*\*/, 'tiger'),
    ).toBe(hidden ?? text);
  });

  test('the runner is told only what it can hide without harm', () => {
    const mask = maskOf(['correct horse', 'tiger', 'shop.example.com', 'production'], 'environment: production');
    expect(
      ['correct horse', 'tiger', 'shop.example.com', 'production', 'other words'].filter((one) =>
        mask.isUnmistakable(one),
      ),
    ).toEqual(['correct horse']);
  });

  test('every text in a value, and no key', () => {
    const value = { password1234: ['password1234', 1, null, { a: true }] };
    expect(maskOf(['password1234']).hideIn(value)).toEqual({ password1234: ['***', 1, null, { a: true }] });
  });
});
