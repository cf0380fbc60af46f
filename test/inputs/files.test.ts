import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../../src/core/base/error.ts';
import { readConfig, readValues } from '../../src/inputs/files.ts';
import { InputForm } from '../../src/inputs/form.ts';
import { only } from '../core/support.ts';
import { Authority } from '../proof/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenpath-files-'));
const at = (...names: string[]) => join(folder, ...names);
const FILES = {
  'values.yaml': 'replicas: 2\n',
  'good.yaml': 'preview: {path: /next}\n',
  'wrong.yaml': 'preview: {path: next}\n',
  'broken.yaml': 'a: 1\nb: [\nc: 2\n',
};
beforeAll(() => {
  for (const [file, text] of Object.entries(FILES)) {
    mkdirSync(join(at(file), '..'), { recursive: true });
    writeFileSync(at(file), text);
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

/** What an input is read as, and what is wrong with it. */
function read<T>(name: string, text: string, reading: (form: InputForm) => T): { value: T; problems: Problem[] } {
  const form = new InputForm((one) => (one === name ? text : ''));
  const value = reading(form);
  return { value, problems: form.problems.map(({ input, ...problem }) => problem) };
}

describe('values', () => {
  const chart = { kind: 'chart', path: 'chart' } as const;
  const values = (text: string) => read('values', text, (form) => readValues(form, [chart]));

  test('are paths of files, in order, or YAML', () => {
    const files = [at('values.yaml'), at('good.yaml')];
    expect(values(files.join('\n'))).toEqual({ value: { files, text: '' }, problems: [] });
    expect(values('image: {tag: v2}')).toEqual({ value: { files: [], text: 'image: {tag: v2}' }, problems: [] });
    expect(values(' ')).toEqual({ value: { files: [], text: '' }, problems: [] });
  });

  test.each([
    ['a file that is not there', at('none.yaml'), /^input values: "\S+none\.yaml" is no file/],
    ['a list', '- a: 1\n', /^input values is neither/],
    ['broken YAML', 'a: 1\nb: [\nc: 2\n', /^input values line 3 is not valid YAML/],
  ])('%s is named', (_, text, sentence) => {
    expect(only(values(text).problems).text).toMatch(sentence);
  });

  test('without a chart are refused', () => {
    const { problems } = read('values', 'a: 1', (form) => readValues(form, []));
    expect(only(problems).text).toBe('input values is for Helm charts, and input manifests names none');
  });
});

describe('config', () => {
  const config = (text: string) => read('config', text, (form) => readConfig(form));

  test('inline YAML', () => {
    const { value, problems } = config('preview:\n  path: /next\nproof: off\n');
    expect(problems).toEqual([]);
    expect(value.config).toMatchObject({ preview: { kind: { path: '/next' } }, proof: 'off' });
    expect(value.raw).toEqual({ preview: { path: '/next' }, proof: 'off' });
  });

  test('one that breaks a rule about several settings is warned of in a rollback, and used', () => {
    const text = 'checks: [{job: x}]\nbake: {for: 1m}\n';
    const readIn = (mode: string, given: string) => {
      const form = new InputForm((one) => ({ mode, config: given })[one] ?? '');
      return { form, config: readConfig(form).config };
    };
    const sentence = { text: expect.stringMatching(/^input config line 2: bake: expected a check that runs in it/) };
    expect(readIn('promote', text).form).toMatchObject({ problems: [sentence], warnings: [] });
    const { form, config: used } = readIn('rollback', text);
    expect(form).toMatchObject({ problems: [], warnings: [sentence] });
    expect(used?.bake).toMatchObject({ for: 60_000 });
    expect(readIn('rollback', 'proof: sometimes').form).toMatchObject({ problems: [{}], warnings: [] });
  });

  test('the path of a file', () => {
    expect(config(` ${at('good.yaml')}\n`).value.config?.preview.kind).toEqual({ by: 'path', path: '/next' });
  });

  test('a CA is kept as its content, whether the config holds it or names its file', () => {
    const { cert } = new Authority('internal');
    const { key } = new Authority('internal').issue('a.test');
    writeFileSync(at('ca.pem'), cert);
    writeFileSync(at('both.pem'), key + cert);
    for (const text of [`ca: ${at('ca.pem')}`, JSON.stringify({ ca: cert })]) {
      const { value, problems } = config(`${text}\n`);
      expect(problems).toEqual([]);
      expect(value).toMatchObject({ raw: { ca: cert }, config: { ca: cert } });
    }
    expect(only(config(`ca: ${at('none.pem')}\n`).problems).text).toMatch(
      /^input config: ca is ".*none\.pem", and there is no such file; allowed: the path of a PEM file/,
    );
    expect(only(config(`ca: ${at('both.pem')}\n`).problems).text).toContain('this contains a private key');
    expect(only(config(`ca: ${at('good.yaml')}\n`).problems).text).toContain('expected certificates in PEM form');
    const cut = cert.replace(/\n.{20}/, '\n');
    expect(only(config(JSON.stringify({ ca: cut })).problems).text).toContain('one of them cannot be read');
    expect(only(config(JSON.stringify({ ca: cert.repeat(200) })).problems).text).toContain('at most 64 KiB');
  });

  test('the files of a check are kept as their content, and one that cannot be used is named', () => {
    writeFileSync(at('body.bin'), Buffer.from([0, 255, 7]));
    writeFileSync(at('large.bin'), Buffer.alloc(65 * 1024));
    const checkWith = (file: string) => `checks: [GET /, {request: POST /, body: {file: ${file}}}]`;
    expect(config(checkWith(at('body.bin')))).toMatchObject({
      problems: [],
      value: { raw: { checks: ['GET /', { request: 'POST /', body: { base64: 'AP8H' } }] } },
    });
    const metric = `{metric: POST https://a.test/b, value: $.a, above: 1, body: {file: ${at('body.bin')}}}`;
    expect(config(`checks: [GET /, ${metric}]`)).toMatchObject({
      problems: [],
      value: { raw: { checks: ['GET /', { body: { base64: 'AP8H' } }] } },
    });
    expect(only(config(checkWith(at('none.bin'))).problems).text).toMatch(
      /^input config: checks\.1\.body\.file is ".*none\.bin", and there is no such file/,
    );
    expect(only(config(checkWith(at('large.bin'))).problems).text).toContain('that file has 66560 bytes');
    const { cert } = new Authority('internal').issue('a.test');
    writeFileSync(at('own.pem'), cert);
    const own = config(`checks: [{request: GET /, tls: {ca: ${at('own.pem')}}}]`);
    expect(own).toMatchObject({ problems: [], value: { raw: { checks: [{ tls: { ca: cert } }] } } });
  });

  test('a wrong file is named, with the place', () => {
    const wrong = only(config(at('wrong.yaml')).problems);
    expect(wrong.text).toMatch(/^input config: preview\.path is "next": /);
    expect(wrong.place).toEqual({ file: at('wrong.yaml'), line: 1 });
    const broken = only(config(at('broken.yaml')).problems);
    expect(broken.text).toMatch(/^input config is not valid YAML: /);
    expect(broken.place).toEqual({ file: at('broken.yaml'), line: 3 });
  });

  test('any text is a config, or is refused in sentences that name the input; it never throws', () => {
    const bits = [
      'proof',
      'checks',
      'preview',
      ': ',
      '\n',
      '  ',
      '- ',
      '{',
      '}',
      '[',
      ']',
      '&a ',
      '*a',
      '"',
      "'",
      '|',
      '<<: ',
    ];
    const text = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.array(fc.oneof(fc.constantFrom(...bits), fc.string({ maxLength: 3 }))).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(text, (given) => {
        const { value, problems } = config(given);
        expect(value.config === undefined).toBe(problems.length > 0);
        for (const { text: sentence } of problems) expect(sentence).toMatch(/^input config( line \d+)?( is |: )/);
      }),
    );
  });
});
