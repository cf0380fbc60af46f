import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  findDifference,
  fingerprint,
  reversed,
  stillDiffers,
  whoAnswered,
} from '../../../src/core/checks/difference.ts';
import type { Answered } from '../../../src/core/checks/expect.ts';

const digest = (body: string) => `digest of ${body}`;
const answer = (more: Partial<Answered> = {}): Answered => ({ status: 200, headers: {}, body: '', ...more });
const find = (blue: Partial<Answered>[], green: Partial<Answered>[], before: Partial<Answered>[] = []) =>
  findDifference(
    {
      path: '/x',
      blue: blue.map(answer),
      green: green.map(answer),
      before: before.map((one) => fingerprint(answer(one), digest)),
    },
    digest,
  );

describe('findDifference', () => {
  test.each<[string, Partial<Answered>[], Partial<Answered>[], string[]]>([
    ['the body', [{ body: 'a' }, { body: 'a' }], [{ body: 'b' }], ['body', 'digest of a', 'digest of b']],
    [
      'the etag, if bodies vary',
      [
        { body: '1', headers: { etag: 'x' } },
        { body: '2', headers: { etag: 'x' } },
      ],
      [{ headers: { etag: 'y' } }],
      ['etag', 'x', 'y'],
    ],
    ['a header that only green has', [{}], [{ headers: { server: 's' } }], ['server', '', 's']],
    ['the status, if both are successes', [{ status: 200 }], [{ status: 204 }], ['status', '200', '204']],
  ])('%s', (_, blue, green, [feature, one, other]) => {
    expect(find(blue, green)).toEqual({ path: '/x', features: [{ feature, blue: one, green: other }] });
  });

  test('all that there are', () => {
    const found = find([{ body: 'a', headers: { server: '1' } }], [{ body: 'b', headers: { server: '2' } }]);
    expect(found?.features.map(({ feature }) => feature)).toEqual(['body', 'server']);
  });

  test.each<[string, Partial<Answered>[], Partial<Answered>[], Partial<Answered>[]?]>([
    ['they are the same', [{ body: 'a' }], [{ body: 'a' }]],
    ["blue's answers vary", [{ body: 'a' }, { body: 'b' }], [{ body: 'c' }]],
    ["green's answers vary, as a clock does", [{ body: 'a' }], [{ body: 'b' }, { body: 'c' }]],
    ['they overlap', [{ body: 'a' }, { body: 'b' }], [{ body: 'b' }, { body: 'b' }]],
    ['there is no answer by blue', [], [{ body: 'b' }]],
    ['there is no answer at all', [], []],
    ['the live URL redirects, which the router may do', [{ status: 302, body: 'moved' }], [{ body: 'b' }]],
    [
      'the preview answered so before it was there: blue gave it',
      [{ body: '/x' }],
      [{ body: '/green/x' }],
      [{ body: '/green/x' }],
    ],
  ])('nothing if %s', (_, blue, green, before) => {
    expect(find(blue, green, before)).toBeUndefined();
  });

  test("what it finds tells every answer of blue's from every answer of green's", () => {
    const answers = fc.array(
      fc.record({
        status: fc.constantFrom(200, 204),
        headers: fc.dictionary(fc.constantFrom('etag', 'server', 'last-modified'), fc.constantFrom('1', '2')),
        body: fc.constantFrom('a', 'b'),
      }),
      { minLength: 1, maxLength: 4 },
    );
    fc.assert(
      fc.property(answers, answers, (blue, green) => {
        const found = find(blue, green);
        if (found === undefined) return;
        for (const one of blue) expect(whoAnswered(found, one, digest)).toBe('blue');
        for (const one of green) expect(whoAnswered(found, one, digest)).toBe('green');
        for (const one of green) expect(whoAnswered(reversed(found), one, digest)).toBe('blue');
      }),
      { numRuns: 500 },
    );
  });
});

describe('whoAnswered', () => {
  const known = find([{ body: 'a', headers: { server: '1' } }], [{ body: 'b', headers: { server: '2' } }]);
  test.each<[string, Partial<Answered>, string | undefined]>([
    ['a page that changed since, from the same server', { body: 'news', headers: { server: '2' } }, 'green'],
    ['what neither gave', { body: 'c', headers: { server: '3' } }, undefined],
    ['what shows both', { body: 'a', headers: { server: '2' } }, undefined],
  ])('%s', (_, given, side) => {
    expect(known && whoAnswered(known, answer(given), digest)).toBe(side);
  });
});

describe('stillDiffers', () => {
  const known = find([{ body: 'a', headers: { server: '1' } }], [{ body: 'b', headers: { server: '2' } }]);
  const now = (blue: Partial<Answered>[], green: Partial<Answered>[]) =>
    known && stillDiffers(known, { blue: blue.map(answer), green: green.map(answer) }, digest);
  test('leaves out what has changed on either side', () => {
    const found = now([{ body: 'later', headers: { server: '1' } }], [{ body: 'b', headers: { server: '2' } }]);
    expect(found?.features.map(({ feature }) => feature)).toEqual(['server']);
  });
  test('nothing if all has changed, or a side does not answer', () => {
    expect(now([{ body: 'x' }], [{ body: 'b', headers: { server: '2' } }])).toBeUndefined();
    expect(now([{ body: 'a', headers: { server: '1' } }], [])).toBeUndefined();
  });
});
