import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { inert, oneLine } from '../../src/github/inert.ts';

const ESCAPE = '\u001b';

/** Strings in which what is dangerous is frequent. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '::',
        ':',
        '#',
        '##',
        '[',
        '##[',
        '\n',
        '\r',
        '\r\n',
        ' ',
        '\t',
        '\u2028',
        '\u2029',
        '\u0085',
        '\ufeff',
      ),
      fc.constantFrom(
        ESCAPE,
        `${ESCAPE}[`,
        `${ESCAPE}[0m`,
        `${ESCAPE}]0;`,
        '\u0007',
        '\u009b',
        '\u0000',
        'error',
        'm',
        '$1',
        '$&',
      ),
      fc.string({ unit: 'binary', maxLength: 3 }),
    ),
    { maxLength: 20 },
  )
  .map((parts) => parts.join(''));

function harmless(text: string): void {
  for (const line of text.split('\n')) expect(line.trim().startsWith('::')).toBe(false);
  expect(text).not.toContain('##[');
  expect([...text].filter((one) => one !== '\n' && /\p{Cc}/u.test(one))).toEqual([]);
}

describe('inert', () => {
  test('lets neither a workflow command nor a control character through', () => {
    fc.assert(
      fc.property(hostile, (text) => harmless(inert(text))),
      { numRuns: 2_000 },
    );
  });

  test('changes nothing the second time', () => {
    fc.assert(fc.property(hostile, (text) => inert(inert(text)) === inert(text)));
  });

  test('leaves ordinary text alone', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-zA-Z0-9 .,;/"'()\n]{0,60}$/), (text) => {
        expect(inert(text)).toBe(text);
      }),
    );
  });

  test.each([
    ['::set-output name=x::y', ': :set-output name=x::y'],
    ['  ::error::x', '  : :error::x'],
    ['fine\n\t::stop-commands::x', 'fine\n : :stop-commands::x'],
    ['a::b', 'a::b'],
    ['##[group]x', '# #[group]x'],
    [`${ESCAPE}[31mred${ESCAPE}[0m`, 'red'],
    [`${ESCAPE}[1m::error::x`, ': :error::x'],
    [`#${ESCAPE}[0m#[error]x`, '# #[error]x'],
    ['a\r::error::x', 'a\n: :error::x'],
    ['a\u2028::error::x', 'a ::error::x'],
    ['two\r\nlines', 'two\nlines'],
  ])('%j → %j', (text, safe) => {
    expect(inert(text)).toBe(safe);
  });
});

describe('oneLine', () => {
  test('is one harmless line, whatever the text', () => {
    fc.assert(
      fc.property(hostile, fc.integer({ min: 1, max: 30 }), (text, limit) => {
        const line = oneLine(text, limit);
        expect(line).not.toContain('\n');
        harmless(line);
      }),
      { numRuns: 1_000 },
    );
  });

  test('cuts at the limit and says how much it left out', () => {
    expect(oneLine('x'.repeat(10), 10)).toBe('x'.repeat(10));
    expect(oneLine('x'.repeat(2_600))).toBe(`${'x'.repeat(2_000)}… (600 more characters)`);
    expect(oneLine(' a\nb ', 10)).toBe('a b');
  });
});
