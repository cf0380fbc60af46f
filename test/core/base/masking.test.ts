import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keptForMask, LONGEST, Mask, masked, withoutCut } from '../../../src/core/base/masking.ts';

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

test('a text that was cut ends before what may be half a secret', () => {
  expect(withoutCut('short', 4096)).toBe('short');
  const cut = withoutCut(`${'a'.repeat(3000)} ${'b'.repeat(1095)}`, 4096);
  expect(cut).toBe(`${'a'.repeat(3000)} ${'b'.repeat(895)}…`);
});

test('of what is masked before it is cut, far more is kept than is shown', () => {
  expect(keptForMask('x'.repeat(4_000))).toBe('x'.repeat(4_000));
  expect(keptForMask(`${'x'.repeat(3_800)}${'y'.repeat(201)}`)).toBe(`${'x'.repeat(3_800)}…`);
});

function maskOf(values: string[], clear = ''): Mask {
  const mask = new Mask();
  mask.allow(clear);
  mask.learn(values);
  return mask;
}

describe('half a secret where a text was cut', () => {
  test.each([
    ['its beginning', 'login as correct horse bat…', 'login as ***…'],
    [
      'as a word of a sentence that goes on',
      'got "{user: correct ho…" (2 attempts); expected 2xx',
      'got "{user: ***…" (2 attempts); expected 2xx',
    ],
    ['less than four characters', 'login as cor…', undefined],
    ['another word', 'login as correctly…', undefined],
    ['within a word', 'incorrect h…', undefined],
    ['no cut', 'login as correct horse', undefined],
  ])('%s', (_, text, hidden) => {
    expect(maskOf(['correct horse battery staple']).hide(text)).toBe(hidden ?? text);
  });

  test('very many cuts cost no more than their text', () => {
    const mask = maskOf(['correct horse battery staple']);
    const text = 'correct horse … '.repeat(8_000);
    expect(mask.hide(text).slice(0, 15)).toBe('***… ***… ***… ');
  });
});

describe('what a run learned', () => {
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

  test.each(['shop.example.com', '*.example.com', 'a.test, b.test', 'db.shop.svc:5432', '10.0.0.7', 'localhost:8080'])(
    'a bare host is no secret: %s',
    (host) => {
      const line = `Live: https://${host}/`;
      expect(maskOf([host]).hide(line)).toBe(line);
    },
  );

  test('secrets that overlap are hidden whole', () => {
    expect(maskOf(['first-and-second', 'second-and-third-one']).hide('a first-and-second-and-third-one b')).toBe(
      'a *** b',
    );
  });

  test('what is in the clear is no secret, in the midst of a longer name and across words', () => {
    const mask = maskOf(
      ['eu-west', 'My Shop', '/var/data', '(private)', 'horse-battery'],
      'x-eu-west-1 "My Shop" in /var/data; private; horse battery',
    );
    expect(['eu-west', 'My Shop', '/var/data', '(private)', 'horse-battery'].filter((one) => mask.hides(one))).toEqual([
      '(private)',
      'horse-battery',
    ]);
  });

  test('what is allowed later is no secret any more, and what is learned later is one', () => {
    const mask = maskOf(['first-value', 'second-value']);
    expect(mask.hide('first-value second-value')).toBe('*** ***');
    mask.allow('name: first-value');
    expect(mask.hide('first-value second-value')).toBe('first-value ***');
    mask.learn(['third-value']);
    expect(mask.hide('first-value third-value')).toBe('first-value ***');
  });

  test('a long text is cut, and nothing of a secret that the cut would part is left', () => {
    const secret = 'correct-horse-battery';
    const filler = 'word '.repeat(LONGEST);
    for (const [said, begin] of [
      [secret, 'correct-h'],
      ['postgres://shop:hunter2@db', 'hunter'],
    ] as const) {
      for (let before = 6; before < said.length; before += 3) {
        const result = maskOf([secret]).hide(`${filler.slice(0, LONGEST - before - 1)} ${said} ${filler}`);
        expect(result.length).toBeLessThan(LONGEST + 100);
        expect(result).toContain('more characters)');
        expect(result).not.toContain(begin.slice(0, before));
      }
    }
  });

  test('many values cost what the text costs', () => {
    const values = Array.from({ length: 40_000 }, (_, at) => `setting-${at * 7919}-of-shop`);
    const mask = maskOf(values, values.map((value) => `x${value}`).join(' '));
    for (let line = 0; line < 2_000; line += 1) mask.hide(`said ${line}`);
    expect(mask.hide(`${values[39_999]}!`)).toBe('***!');
  });
});
