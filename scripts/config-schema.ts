import { type ConversionConfig, type JsonSchema, toJsonSchema } from '@valibot/to-json-schema';
import type * as v from 'valibot';
import { CHECK_KINDS, checksSchema } from '../src/checks/registry.ts';
import { configSchema } from '../src/core/base/config.ts';
import { isObject } from '../src/core/base/json.ts';
import { ROUTER_NAMES } from '../src/routes/registry.ts';
import { CHECK_WORDS } from './check-words.ts';
import { CHECKS_ABOUT, CONFIG_WORDS, type Words } from './config-words.ts';

/**
 * The JSON Schema of the config, for editors. It is made from the schema by which Greenpath reads the config, and from
 * descriptions that are no part of the action.
 */

/** Where editors find it. */
export const SCHEMA_URL = 'https://raw.githubusercontent.com/greenpath/greenpath/v1/docs/config.schema.json';
const DOCS = 'https://github.com/greenpath/greenpath/blob/v1/docs/config.md';

/** Rules in code: test/scripts/config-schema.test.ts says which they are. */
const CODE_ACTIONS = ['check', 'raw_check'];

const CONVERSION: ConversionConfig = {
  typeMode: 'input',
  ignoreActions: CODE_ACTIONS,
  overrideSchema: ({ valibotSchema }) => (valibotSchema.type === 'lazy' ? formsOf(valibotSchema) : undefined),
  overrideAction: ({ valibotAction, jsonSchema }) => {
    if (valibotAction.type !== 'regex') return undefined;
    const { message } = valibotAction as v.RegexAction<string, v.ErrorMessage<v.RegexIssue<string>>>;
    const text = typeof message === 'function' ? message({ input: '' } as v.RegexIssue<string>) : message;
    // What editors say of a text that does not match.
    return { ...jsonSchema, patternErrorMessage: text.replace(/^e/, 'E') } as JsonSchema;
  },
};

/** A setting of which the schema depends on the value: any of the forms that it may have. */
function formsOf(lazy: object): JsonSchema {
  const { forms, getter } = lazy as Partial<ByValue> & v.LazySchema<v.GenericSchema>;
  const schemas = (forms ?? [getter(undefined)]).map(converted);
  const [first = {}] = schemas;
  return schemas.length === 1 ? first : { anyOf: schemas.map(titled) };
}

/** A form of a map with the name by which editors offer it. */
function titled(form: JsonSchema): JsonSchema {
  const [key] = form.required ?? [];
  return key === undefined ? form : { title: `with ${key}`, ...form };
}
interface ByValue {
  readonly forms: readonly v.GenericSchema[];
}

/** Without `$defs`: nothing in the config contains itself. */
function converted(schema: v.GenericSchema): JsonSchema {
  const { $schema: _, $defs: __, ...rest } = toJsonSchema(schema, CONVERSION);
  return rest;
}

/** The JSON Schema of the config. Throws if a setting has no description, or a description no setting. */
export function configJsonSchema(): JsonSchema {
  const { properties = {}, ...rest } = converted(configSchema(checksSchema(CHECK_KINDS), ROUTER_NAMES));
  const faults: string[] = [];
  const { checks, ...others } = properties as Record<string, JsonSchema>;
  const about = { about: 'The config of Greenpath.', ...CONFIG_WORDS };
  const described = withWords({ ...rest, properties: others }, about, [], faults);
  const { items, definitions } = kindsOf(checks?.items as JsonSchema, faults);
  if (faults.length > 0)
    throw new Error(`scripts/config-words.ts and scripts/check-words.ts describe the config: ${faults.join('; ')}`);
  const all = { ...described.properties, checks: { title: 'checks', description: CHECKS_ABOUT, ...checks, items } };
  const inOrder = Object.keys(properties).map((name) => [name, linked(all[name as 'checks'] as JsonSchema, name)]);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: SCHEMA_URL,
    ...described,
    properties: Object.fromEntries(inOrder),
    definitions,
  } as JsonSchema;
}

/**
 * The kinds of checks, each by itself. What a check has decides which kind is meant: with `anyOf`, editors would guess it,
 * and say of the first kind what it lacks.
 */
function kindsOf(items: JsonSchema, faults: string[]): { readonly items: JsonSchema; readonly definitions: object } {
  const kinds = CHECK_KINDS.map(({ key, about, example }, index): [string, JsonSchema] => {
    const branch = items.anyOf?.[index] as JsonSchema;
    const described = withWords(branch, { about, ...CHECK_WORDS[key] }, ['checks', key], faults);
    return [key, { ...linked(described, key), examples: [example] } as JsonSchema];
  });
  const refs = kinds.map(([key]) => ({ key, ref: { $ref: `#/definitions/${key}` } }));
  const chosen = refs.reduceRight<JsonSchema>(
    // Not as a literal: an object with `then` looks like a promise.
    (rest, { key, ref }) =>
      Object.fromEntries([
        ['if', { type: 'object', required: [key] }],
        ['then', ref],
        ['else', rest],
      ]),
    { anyOf: refs.map(({ ref }) => ref) },
  );
  return { items: chosen, definitions: Object.fromEntries(kinds) };
}

/** With a link to what the docs say of it, for editors that show Markdown. */
function linked(schema: JsonSchema, anchor: string): JsonSchema {
  const { description = '' } = schema;
  return { ...schema, markdownDescription: `${description}\n\n[More](${DOCS}#${anchor})` } as JsonSchema;
}

/** A schema with titles and descriptions of all settings in it. */
function withWords(schema: JsonSchema, words: Words, path: readonly string[], faults: string[]): JsonSchema {
  const { about, ...inside } = typeof words === 'string' ? { about: words } : words;
  const used = new Set<string>();
  const described = within(schema, (setting, name) => {
    used.add(name);
    const own = (inside as Readonly<Record<string, Words>>)[name];
    if (own !== undefined) return withWords(setting, own, [...path, name], faults);
    faults.push(`${[...path, name].join('.')} has no description`);
    return setting;
  });
  const unused = Object.keys(inside).filter((name) => !used.has(name));
  faults.push(...unused.map((name) => `${[...path, name].join('.')} is described, and does not exist`));
  return { title: path.join('.') || 'Greenpath', description: about, ...described };
}

/** A schema with `change` made to each setting in it, in whatever form of it, and without empty defaults. */
function within(schema: JsonSchema, change: (setting: JsonSchema, name: string) => JsonSchema): JsonSchema {
  const inner = (one: unknown) => (isObject(one) ? within(one as JsonSchema, change) : one);
  const entries = Object.entries(schema).flatMap(([key, value]): [string, unknown][] => {
    if (key === 'properties') {
      const settings = Object.entries(value as Record<string, JsonSchema>);
      return [[key, Object.fromEntries(settings.map(([name, one]) => [name, change(one, name)]))]];
    }
    if (key === 'anyOf') return [[key, (value as unknown[]).map(inner)]];
    if (key === 'items' || key === 'additionalProperties') return [[key, inner(value)]];
    if (key === 'default' && isObject(value) && Object.keys(value).length === 0) return [];
    if (key === 'required' && Array.isArray(value) && value.length === 0) return [];
    return [[key, value]];
  });
  return Object.fromEntries(entries) as JsonSchema;
}
