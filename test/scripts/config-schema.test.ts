import { globSync, readFileSync } from 'node:fs';
import { Ajv } from 'ajv';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { configJsonSchema, SCHEMA_URL } from '../../scripts/config-schema.ts';
import { parseConfig } from '../../src/checks/config.ts';
import { withFiles } from '../../src/checks/registry.ts';
import { isObject, type Json } from '../../src/core/base/json.ts';
import { ROUTER_NAMES } from '../../src/routes/registry.ts';
import { jobsOf, snippetsOf, type Workflow, wholeWorkflow } from '../repository/files.ts';
import { valuesOf } from './config-values.ts';

/** The JSON Schema of the config says what the code says, as far as JSON Schema can say it. */

const schema = configJsonSchema();
const compiles = (source: string) => {
  try {
    return new RegExp(source) instanceof RegExp;
  } catch {
    return false;
  }
};
const validate = new Ajv({ strict: false, allErrors: false, formats: { regex: compiles } }).compile(schema as object);
const SETTINGS = Object.keys(schema.properties ?? {});

/** Rules that are code alone, each with a config that only breaks this one, and the end of the message. */
const UNSAID: readonly (readonly [string, string, RegExp])[] = [
  ['a JSONPath', 'checks: [{request: GET /, expect: {body: {json: {"$.a[": 1}}}}]', /expected a JSONPath/],
  [
    'an absence without comparisons',
    'checks: [{request: GET /, expect: {body: {json: {$.a: {absent: true, equals: 5}}}}}]',
    /expected absent alone/,
  ],
  [
    'a range in order',
    'checks: [{request: GET /, expect: {status: 299-200}}]',
    / is "([^"]* )?\d{3}-\d{3}": expected a status/,
  ],
  ['a path without a secret', 'checks: ["GET /?t={env.TOKEN}"]', /expected no \{env\.NAME\} in the path/],
  ['a header that others send', 'preview: {header: {name: Cookie}}', /expected a header that no visitor sends/],
  ['an identity without a secret', 'identity: {matches: "{revision}{env.A}"}', /expected no \{env\.NAME\}, which only/],
  ['a header of the connection', 'requests: {headers: {Host: a}}', /Greenpath sets this one itself$/],
  ['a secret header', 'requests: {headers: {Authorization: a}}', /headers\.(proxy-)?authorization is a fixed text/i],
  ['a header for a secret', 'requests: {headers: {X-Api-Key: a}}', /headers\.x-api-key is a fixed text/i],
  [
    'a comparison of two versions',
    'checks: [{prometheus: up, url: "http://a", at-most: 1, compare: previous}]',
    /expected \{revision\} in what is asked/,
  ],
  [
    'a floor without a comparison',
    'checks: [{prometheus: up, url: "http://a", at-most: 1, floor: 1}]',
    /expected compare: previous beside floor/,
  ],
  ['the header of the preview', 'requests: {headers: {X-Preview: a}}', /this one leads to the preview$/],
  ['a revision of all requests', 'requests: {headers: {A: "{revision}"}}', /expected no \{revision\}: these requests/],
  ['a folder below', 'checks: [{command: x, folder: ../y}]', /expected a folder below the working directory/],
  [
    'a page that no GET gets',
    'checks: [{request: HEAD /, page: true}]',
    /page: true needs a GET, since only that gets a page$/,
  ],
  ['a number of JSON', 'checks: [{request: GET /, query: {a: .nan}}]', /is NaN: expected a text, a number/],
  [
    'names of JavaScript',
    'checks: [{request: GET /, query: {constructor: a}}]',
    /none of which can be called constructor$/,
  ],
  ['a port', 'addresses: ["a:99999"]', / is "[^"]*:\d{1,5}\/?": expected host:port/],
  [
    'an address',
    'checks: [{prometheus: up, url: "https://a:b@c", above: 1}]',
    / is "(GET |POST )?https?:[^"]*": expected an address/i,
  ],
  [
    'a bake for what runs there alone',
    'checks: [{command: x, at: bake}]',
    /expected a bake in the config that it runs in/,
  ],
  ['a pace where it runs', 'checks: [{command: x, every: 5s}]', /expected at: bake beside it/],
  ['a bake with a check', '{checks: [{job: x}], bake: {for: 1m}}', /^bake: expected a check that runs in it/],
  ['certificates', 'ca: x', /expected certificates in PEM form/],
  ['a duration that a number can hold', 'drain: 9007199254740993h', /expected a shorter duration$/],
];

/** What the code says of a config, as it is after the files that it names were read. */
function problemsOf(value: unknown): string[] {
  const read = () => Buffer.from('content');
  const given = isObject(value)
    ? { ...value, ...('checks' in value && { checks: withFiles(value.checks as Json, read) }) }
    : value;
  const parsed = parseConfig(given, ROUTER_NAMES);
  return 'problems' in parsed ? parsed.problems : [];
}

