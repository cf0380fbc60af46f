import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isUnchanged, isWhollyRandom, withPartsOf } from '../../../src/core/manifests/random-text.ts';
import { Authority } from '../../proof/certificates.ts';

/** Which parts of a text are random, and what becomes of the others. */

const CERTIFICATES = ['a', 'b', 'c'].map((name) => new Authority(name).cert) as [string, string, string];
const [A, B, C] = CERTIFICATES;

describe('a text that is random as a whole', () => {
  test.each<[string, string, string]>([
    ['letters and digits', 'x8Jk2QpL', 'xZmP9QpL'],
    ['base64', 'ab+cdEFgh/12==', 'xy+zzEFgh/34=='],
    ['of any signs', 'p;k@9"sL', 'q:w,1}zz('],
    ['a checksum', 'e3b0c44298fc1c14', 'd7a8fbb307d78094'],
    ['a UUID', '3f2b9a6e-0c1d-4e8f-9a7b-1c2d3e4f5a6b', '9d8c7b6a-5f4e-4d3c-8b2a-0f1e2d3c4b5a'],
    ['a certificate', A, B],
    ['two certificates', `${A}${B}`, `${B}${C}`],
    [
      'what Go prints as the time',
      '2026-11-28 18:00:00.123456789 +0000 UTC m=+0.01',
      '2026-11-28 18:00:00.2 +0000 UTC m=+0.3',
    ],
  ])('%s', (_, one, other) => {
    expect(isWhollyRandom(one, other)).toBe(true);
  });

  test.each<[string, string, string]>([
    ['a URL', 'redis://:x8Jk2@redis:6379/0', 'redis://:aQm9@redis:6379/0'],
    ['a setting', 'key=x8Jk2', 'key=aQm9'],
    ['the hash of bcrypt', '$2a$10$abcdef', '$2a$10$zyxwvu'],
    ['a line of a file', 'mode: fast\nkey: x8Jk2\n', 'mode: fast\nkey: aQm9\n'],
    ['a chain', `issued:\n${A}`, `issued:\n${B}`],
  ])('and not %s', (_, one, other) => {
    expect(isWhollyRandom(one, other)).toBe(false);
  });

  test('random letters, digits and signs share too little by chance to be taken for more', () => {
    const bytes = fc.uint8Array({ minLength: 24, maxLength: 24 }).map((array) => Buffer.from(array));
    const forms = fc.constantFrom<BufferEncoding[]>('hex', 'base64', 'base64url');
    fc.assert(
      fc.property(bytes, bytes, forms, (one, other, form) => {
        fc.pre(one.every((byte, index) => byte !== other[index]));
        expect(isWhollyRandom(one.toString(form), other.toString(form))).toBe(true);
      }),
    );
  });
});

const [FILE, AGAIN] = ['x8Jk2', 'aQm9'].map(
  (key) =>
    `log: info\nkey = "${key}"\nat: ${key === 'aQm9' ? '2026-11-28T18:00:01Z' : '2026-11-28T18:00:00Z'}\nport: 80\n`,
) as [string, string];
const LIVE = FILE.replace('x8Jk2', 'KEPT').replace('2026-11-28T18:00:00Z', '2025-01-01T00:00:00Z');

