import fc from 'fast-check';
import { expect, test } from 'vitest';
import { masked } from '../../src/core/masking.ts';

test.each([
  ['a JSON Web Token', 'got eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJrIn0.c2ln back', 'got *** back'],
  ['a bearer header', 'Authorization: Bearer abc', 'Authorization: ***'],
  ['a named value', 'client_secret=hunter2 user=bob', 'client_secret=*** user=bob'],
  ['a value in JSON', '{"accessToken":"abc","a":1}', '{"accessToken":***,"a":1}'],
  ['a private key', 'x\n-----BEGIN EC PRIVATE KEY-----\nMHc\n-----END EC PRIVATE KEY-----\ny', 'x\n***\ny'],
  ['half of one', '-----BEGIN PRIVATE KEY-----\nMHc', '***'],
  ['a URL with a password', 'via https://bob:pw@proxy:3128', 'via https://***proxy:3128'],
  ['a long random run', 'key AKIAIOSFODNN7EXAMPLE1234 used', 'key *** used'],
  ['words', 'could not reach https://sts.eu-west-1.amazonaws.com: timeout', undefined],
])('%s', (_, text, hidden) => {
  expect(masked(text, [])).toBe(hidden ?? text);
});

test('a known secret never stays, wherever it stands and whatever stands around it', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 6 }), fc.string(), fc.string(), (secret, before, after) => {
      fc.pre(!'***'.includes(secret) && !(before + after).includes(secret));
      expect(masked(`${before}\n${secret}\n${after}`, ['in', secret])).not.toContain(`\n${secret}\n`);
    }),
  );
});

test('of two secrets the longer one is hidden whole', () => {
  expect(masked('my-password-long', ['my-password', 'my-password-long'])).toBe('***');
});
