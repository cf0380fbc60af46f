import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { canonical, isObject, numberAt, objectAt, objectsAt, textAt, textsOf } from '../../../src/core/base/json.ts';

const VALUE = { a: { b: 'text', n: 7, list: [{ x: 1 }, null, 'y', [{ z: 1 }]], none: null } };

describe('reading what nothing is known of', () => {
  test('finds what is there', () => {
    expect(objectAt(VALUE, 'a')).toBe(VALUE.a);
    expect(textAt(VALUE, 'a', 'b')).toBe('text');
    expect(numberAt(VALUE, 'a', 'n')).toBe(7);
    expect(objectsAt(VALUE, 'a', 'list')).toEqual([{ x: 1 }]);
  });

  test('is empty where nothing, or something else, is there', () => {
    expect(objectAt(VALUE, 'a', 'b')).toEqual({});
    expect(objectAt(VALUE, 'a', 'list')).toEqual({});
    expect(objectAt(undefined, 'a')).toEqual({});
    expect(textAt(VALUE, 'a', 'n')).toBeUndefined();
    expect(numberAt(VALUE, 'a', 'b')).toBeUndefined();
    expect(objectsAt(VALUE, 'a')).toEqual([]);
    expect(textsOf({ a: 'x', b: 1, c: null })).toEqual({ a: 'x' });
    expect(textsOf(null)).toEqual({});
  });

  test('does not find what every object inherits', () => {
    for (const key of ['constructor', 'toString', '__proto__']) {
      expect(textAt(VALUE, key, 'name')).toBeUndefined();
      expect(objectAt(VALUE, key)).toEqual({});
    }
  });

  test('an object that is not there is not part of the value', () => {
    const value = {};
    objectAt(value, 'spec').x = 1;
    expect(value).toEqual({});
  });

  test('never throws', () => {
    const path = fc.array(fc.constantFrom('a', 'b', '__proto__', 'length', '0'), { maxLength: 4 });
    fc.assert(
      fc.property(fc.anything(), path, (value, keys) => {
        expect(isObject(objectAt(value, ...keys))).toBe(true);
        expect(objectsAt(value, ...keys).every(isObject)).toBe(true);
      }),
    );
  });
});

describe('canonical', () => {
  /** The same value with the keys of every object the other way round. */
  function reversed(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(reversed);
    if (!isObject(value)) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, item]) => [key, reversed(item)]),
    );
  }

  test('is JSON of the same value', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(canonical(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  test('does not depend on the order of keys', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(canonical(reversed(value))).toBe(canonical(value));
      }),
    );
  });

  test('depends on the order of a list, and on every value', () => {
    expect(canonical([1, 2])).not.toBe(canonical([2, 1]));
    expect(canonical({ a: 1 })).not.toBe(canonical({ a: '1' }));
    expect(canonical({ a: { b: 1 } })).not.toBe(canonical({ a: {}, b: 1 }));
  });
});
