import { once } from 'node:events';
import { connect, type LookupFunction } from 'node:net';
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
  [
    new AggregateError([new Error('no way to ::1'), new Error('refused by 127.0.0.1')]),
    'no way to ::1; refused by 127.0.0.1',
  ],
  [new AggregateError([new Error('deep')], 'all failed'), 'all failed'],
  [new AggregateError([]), 'AggregateError'],
  [new RangeError(), 'RangeError'],
])('messageOf %s', (thrown, text) => {
  expect(messageOf(thrown)).toBe(text);
});

test('messageOf tells why no address of a name takes a connection', async () => {
  const lookup: LookupFunction = (_, __, found) =>
    found(null, [
      { address: '127.0.0.1', family: 4 },
      { address: '127.0.0.2', family: 4 },
    ]);
  const [error] = await once(connect({ host: 'two.test', port: 1, lookup, autoSelectFamily: true }), 'close').catch(
    (thrown: unknown) => [thrown],
  );
  expect(error).toBeInstanceOf(AggregateError);
  expect(messageOf(error)).toBe('connect ECONNREFUSED 127.0.0.1:1; connect ECONNREFUSED 127.0.0.2:1');
});
