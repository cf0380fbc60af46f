import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Problem } from '../src/core/base/error.ts';
import { readConfig, readSources, readValues } from '../src/input-files.ts';
import { only } from './core/support.ts';
import { Authority } from './proof/certificates.ts';

const folder = mkdtempSync(join(tmpdir(), 'greenpath-files-'));
const at = (...names: string[]) => join(folder, ...names);
const FILES = {
  'k8s/a.yaml': '# a.yaml\n',
  'k8s/b.yaml': '# b.yaml\n',
  'k8s/c.json': '# c.json\n',
  'k8s/sub.yaml/x.txt': '',
  'overlay/kustomization.yml': 'resources: []\n',
  'chart/Chart.yaml': 'name: web\n',
  'chart/values-prod.yaml': 'replicas: 2\n',
  'chart/crd.yaml': '# crd.yaml\n',
  'chart/templates/tests/web.yaml': '{{ .Values.x }}\n',
  'mixed/templates/web.yaml': '# web.yaml\n',
  'mixed/kustomization.yaml': 'resources: [web.yaml]\n',
  'mixed/web.yaml': '# web.yaml\n',
  'both/Chart.yaml': '',
  'both/kustomization.yaml': '',
  'web-1.0.0.tgz': '',
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
  mkdirSync(at('links'));
  symlinkSync(at('none.yaml'), at('links/gone.yaml'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function read<T>(reading: (problems: Problem[]) => T): { value: T; problems: Problem[] } {
  const problems: Problem[] = [];
  return { value: reading(problems), problems };
}

describe('manifests', () => {
  const sources = (text: string) => read((problems) => readSources(text, problems));

  test('globs and paths give files, each once, a glob in the order of names', () => {
    const { value, problems } = sources(`# ours\n${at('k8s/c.json')}\n${at('k8s/*.yaml')}\n${at('k8s/a.yaml')}\n`);
    expect(problems).toEqual([]);
    expect(value).toEqual([
      { kind: 'file', file: at('k8s/c.json'), text: '# c.json\n' },
      { kind: 'file', file: at('k8s/a.yaml'), text: '# a.yaml\n' },
      { kind: 'file', file: at('k8s/b.yaml'), text: '# b.yaml\n' },
    ]);
  });

  test('folders with a kustomization or a chart, and packaged charts, are to be rendered', () => {
    const { value, problems } = sources(`${at('overlay')}\n${at('chart')}\n${at('*.tgz')}`);
    expect(problems).toEqual([]);
    expect(value).toEqual([
      { kind: 'kustomization', folder: at('overlay'), file: at('overlay/kustomization.yml') },
      { kind: 'chart', path: at('chart') },
      { kind: 'chart', path: at('web-1.0.0.tgz') },
    ]);
  });

  test.each([
    ['a file that is not there', 'none.yaml', /"\S+none\.yaml" is no file; allowed: /],
    ['a glob that finds nothing', '*.toml', /"\S+\*\.toml" is no file/],
    ['a link that leads nowhere', 'links/*.yaml', /"\S+links\/\*\.yaml" is no file/],
    ['a folder of neither kind', 'k8s', /"\S+k8s" is a folder without .*, such as \S+k8s\/\*\.yaml$/],
    ['a folder of both kinds', 'both', /"\S+both" contains both a kustomization and a Helm chart/],
    [
      'a kustomization among files that a glob finds',
      'mixed/*.yaml',
      /"\S+mixed\/\*\.yaml" finds \S+kustomization\.yaml, which is a part of the kustomization \S+mixed: name that folder/,
    ],
    [
      'a kustomization file',
      'overlay/kustomization.yml',
      /kustomization\.yml" is a part of the kustomization \S+overlay: /,
    ],
    ['a chart file', 'chart/Chart.yaml', /"\S+Chart\.yaml" is a part of the Helm chart \S+chart: name that folder/],
    [
      'values of a chart',
      'chart/*prod.yaml',
      / finds \S+values-prod\.yaml, which is a part of the Helm chart \S+chart: /,
    ],
    [
      'a template of a chart',
      'chart/templates/**/*.yaml',
      / finds \S+web\.yaml, which is a part of the Helm chart \S+chart: /,
    ],
    ['all files of a chart, once', 'chart/**/*.yaml', / is a part of the Helm chart \S+chart: /],
  ])('%s is named, and what to write instead', (_, path, sentence) => {
    expect(only(sources(`${at('k8s/a.yaml')}\n${at(path)}`).problems).text).toMatch(sentence);
  });

  test('what only stands near a chart or a kustomization is a file like others', () => {
    const { value, problems } = sources(
      ['chart/crd.yaml', 'mixed/templates/*', 'values.yaml'].map((one) => at(one)).join('\n'),
    );
    expect(problems).toEqual([]);
    expect(value).toHaveLength(3);
  });

  test('none at all', () => {
    expect(only(sources(' \n').problems).text).toMatch(/^input manifests is empty/);
  });
});

describe('values', () => {
  const chart = { kind: 'chart', path: 'chart' } as const;
  const values = (text: string) => read((problems) => readValues(text, [chart], problems));

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
    const { problems } = read((found) => readValues('a: 1', [], found));
    expect(only(problems).text).toBe('input values is for Helm charts, and input manifests names none');
  });
});

describe('config', () => {
  const config = (text: string) => read((problems) => readConfig(text, problems));

  test('inline YAML', () => {
    const { value, problems } = config('preview:\n  path: /next\nproof: off\n');
    expect(problems).toEqual([]);
    expect(value.config).toMatchObject({ preview: { path: '/next' }, proof: 'off' });
    expect(value.raw).toEqual({ preview: { path: '/next' }, proof: 'off' });
  });

  test('the path of a file', () => {
    expect(config(` ${at('good.yaml')}\n`).value.config?.preview.path).toBe('/next');
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

  test('a wrong file is named, with the place', () => {
    const wrong = only(config(at('wrong.yaml')).problems);
    expect(wrong.text).toContain(`${at('wrong.yaml')}: preview.path`);
    expect(wrong.place?.file).toBe(at('wrong.yaml'));
    const broken = only(config(at('broken.yaml')).problems);
    expect(broken.text).toContain('is not valid YAML');
    expect(broken.place).toEqual({ file: at('broken.yaml'), line: 3 });
  });
});
