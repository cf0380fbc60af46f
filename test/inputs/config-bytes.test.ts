import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/checks/config.ts';
import { readConfig } from '../../src/inputs/files.ts';
import { InputForm } from '../../src/inputs/form.ts';
import { ROUTER_NAMES } from '../../src/routes/registry.ts';
import { only } from '../core/support.ts';

/** Bytes that nobody wrote as a config by accident: nothing crashes or hangs, and every refusal says where. */

const folder = mkdtempSync(join(tmpdir(), 'greenpath-bytes-'));
const file = join(folder, 'greenpath.yaml');
afterAll(() => rmSync(folder, { recursive: true }));

function read(text: string) {
  const form = new InputForm((name) => (name === 'config' ? text : ''));
  return { ...readConfig(form), problems: form.problems };
}

/** What is said of a config that is wrong in one way. */
function refusal(text: string): string {
  return only(read(text).problems).text;
}

/** Aliases of aliases: 9 of each, so that 12 of them are more values than fit into any memory. */
function bomb(levels: number): string {
  const lists = Array.from({ length: levels }, (_, level) => {
    const items = level === 0 ? 'x' : `*a${level - 1}`;
    return `      a${level}: &a${level} [${Array.from({ length: 9 }, () => items).join(', ')}]\n`;
  });
  return `checks:\n- request: POST /\n  body:\n    json:\n${lists.join('')}`;
}

/** Each list holds the one before it: no line is deep, and the value is. */
function stairs(steps: number): string {
  const lists = Array.from(
    { length: steps },
    (_, step) => `      a${step}: &a${step} [${step > 0 ? `*a${step - 1}` : ''}]\n`,
  );
  return `checks:\n- request: POST /\n  body:\n    json:\n${lists.join('')}`;
}

describe('what YAML can do and a config cannot', () => {
  test.each([
    ['a bomb of aliases', bomb(12), /^input config line 1 is not valid YAML: its aliases expand to too many values$/],
    ['stairs of aliases', stairs(5_000), /^input config line 1 is not valid YAML: its aliases lead too deep$/],
    [
      'an alias of itself',
      'checks: &a [*a]\n',
      /^input config line 1 is not valid YAML: an alias refers to a value that contains it$/,
    ],
    ['an alias of nothing', 'a: 1\nchecks: *b\n', /^input config line 2 is not valid YAML: unidentified alias/],
    ['lists in lists', `checks: ${'['.repeat(9_999)}\n`, /^input config line 1 is not valid YAML: nesting exceeded/],
    ['maps in maps', `checks: ${'{a: '.repeat(9_999)}\n`, /^input config line 1 is not valid YAML: nesting exceeded/],
    ['a tag of code', 'keep: !!js/function "x"\n', /^input config line 1 is not valid YAML: unknown scalar tag/],
    ['a tag of its own', 'keep: 1\nhosts: !mine [a]\n', /^input config line 2 is not valid YAML: unknown sequence tag/],
    ['bytes', 'ca: !!binary aGk=\n', /^input config line 1 is not valid YAML: unknown scalar tag/],
    ['a NUL', 'keep: 1\nrouter: a\0b\n', /^input config line 2 is not valid YAML: null byte/],
    ['a key twice', 'keep: 1\nkeep: 2\n', /^input config line 2 is not valid YAML: duplicated mapping key$/],
    ['a list for a key', '? [a]\n: 1\n', /^input config line 1 is not valid YAML: object-based map does not support/],
    ['two documents', 'keep: 1\n---\nkeep: 2\n', /^input config line 1 is not valid YAML: expected a single document/],
    ['a prototype', 'keep: 1\n__proto__: {keep: 2}\n', /^input config line 2: __proto__: no such setting; allowed: /],
    ['a constructor', 'constructor: {}\nkeep: 1\n', /^input config line 1: constructor: no such setting; allowed: /],
    [
      'a merge',
      'verify: &v {passes: 1}\nproof:\n  <<: *v\n',
      /^input config line 3: proof\.<<: no such setting; allowed: /,
    ],
    [
      'a huge number',
      `keep: ${'9'.repeat(400)}\n`,
      /^input config: keep is the text "9{200}…": expected a whole number from 0 to 100$/,
    ],
    ['a number with an exponent', 'keep: 1e3\n', /^input config: keep is 1000: expected a whole number from 0 to 100$/],
    [
      'no number',
      'checks:\n- request: GET /\n  query: {a: .nan}\n',
      /^input config line 3: checks\.0\.query\.a is NaN: expected a text/,
    ],
  ])('%s is refused where it is', (_, text, sentence) => {
    expect(refusal(text)).toMatch(sentence);
  });

  test('a date and a word of YAML 1.1 are texts, as in an editor', () => {
    expect(read('proof: off\nrevision-label: 2026-01-02\n')).toMatchObject({
      problems: [],
      raw: { proof: 'off', 'revision-label': '2026-01-02' },
    });
  });

  test('an alias is a copy: both places have the value', () => {
    const { raw, problems } = read('verify: &v {within: 30s}\nproof: *v\n');
    expect([raw, problems]).toEqual([{ verify: { within: '30s' }, proof: { within: '30s' } }, []]);
  });
});

