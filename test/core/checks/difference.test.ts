import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  asksGreenFirst,
  Contrast,
  type Difference,
  differenceText,
  reversed,
  stillDiffers,
  unpreviewed,
  whoAnswered,
} from '../../../src/core/checks/difference.ts';
import type { Answered } from '../../../src/core/checks/expect.ts';
import { compared, NOISE, type Noise, OF_PODS, PLACES, Version, World } from './noise.ts';

const answer = (more: Partial<Answered> = {}): Answered => ({ status: 200, headers: {}, body: '', ...more });
const find = (blue: Partial<Answered>[], green: Partial<Answered>[], before: Partial<Answered>[] = []) => {
  const contrast = new Contrast(PLACES);
  contrast.add({ blue: blue.map(answer), green: green.map(answer) });
  return contrast.difference(
    '/x',
    before.map((one) => unpreviewed('/x', answer(one), PLACES).answer),
  );
};

describe('what distinguishes versions', () => {
  test.each<[string, Partial<Answered>[], Partial<Answered>[], string]>([
    ['a word', [{ body: 'shop v1' }, { body: 'shop v1' }], [{ body: 'shop v2' }], '1 word of GET /x'],
    ['a word among others that vary', [{ body: 'v1 a' }, { body: 'v1 b' }], [{ body: 'v2 a' }], '1 word of GET /x'],
    ['a file of a build', [{ body: 'src="/app.3fa9.js"' }], [{ body: 'src="/green/app.77c0.js"' }], '1 word of GET /x'],
    ['the number of a build', [{ body: '{"build":1045}' }], [{ body: '{"build":1046}' }], '1 word of GET /x'],
    ['a version of three parts', [{ body: 'on 1.24.0' }], [{ body: 'on 1.25.0' }], '1 word of GET /x'],
    [
      'a tag, though the bodies vary',
      [
        { body: 'a', headers: { etag: 'x' } },
        { body: 'b', headers: { etag: 'x' } },
      ],
      [{ headers: { etag: 'y' } }],
      'header etag of GET /x',
    ],
    ['a header that only green has', [{}], [{ headers: { 'x-app-version': '7' } }], 'header x-app-version of GET /x'],
    ['the status, if both are successes', [{ status: 200 }], [{ status: 204 }], 'status of GET /x'],
    [
      'all of these',
      [{ body: 'old', headers: { server: '1' } }],
      [{ body: 'new words', headers: { server: '2' } }],
      'header server and 2 words of GET /x',
    ],
  ])('%s', (_, blue, green, text) => {
    const found = find(blue, green);
    expect(found && differenceText(found)).toBe(text);
  });

  test.each<[string, Partial<Answered>[], Partial<Answered>[], Partial<Answered>[]?]>([
    ['they are the same', [{ body: 'a' }], [{ body: 'a' }]],
    ["green's answers vary, as a clock does", [{ body: 'a' }], [{ body: 'b' }, { body: 'c' }]],
    ['blue gave it too, once', [{ body: 'a' }, { body: 'b' }], [{ body: 'b' }, { body: 'b' }]],
    ['green only lacks something, as an error page would', [{ body: 'a b' }], [{ body: 'a' }]],
    ['green only lacks a tag, as an error of the router would', [{ headers: { etag: '1' } }], [{}]],
    ['there is no answer by blue', [], [{ body: 'b' }]],
    ['there is no answer at all', [], []],
    ['the live URL redirects, which the router may do', [{ status: 302, body: 'moved' }], [{ body: 'b' }]],
    [
      'a tag is of a body that names its place',
      [{ headers: { etag: '1' } }],
      [{ body: '/green/', headers: { etag: '2' } }],
    ],
    ['the same where blue names it', [{ body: '/green', headers: { etag: '1' } }], [{ headers: { etag: '2' } }]],
    ['only a number changed', [{ body: '12 pots, 0.15' }], [{ body: '13 pots, 0.22' }]],
    [
      'the preview answered so before it was there: blue gave it',
      [{ body: 'a' }],
      [{ body: 'there is no such page' }],
      [{ body: 'There is no such page, there is' }, { body: 'there is no such page' }],
    ],
  ])('nothing if %s', (_, blue, green, before) => {
    expect(find(blue, green, before)).toBeUndefined();
  });

  test('what was not stored of an answer from before the preview may be anything', () => {
    const large = Array.from({ length: 600 }, (_, index) => `word${index}x`).join(' ');
    expect(find([{ body: 'a' }], [{ body: 'b' }], [{ body: large }])).toBeUndefined();
  });

  test('the words of a page are not stored', () => {
    expect(JSON.stringify(find([{ body: 'alice' }], [{ body: 'bob' }]))).not.toMatch(/alice|bob/);
  });

  test('at most twenty words are, of however many', () => {
    const words = (start: string) => Array.from({ length: 9_000 }, (_, index) => `${start}${index}x`).join(' ');
    expect(find([{ body: words('a') }], [{ body: words('b') }])?.green).toHaveLength(20);
  });
});

