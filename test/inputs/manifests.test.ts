import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { InputForm } from '../../src/inputs/form.ts';
import { readSources } from '../../src/inputs/manifests.ts';
import { only } from '../core/support.ts';

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
  'chart/README.md': '',
  'chart/crd.yaml': '# crd.yaml\n',
  'chart/templates/tests/web.yaml': '{{ .Values.x }}\n',
  'mixed/templates/web.yaml': '# web.yaml\n',
  'mixed/kustomization.yaml': 'resources: [web.yaml]\n',
  'mixed/web.yaml': '# web.yaml\n',
  'both/Chart.yaml': '',
  'both/kustomization.yaml': '',
  'web-1.0.0.tgz': '',
  'values.yaml': 'replicas: 2\n',
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

function sources(text: string) {
  const form = new InputForm(() => text);
  const value = readSources(form);
  return { value, problems: form.problems };
}

test.each(['.', './'])('%s is the working directory', (text) => {
  const before = process.cwd();
  process.chdir(at('overlay'));
  onTestFinished(() => process.chdir(before));
  expect(sources(text)).toEqual({
    value: [{ kind: 'kustomization', folder: '.', file: 'kustomization.yml' }],
    problems: [],
  });
});

describe('manifests', () => {
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

  describe('a pattern with !', () => {
    const names = (...patterns: string[]) =>
      sources(patterns.map((one) => (one.startsWith('!') ? `!${at(one.slice(1))}` : at(one))).join('\n'));
    const found = (...patterns: string[]) => {
      const { value, problems } = names(...patterns);
      expect(problems).toEqual([]);
      return value.map((one) => ('file' in one ? one.file : one.path));
    };

    test('excludes what it matches, wherever it stands', () => {
      const kept = [at('k8s/a.yaml'), at('k8s/c.json')];
      expect(found('k8s/*', '!k8s/b.yaml')).toEqual(kept);
      expect(found('!k8s/b.*', 'k8s/*')).toEqual(kept);
      expect(found('k8s/a.yaml', '!k8s/b*', 'k8s/*')).toEqual(kept);
    });

    test('may match what no manifest is in a folder that is rendered', () => {
      expect(found('chart', '!chart/*.md', '!**/README.md')).toEqual([at('chart')]);
    });

    test('removes what is in a folder', () => {
      expect(found('**/*.yaml', '!chart', '!mixed', '!both')).toEqual(
        ['k8s/a.yaml', 'k8s/b.yaml', 'values.yaml'].map((one) => at(one)),
      );
    });

    test('finds files however they are written', () => {
      const path = relative(process.cwd(), at('k8s'));
      const { value, problems } = sources(`${path}/*.yaml\n!./${path}/../k8s/a.yaml`);
      expect(problems).toEqual([]);
      expect(value).toMatchObject([{ file: join(path, 'b.yaml') }]);
    });

    test('leaves out a part of a kustomization', () => {
      expect(found('mixed/*.yaml', '!mixed/kustomization.yaml')).toEqual([at('mixed/web.yaml')]);
    });

    test.each([
      [
        'a path that excludes nothing is mistyped',
        ['k8s/*.yaml', '!k8s/c.yaml'],
        '/k8s/c.yaml" excludes nothing that the other lines find',
      ],
      ['everything is excluded', ['k8s/*.yaml', '!k8s/*'], '/k8s/*" does not exclude'],
      ['a file is named and excluded', ['k8s/*', '!k8s/*.yaml', 'k8s/b.yaml'], '/k8s/*.yaml" does not exclude'],
      [
        'a part of a chart',
        ['chart', 'k8s/a.yaml', '!chart/templates'],
        '/chart that is rendered as a whole: exclude it there, or name files instead of the folder',
      ],
      [
        'a part of a kustomization that a glob matches',
        ['overlay', '!**/kustomization.yml'],
        '/overlay that is rendered as a whole: exclude it there, or name files instead of the folder',
      ],
      ['there is nothing else', ['!k8s/a.yaml'], '/k8s/a.yaml"; allowed: at least one path or glob, one on each line'],
    ])('%s', (_, patterns, end) => {
      expect(names(...patterns).problems[0]?.text.endsWith(end)).toBe(true);
    });

    test('a glob that excludes nothing may be there for files to come', () => {
      expect(found('k8s/*.yaml', '!k8s/*.test.yaml')).toHaveLength(2);
    });
  });
});