describe('a text of which a part is random', () => {
  test.each<[string, string, boolean]>([
    ['with another key, at another time', LIVE, true],
    ['with another setting', LIVE.replace('info', 'debug'), false],
    ['with one line less', LIVE.replace('log: info\n', ''), false],
    ['with more beside the key', LIVE.replace('KEPT', 'KEPT", "more'), false],
    ['with another name of the key', LIVE.replace('key =', 'token ='), false],
  ])('%s: unchanged or not', (_, present, is) => {
    expect(isUnchanged(FILE, AGAIN, present)).toBe(is);
  });

  test('the beginning of a word counts, up to the last sign before what is random', () => {
    expect(isUnchanged('prefix-ab12', 'prefix-zz99', 'prefix-KEPT')).toBe(true);
    expect(isUnchanged('prefix-ab12', 'prefix-zz99', 'another-KEPT')).toBe(false);
  });

  test('what is random is of the same sort: a word in place of a certificate is a change', () => {
    expect(isUnchanged(`issued:\n${A}`, `issued:\n${B}`, `issued:\n${C}`)).toBe(true);
    expect(isUnchanged(`issued:\n${A}`, `issued:\n${B}`, 'issued:\nnone\n')).toBe(false);
  });

  test('a change elsewhere comes along, and the random part is kept', () => {
    expect(withPartsOf(FILE, AGAIN, LIVE.replace('info', 'debug'))).toBe(FILE.replace('x8Jk2', 'KEPT'));
    expect(withPartsOf(FILE, AGAIN, `first: 1\n${LIVE}`)).toBe(FILE.replace('x8Jk2', 'KEPT'));
  });

  test.each<[string, string]>([
    ['is gone', LIVE.replace('key = "KEPT"\n', '')],
    ['changed too', LIVE.replace('key =', 'token =')],
    ['is there twice', `${LIVE}key = "OTHER"\n`],
  ])('nothing is guessed if the line of the random part %s', (_, present) => {
    expect(withPartsOf(FILE, AGAIN, present)).toBeUndefined();
  });

  test('nothing is guessed if a line consists of nothing but chance, or if the renderings have other lines', () => {
    expect(withPartsOf('a: 1\nx8Jk2\n', 'a: 1\naQm9\n', 'a: 2\nKEPT\n')).toBeUndefined();
    expect(withPartsOf('key: x8\n', 'key: aQ\n\n', 'key: KEPT\n')).toBeUndefined();
  });

  test('and a line that is there twice in the file itself is not guessed either', () => {
    const twice = (key: string, other: string) => `key: "${key}"\nlog: info\nkey: "${other}"\n`;
    expect(withPartsOf(twice('a1', 'b2'), twice('c3', 'd4'), 'key: "KEPT"\n')).toBeUndefined();
  });

  test('a time may be the same in both renderings: it is no change, and is not worth keeping', () => {
    const file = (key: string, at: string, level = 'info') => `log: ${level}\nkey: ${key}\nat: ${at}\n`;
    const [now, before] = ['2026-11-28T18:00:00Z', '2025-01-01T00:00:00Z'];
    expect(isUnchanged(file('a1', now), file('b2', now), file('KEPT', before))).toBe(true);
    expect(withPartsOf(file('a1', now), file('b2', now), file('KEPT', before, 'debug'))).toBe(file('KEPT', now));
  });
});

describe('keeping', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9]{8,24}$/);
  const lines = fc.array(fc.stringMatching(/^[a-z]{1,8}: [a-z0-9 /.:-]{0,20}$/), { maxLength: 6 });
  const rendered = (before: string[], after: string[], key: string) =>
    [...before, `secret-key = "${key}"`, ...after].join('\n');

  test('twice changes nothing, and every rendering of the same input is unchanged', () => {
    fc.assert(
      fc.property(lines, lines, fc.uniqueArray(word, { minLength: 5, maxLength: 5 }), (before, after, keys) => {
        const [one = '', other = '', third = '', fourth = '', live = ''] = keys.map((key) =>
          rendered(before, after, key),
        );
        expect(isUnchanged(one, other, live)).toBe(true);
        expect(isUnchanged(third, fourth, live)).toBe(true);
        expect(withPartsOf(one, other, live)).toBe(live);
      }),
    );
  });

  test('of a file that changed elsewhere gives the new file with the old key, and twice changes nothing', () => {
    fc.assert(
      fc.property(
        lines,
        lines,
        lines,
        fc.uniqueArray(word, { minLength: 5, maxLength: 5 }),
        (before, after, old, keys) => {
          const [a = '', b = '', c = '', d = '', key = ''] = keys;
          const merged = withPartsOf(rendered(before, after, a), rendered(before, after, b), rendered(old, after, key));
          expect(merged).toBe(rendered(before, after, key));
          expect(isUnchanged(rendered(before, after, c), rendered(before, after, d), merged ?? '')).toBe(true);
        },
      ),
    );
  });
});
