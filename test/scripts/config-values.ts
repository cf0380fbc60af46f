import type { JsonSchema } from '@valibot/to-json-schema';
import fc from 'fast-check';

/** Configs that a JSON Schema allows, and some that it does not. */

/** Texts for settings without a pattern, and for expressions. */
const TEXTS = ['a', '', 'none', 'off', '{revision}', '{env.TOKEN}', '$.a', '$..b[0]', '^a+$', '(', 'e2e', '../x', '5s'];
const WRONG = [null, 7, -1, 1.5, true, '', 'x', '2m', '200', [], ['x'], {}, { x: 1 }];

/** How many values of 20 are none that the schema allows. */
const SHARE = 1;

/** Values of which most are as `schema` says. */
export function valuesOf(schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> {
  const right = allowed(schema, root);
  const wrong = fc.constantFrom<unknown>(...WRONG);
  return fc.oneof({ arbitrary: right, weight: 20 - SHARE }, { arbitrary: wrong, weight: SHARE });
}

function allowed(schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> {
  const { $ref, anyOf, then, else: rest, enum: words, type, pattern } = schema;
  if ($ref !== undefined) return allowed(definitionOf($ref, root), root);
  if (then !== undefined) return fc.oneof(...[then, rest ?? {}].map((one) => allowed(one as JsonSchema, root)));
  if (schema.const !== undefined) return fc.constant(schema.const);
  if (words !== undefined) return fc.constantFrom<unknown>(...words);
  if (type === 'object') return map(schema, root);
  if (anyOf !== undefined) return fc.oneof(...anyOf.map((one) => allowed(one as JsonSchema, root)));
  if (type === 'array') return list(schema, root);
  if (type === 'boolean') return fc.boolean();
  if (type === 'integer') return fc.integer({ min: schema.minimum ?? -5, max: schema.maximum ?? 5 });
  if (type === 'number') return fc.double({ noNaN: true, noDefaultInfinity: true });
  if (type !== 'string') return fc.constantFrom<unknown>('ok', 3, true, null, ['a', { b: 1 }]);
  if (pattern === undefined || schema.format !== undefined) return fc.constantFrom(...TEXTS);
  return fc.stringMatching(new RegExp(pattern), { size: 'xsmall' });
}

function definitionOf(ref: string, root: JsonSchema): JsonSchema {
  return (root.definitions as Record<string, JsonSchema>)[ref.replace('#/definitions/', '')] ?? {};
}

function list({ items = {}, minItems = 0 }: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> {
  return fc.array(valuesOf(items as JsonSchema, root), { minLength: minItems, maxLength: 2 });
}

function map(schema: JsonSchema, root: JsonSchema): fc.Arbitrary<unknown> {
  const { properties = {}, required = [], additionalProperties: more, propertyNames } = schema;
  if (typeof more === 'object') {
    const { pattern } = (propertyNames ?? {}) as JsonSchema;
    const key = pattern === undefined ? fc.constantFrom('a', 'b.c/d') : fc.stringMatching(new RegExp(pattern));
    return fc.dictionary(key, valuesOf(more, root), { minKeys: schema.minProperties ?? 0, maxKeys: 2 });
  }
  const entries = Object.entries(properties).map(([name, one]) => [name, valuesOf(one as JsonSchema, root)] as const);
  const optional = Object.keys(properties).filter((name) => !required.includes(name));
  const some = fc.subarray(optional, { maxLength: Math.min(4, optional.length) });
  const all = fc.record(Object.fromEntries(entries));
  return fc.tuple(some, all).map(([kept, given]) => {
    const names = [...required, ...kept];
    return Object.fromEntries(Object.entries(given as object).filter(([name]) => names.includes(name)));
  });
}