/** Pieces from which configs are made that are nearly right. */
const PIECES = [
  ...['keep', 'checks', 'proof', 'verify', 'preview', 'requests', 'hosts', 'bake', 'query', 'headers', 'json', 'body'],
  ...[
    'request: GET /',
    'GET /',
    '5s',
    'off',
    '1',
    '.nan',
    '.inf',
    '-.inf',
    '1e999',
    '0x1F',
    '0o17',
    '~',
    'null',
    'true',
  ],
  ...[
    ': ',
    ':\n',
    '\n',
    '\n  ',
    '\n    ',
    '- ',
    '? ',
    ', ',
    '{',
    '}',
    '[',
    ']',
    '"',
    "'",
    '|\n',
    '>-\n',
    '# ',
    '%TAG ',
    '---\n',
    '...\n',
  ],
  ...[
    '&a ',
    '*a',
    '<<: *a',
    '!!str ',
    '!!set ',
    '!!binary ',
    '!<x> ',
    '__proto__: ',
    'constructor: ',
    'prototype: ',
    '\0',
    '\t',
    '\u2028',
    '\ufeff',
  ],
];

test('any text is a config that later steps read alike, or is refused where it is wrong', () => {
  const text = fc.oneof(
    fc
      .array(fc.oneof(fc.constantFrom(...PIECES), fc.string({ maxLength: 3 })), { maxLength: 25 })
      .map((all) => all.join('')),
    fc.string({ unit: 'binary', maxLength: 60 }),
  );
  fc.assert(
    fc.property(text, (given) => {
      const { config, raw, problems } = read(given);
      expect(config === undefined).toBe(problems.length > 0);
      for (const { text: sentence } of problems) expect(sentence).toMatch(/^input config( line \d+)?( is |: )/);
      if (config === undefined) return;
      // The config is stored as JSON.
      const stored: unknown = JSON.parse(JSON.stringify(raw));
      expect(stored).toEqual(raw);
      expect(JSON.stringify(parseConfig(stored, ROUTER_NAMES))).toBe(JSON.stringify({ config }));
    }),
    { numRuns: 300 },
  );
});

test('any bytes of a file are a config, or are refused with the file and a line that it has', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 80 }), (bytes) => {
      writeFileSync(file, bytes);
      const { config, problems } = read(file);
      expect(config === undefined).toBe(problems.length > 0);
      const lines = Buffer.from(bytes)
        .toString('utf8')
        .split(/\r\n|\r|\n/).length;
      for (const { place } of problems) {
        expect(place?.file).toBe(file);
        expect(place?.line ?? 1).toBeLessThanOrEqual(lines);
      }
    }),
    { numRuns: 200 },
  );
});
