import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  canonical,
  isObject,
  isSameJson,
  type Json,
  numberAt,
  objectAt,
  objectsAt,
  textAt,
  textsOf,
} from '../../../src/core/base/json.ts';

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

describe('two values are the same as JSON', () => {
  test.each<[Json, Json, boolean]>([
    [0, -0, true],
    [[{ a: -0 }], [{ a: 0 }], true],
    [{ a: 1, b: 2 }, { b: 2, a: 1 }, true],
    [{ a: null }, { b: null }, false],
    [{ a: null }, {}, false],
    [{}, { a: null }, false],
    [[1], [1, 2], false],
    [[1, 2], [2, 1], false],
    [[], {}, false],
    [{}, [], false],
    [{ 0: 1 }, [1], false],
    [null, {}, false],
    ['1', 1, false],
    [0, false, false],
    [JSON.parse('{"__proto__": 1}'), JSON.parse('{"__proto__": 1}'), true],
    [JSON.parse('{"__proto__": {}}'), {}, false],
    [{ toString: 'a' }, {}, false],
    [{}, { toString: 'a' }, false],
  ])('%j and %j: %s', (one, other, expected) => {
    expect(isSameJson(one, other)).toBe(expected);
    expect(isSameJson(other, one)).toBe(expected);
  });

  test('where their text with sorted keys is the same', () => {
    const two = fc.array(fc.jsonValue({ maxDepth: 2 }), { minLength: 2, maxLength: 2 });
    fc.assert(
      fc.property(two, ([one, other]) => {
        expect(isSameJson(one as Json, other as Json)).toBe(canonical(one) === canonical(other));
        expect(isSameJson(one as Json, JSON.parse(canonical(one)))).toBe(true);
      }),
    );
  });
});