/** Whether schema and code agree on a config, or differ by a rule that is code alone. */
function disagreement(value: unknown): string | undefined {
  const problems = problemsOf(value);
  const isValid = validate(value);
  if (isValid === (problems.length === 0)) return undefined;
  if (!isValid) return `the code accepts it; the schema: ${JSON.stringify(validate.errors)}`;
  const said = problems.filter((problem) => !UNSAID.some(([, , message]) => message.test(problem)));
  return said.length === 0 ? undefined : `the schema accepts it; the code: ${said.join('; ')}`;
}

/** The configs in a text: maps of which every key is a setting. */
function configsIn(texts: readonly string[]): [string, unknown][] {
  return texts.flatMap((text): [string, unknown][] => {
    try {
      const value = load(text);
      const keys = isObject(value) ? Object.keys(value) : [];
      return keys.length > 0 && keys.every((key) => SETTINGS.includes(key)) ? [[text, value]] : [];
    } catch {
      return [];
    }
  });
}

describe('what people copy from the docs is valid', () => {
  const pages = ['README.md', ...globSync('{docs,examples}/**/*.md')];
  const texts = pages.map((page) => readFileSync(page, 'utf8'));
  const steps = pages.flatMap((page) =>
    snippetsOf(page).flatMap((text) =>
      jobsOf({ [page]: load(wholeWorkflow(text)) as Workflow }).flatMap(([, { with: own, steps: all = [] }]) =>
        [own, ...all.map((step) => step.with)].map((given) => String(given?.config ?? '')),
      ),
    ),
  );
  const blocks = texts.flatMap((text) =>
    [...text.matchAll(/^ *```ya?ml\n([\s\S]*?)^ *```$/gm)].map(([, one = '']) => one),
  );
  const inline = texts.flatMap((text) => [...text.matchAll(/`config: '([^'`]+)'`/g)].map(([, one = '']) => one));
  const files = globSync('examples/**/greenpath.yaml').map((file) => readFileSync(file, 'utf8'));
  const configs = configsIn([...steps, ...blocks, ...inline, ...files]);

  test('there are many of them, and each is valid to both', () => {
    expect(configs.length).toBeGreaterThan(10);
    for (const [text, value] of configs) {
      expect([validate(value), validate.errors], text).toEqual([true, null]);
      expect(problemsOf(value), text).toEqual([]);
    }
  });
});

test('each config in a test is valid exactly if the code accepts it', () => {
  const literals = globSync('test/**/*.ts').flatMap((file) =>
    [...readFileSync(file, 'utf8').matchAll(/'((?:[^'\\\n]|\\n)+)'|`([^`$\\]+)`/g)].map(([, one, other = '']) =>
      (one ?? other).replaceAll('\\n', '\n'),
    ),
  );
  const configs = configsIn(literals);
  expect(configs.length).toBeGreaterThan(100);
  for (const [text, value] of configs) expect(disagreement(value), text).toBeUndefined();
});

test.each(UNSAID)('JSON Schema does not say %s', (_, text, message) => {
  const value = load(text);
  expect([validate(value), validate.errors]).toEqual([true, null]);
  const [problem = '', ...more] = problemsOf(value);
  expect(problem).toMatch(message);
  expect(more).toEqual([]);
});

test('what the schema accepts the code accepts, and the other way round', () => {
  // An empty file is a config without settings to the code.
  const configs = valuesOf(schema, schema).filter((value) => value !== null);
  const valid = { config: 0, refused: 0 };
  fc.assert(
    fc.property(configs, (value) => {
      valid[validate(value) ? 'config' : 'refused'] += 1;
      expect(disagreement(value)).toBeUndefined();
    }),
    { numRuns: 1_000 },
  );
  // Otherwise the property would say little.
  expect(valid.config).toBeGreaterThan(50);
  expect(valid.refused).toBeGreaterThan(50);
});

test('every setting has a description, and the link of the docs is that of the schema', () => {
  const texts = JSON.stringify(schema);
  expect(texts).not.toContain('"description":""');
  expect(readFileSync('docs/config.md', 'utf8')).toContain(`# yaml-language-server: $schema=${SCHEMA_URL}`);
});

test.each(['{json: {$.a: {}}}', '{contains: ""}', '{contains: []}', '{matches: ""}', '{matches: []}'])(
  'a body of which nothing is expected is refused by both: %s',
  (body) => {
    const value = load(`checks: [{request: GET /, expect: {body: ${body}}}]`);
    expect([validate(value), problemsOf(value).length]).toEqual([false, 1]);
  },
);
