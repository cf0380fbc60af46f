import { expect, test } from 'vitest';
import { AttemptLog, spanText } from '../../../src/core/checks/attempts.ts';
import { attemptLines } from '../../../src/core/checks/failed-check.ts';

/** Attempts as people read them. */

function logOf(...attempts: readonly (readonly [number, number, string])[]): AttemptLog {
  const log = new AttemptLog();
  for (const [at, ms, how] of attempts) log.note({ at, ms, how });
  return log;
}

test('those in a row that ended alike are one line', () => {
  const { spans } = logOf([0, 2, 'x'], [200, 9, 'x'], [4_000, 5, 'x'], [5_000, 7, 'passed'], [6_000, 30, 'y']);
  expect(spans.map((span) => spanText(span))).toEqual([
    'attempts 1–3, 0 ms to 4.0 s (2 ms to 9 ms each): x',
    'attempt 4, after 5.0 s (7 ms): passed',
    'attempt 5, after 6.0 s (30 ms): y',
  ]);
});

test('what was said before is not said again', () => {
  const [span] = logOf([0, 2, 'x'], [200, 2, 'x']).spans;
  expect(span && spanText(span, 'x')).toBe('attempts 1–2, 0 ms to 202 ms (2 ms each)');
});

test('of very many only the last are kept, and how many there were before is said', () => {
  const log = logOf(...Array.from({ length: 1_000 }, (_, index) => [index, 1, `x${index}`] as const));
  expect(log.spans.map(({ first }) => first)).toEqual([991, 992, 993, 994, 995, 996, 997, 998, 999, 1_000]);
  const lines = attemptLines({ title: 'a', reason: 'x', attempts: [{ place: '', spans: log.spans }], since: 0 });
  expect(lines[0]).toBe('990 earlier attempts');
});

test('several places are told apart', () => {
  const attempts = ['1.1.1.1:80', '1.1.1.2:80'].map((place) => ({ place, spans: logOf([0, 1, 'x']).spans }));
  expect(attemptLines({ title: 'a', reason: 'x', attempts, since: 0 })).toEqual([
    '1.1.1.1:80: attempt 1, after 0 ms (1 ms): x',
    '1.1.1.2:80: attempt 1, after 0 ms (1 ms): x',
  ]);
});