describe('a body with too many words', () => {
  const large = (extra = '') => `${Array.from({ length: 12_000 }, (_, index) => `word${index}x`).join(' ')} ${extra}`;
  const by = (server: string, body: string) => ({ body, headers: { server } });

  test('shows none of them, and on neither side', () => {
    expect(find([{ body: large() }], [{ body: large('new') }])).toBeUndefined();
    expect(find([{ body: large() }], [{ body: 'new' }])).toBeUndefined();
    expect(find([{ body: 'old' }], [{ body: large() }])).toBeUndefined();
    expect(find([by('1', large())], [by('2', 'new')])?.green).toEqual(['header server 2']);
    expect(find([{ body: 'a' }], [{ body: 'b' }], [{ body: large() }])).toBeUndefined();
  });

  test('leaves only what else distinguished the versions', () => {
    const known = find([by('1', 'old')], [by('2', 'new')]) as Difference;
    const now = stillDiffers(known, { blue: [answer(by('1', large()))], green: [answer(by('2', 'new'))] });
    expect(now).toMatchObject({ blue: ['header server 1'], green: ['header server 2'] });
    expect(whoAnswered(known, answer(by('2', large())))).toBe('green');
    expect(whoAnswered(known, answer({ body: large() }))).toBeUndefined();
  });
});

test('which side is asked first repeats itself in no rhythm', () => {
  const first = Array.from({ length: 8 }, (_, round) => asksGreenFirst(round));
  expect(first).toEqual([false, true, true, false, true, false, false, true]);
});

const kinds = (noise: Readonly<Record<string, Noise>>) =>
  fc.subarray(Object.keys(noise)).map((names) => names.flatMap((name) => noise[name] ?? []));
const anyNoise = fc.tuple(kinds(NOISE), kinds(OF_PODS), fc.integer(), fc.nat(2)).map(([some, ofPods, seed, more]) => ({
  noise: [...some, ...ofPods],
  seed,
  pods: ofPods.length > 0 ? 2 + more : 1 + more,
}));

describe('among what changes by itself', () => {
  test.each(Object.entries({ ...NOISE, ...OF_PODS }))('%s alone is no difference', (name, noise) => {
    for (let seed = 0; seed < 20; seed += 1) {
      const world = new World(seed);
      const pods = name in OF_PODS ? 2 : 1;
      expect(compared(new Version(world, pods, [noise]), new Version(world, pods, [noise])), `${seed}`).toBeUndefined();
    }
  });

  test('two that differ in nothing else never seem to differ', () => {
    fc.assert(
      fc.property(anyNoise, ({ noise, seed, pods }) => {
        const world = new World(seed);
        expect(compared(new Version(world, pods, noise), new Version(world, pods, noise))).toBeUndefined();
      }),
      { numRuns: 300 },
    );
  });

  test('a version is found, and no later answer is taken for the other one, at the preview or after the switch', () => {
    const says =
      (text: string): Noise =>
      (page) =>
        void page.body.push(`<footer>shop ${text}</footer>`);
    fc.assert(
      fc.property(anyNoise, ({ noise, seed, pods }) => {
        const world = new World(seed);
        const [blue, green] = [
          new Version(world, pods, noise, says('v1')),
          new Version(world, pods, noise, says('v2')),
        ];
        const found = compared(blue, green);
        expect(found).toBeDefined();
        if (found === undefined) return;
        for (let count = 0; count < 10; count += 1) {
          expect(whoAnswered(found, blue.answer({ prefix: '' }))).toBe('blue');
          expect(whoAnswered(found, green.answer({ prefix: '' }))).toBe('green');
        }
      }),
      { numRuns: 200 },
    );
  });
});

const BOTH = find(
  [{ body: 'old', headers: { server: '1' } }],
  [{ body: 'new', headers: { server: '2' } }],
) as Difference;

describe('whoAnswered', () => {
  test.each<[string, Partial<Answered>, string | undefined]>([
    ['a page that changed since, from the same server', { body: 'later', headers: { server: '2' } }, 'green'],
    ['what neither gave', { body: 'c', headers: { server: '3' } }, undefined],
    ['what shows both', { body: 'old', headers: { server: '2' } }, undefined],
  ])('%s', (_, given, side) => {
    expect(whoAnswered(BOTH, answer(given))).toBe(side);
  });

  test('knows the sides in the other direction too, unless nothing shows the one to go back to', () => {
    const back = reversed(BOTH);
    expect(back && whoAnswered(back, answer({ body: 'old' }))).toBe('green');
    expect(reversed({ ...BOTH, blue: [] })).toBeUndefined();
  });
});

describe('stillDiffers', () => {
  const now = (blue: Partial<Answered>[], green: Partial<Answered>[]) =>
    stillDiffers(BOTH, { blue: blue.map(answer), green: green.map(answer) });
  test('leaves out what has changed on either side', () => {
    const found = now([{ body: 'later', headers: { server: '1' } }], [{ body: 'later', headers: { server: '2' } }]);
    expect(found).toMatchObject({ blue: ['header server 1'], green: ['header server 2'] });
  });
  test('leaves out what the other side shows by now', () => {
    expect(now([{ body: 'new' }], [{ body: 'new', headers: { server: '2' } }])?.green).toEqual(['header server 2']);
  });
  test("nothing if green's answers have changed, or a side does not answer", () => {
    expect(now([{ body: 'old' }], [{ body: 'x' }])).toBeUndefined();
    expect(now([{ body: 'old' }], [])).toBeUndefined();
    expect(now([], [{ body: 'new' }])).toBeUndefined();
  });
});
