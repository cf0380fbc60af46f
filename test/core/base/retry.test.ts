import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pauseBeforeRetry, type RequestKind, type TryEnd } from '../../../src/core/base/retry.ts';

const READ: RequestKind = { for: 'read', idempotent: true };
const DRY: RequestKind = { for: 'dry-run', idempotent: true };
const APPLY: RequestKind = { for: 'write', idempotent: true };
const SWITCH: RequestKind = { for: 'write', idempotent: false };
const answered = (status: number, words = '', retryAfter = 0): TryEnd => ({
  kind: 'answered',
  status,
  words,
  retryAfter,
});
const UNASKED = answered(500, 'Internal error occurred: failed calling webhook "a.b": connection refused');
const LATE = answered(500, 'Internal error occurred: failed calling webhook "a.b": context deadline exceeded');
const SCHEMA = answered(500, 'failed to create typed patch object (x): .spec.foo: field not declared in schema');

/** Until how many seconds after it was first sent it is sent again; 0 if it is not. */
function triedFor(end: TryEnd, asked: RequestKind): number {
  const again = (elapsed: number) =>
    pauseBeforeRetry(end, asked, { attempt: 1, elapsed: elapsed * 1_000, chance: 0.5 }) !== undefined;
  const seconds = Array.from({ length: 100 }, (_, index) => index);
  return seconds.find((second) => !again(second)) ?? Number.POSITIVE_INFINITY;
}

describe('how long a request is sent again', () => {
  test.each<[string, TryEnd, RequestKind, number]>([
    ['what was not sent: a read', { kind: 'not-sent' }, READ, 10],
    ['what was not sent: a dry run', { kind: 'not-sent' }, DRY, 10],
    ['what was not sent: the switch', { kind: 'not-sent' }, SWITCH, 10],
    ['a lost answer: a read', { kind: 'lost' }, READ, 10],
    ['a lost answer: an apply', { kind: 'lost' }, APPLY, 10],
    ['a lost answer: the switch may have been done', { kind: 'lost' }, SWITCH, 0],
    ['silence: a read', { kind: 'silent' }, READ, 40],
    ['silence: an apply', { kind: 'silent' }, APPLY, 40],
    ['silence: a dry run fails at once', { kind: 'silent' }, DRY, 0],
    ['silence: the switch may have been done', { kind: 'silent' }, SWITCH, 0],
    ['503: a read', answered(503), READ, 10],
    ['503: an apply', answered(503), APPLY, 10],
    ['503: the switch may have been done', answered(503), SWITCH, 0],
    ['429: nothing was done', answered(429), SWITCH, 30],
    ['a webhook that is not there: nothing was done', UNASKED, SWITCH, 10],
    ['a webhook that is too slow would be again', LATE, DRY, 0],
    ['a webhook that is too slow: the switch', LATE, SWITCH, 0],
    ['a server that is too slow: a write', answered(504), APPLY, 0],
    ['a server that is too slow: a read', answered(504), READ, 10],
    ['what the schema refuses will be refused again', SCHEMA, APPLY, 0],
    ['an answer', answered(200), READ, 0],
    ['a refusal', answered(422), APPLY, 0],
  ])('%s', (_, end, asked, seconds) => expect(triedFor(end, asked)).toBe(seconds));
});

test('pauses grow up to 3 s, and are not shorter than the server asks for', () => {
  const pause = (attempt: number, chance: number, end: TryEnd = { kind: 'lost' }) =>
    pauseBeforeRetry(end, READ, { attempt, elapsed: 0, chance });
  expect(pause(1, 0)).toBe(100);
  expect(pause(1, 1)).toBe(300);
  expect(pause(3, 0.5)).toBe(800);
  expect(pause(1, 0, answered(429, '', 5_000))).toBe(5_000);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 60 }), fc.double({ min: 0, max: 1, noNaN: true }), (attempt, chance) => {
      expect(pause(attempt, chance)).toBeLessThanOrEqual(3_000);
    }),
  );
});
