import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/core/base/duration.ts';

describe('parseDuration', () => {
  test.each([
    ['500ms', 500],
    ['30s', 30_000],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['1m30s', 90_000],
    ['1h2m3s4ms', 3_723_004],
    ['720h', 2_592_000_000],
  ])('%s is %i ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '30', 's', '0s', '-1s', '1.5s', '1 s', '1d', '1S', ' 1s', '1s\n', `${'9'.repeat(20)}h`])(
    '%j is no duration',
    (text) => {
      expect(parseDuration(text)).toBeUndefined();
    },
  );

  test('gives a positive whole number or nothing, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^(\d{1,18}(ms|s|m|h)){1,3}$/)), (text) => {
        const ms = parseDuration(text);
        if (ms !== undefined) {
          expect(Number.isSafeInteger(ms)).toBe(true);
          expect(ms).toBeGreaterThan(0);
        }
      }),
    );
  });
});

describe('formatDuration', () => {
  test.each([
    [7, '7 ms'],
    [1_400, '1.4 s'],
    [60_000, '1 min 0 s'],
    [125_000, '2 min 5 s'],
  ])('%i ms is %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });

  test('never says 60 seconds or 1000 milliseconds', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.constantFrom(999.7, 59_970, 119_700), fc.double({ min: 0, max: 4e6, noNaN: true })),
        (ms) => {
          const text = formatDuration(ms);
          expect(text).not.toMatch(/(^|\s)(60(\.0)? s|1000 ms)$/);
        },
      ),
    );
  });

  test('what it says is what it was given, rounded', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (ms) => {
        const [, minutes = '0', seconds = '0'] = /^(?:(\d+) min )?([\d.]+) m?s$/.exec(formatDuration(ms)) ?? [];
        const unit = ms < 1_000 ? 1 : 1_000;
        expect(Math.abs(Number(minutes) * 60_000 + Number(seconds) * unit - ms)).toBeLessThanOrEqual(500);
      }),
    );
  });
});
