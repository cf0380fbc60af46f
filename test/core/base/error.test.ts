import { expect, test } from 'vitest';
import { GreenpathError, messageOf } from '../../../src/core/base/error.ts';

test('a GreenpathError says what failed, what to do next, and why', () => {
  const cause = new Error('deep');
  const problems = [{ text: 'x', place: { file: 'a.yaml', line: 1 } }];
  const error = new GreenpathError('route', 'what', 'next', { problems, cause });
  expect(error).toBeInstanceOf(Error);
  expect([error.name, error.code, error.message, error.next]).toEqual(['GreenpathError', 'route', 'what', 'next']);
  expect(error.problems).toEqual(problems);
  expect(error.cause).toBe(cause);
  expect(new GreenpathError('route', 'what', 'next').problems).toEqual([]);
});

test.each<[unknown, string]>([
  [new Error('text'), 'text'],
  ['text', 'text'],
  [undefined, 'undefined'],
  [7, '7'],
])('messageOf %s', (thrown, text) => {
  expect(messageOf(thrown)).toBe(text);
});
