import fc from 'fast-check';
import { load, YAMLException } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import { parseManifests, yamlProblem } from '../../../src/core/manifests/manifests.ts';
import { configMapText as config, only, thrownBy } from '../support.ts';

/** Names and lines of what was found in one file. */
function found(text: string): [string, number | undefined][] {
  const { manifests, problems } = parseManifests([{ from: 'a.yaml', text }]);
  expect(problems).toEqual([]);
  return manifests.map(({ object, place }) => [object.metadata.name, place.line]);
}

describe('parseManifests finds every object and its first line', () => {
  test.each<[string, string, [string, number][]]>([
    ['one document', config('a'), [['a', 1]]],
    [
      'two documents',
      `${config('a')}---\n${config('b')}`,
      [
        ['a', 1],
        ['b', 6],
      ],
    ],
    ['a marker first', `---\n${config('a')}`, [['a', 2]]],
    ['comments and empty lines first', `# hello\n\n---\n# more\n\n${config('a')}`, [['a', 6]]],
    ['empty documents', `---\n---\n# nothing\n---\n${config('a')}---\n`, [['a', 5]]],
    ['a comment on the marker', `--- # the first\n${config('a')}`, [['a', 2]]],
    ['content on the marker', '--- {apiVersion: v1, kind: Secret, metadata: {name: a}}\n', [['a', 1]]],
    [
      'an end marker',
      `${config('a')}...\n---\n${config('b')}`,
      [
        ['a', 1],
        ['b', 7],
      ],
    ],
    [
      'Windows line ends',
      `${config('a')}---\n${config('b')}`.replaceAll('\n', '\r\n'),
      [
        ['a', 1],
        ['b', 6],
      ],
    ],
    ['a byte order mark', `\ufeff${config('a')}`, [['a', 1]]],
    ['JSON', '{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "a"}}', [['a', 1]]],
    ['a marker inside of a text', `${config('a')}data:\n  text: |\n    ---\n    kind: Nothing\n`, [['a', 1]]],
    ['a directive', `%YAML 1.2\n---\n${config('a')}`, [['a', 3]]],
    ['nothing', '# only a comment\n', []],
  ])('%s', (_, text, objects) => {
    expect(found(text)).toEqual(objects);
  });

  test('a List is opened; its objects stand where it stands', () => {
    const text = `---\napiVersion: v1\nkind: List\nitems:\n- ${config('a').replaceAll('\n', '\n  ')}\n- ${config('b').replaceAll('\n', '\n  ')}`;
    expect(found(text)).toEqual([
      ['a', 2],
      ['b', 2],
    ]);
  });

  test('a List in a List is opened too', () => {
    const list = (items: string) => `{apiVersion: v1, kind: List, items: [${items}]}`;
    const secret = '{apiVersion: v1, kind: Secret, metadata: {name: a}}';
    expect(found(list(`${list(secret)}, ${list('')}`))).toEqual([['a', 1]]);
  });

  test('n documents with any number of empty lines between them: each at its own line', () => {
    fc.assert(
      fc.property(fc.array(fc.nat({ max: 4 }), { minLength: 1, maxLength: 6 }), (gaps) => {
        let text = '';
        const expected = gaps.map((gap, index): [string, number] => {
          text += `${index > 0 ? '---\n' : ''}${'\n'.repeat(gap)}`;
          const line = text.split('\n').length;
          text += config(`object-${index}`);
          return [`object-${index}`, line];
        });
        expect(found(text)).toEqual(expected);
      }),
    );
  });
});

describe('what was rendered', () => {
  const text = `---\n# Source: web/templates/config.yaml\n${config('a')}---\n# Source: web/charts/db/templates/x.yaml\nkey: [\n`;

  test('is placed in the template that Helm names, without a line', () => {
    const { manifests, problems } = parseManifests([{ from: { kind: 'chart', path: 'charts/shop' }, text }]);
    expect(only(manifests).place).toEqual({ file: 'charts/shop/templates/config.yaml' });
    expect(only(problems).place).toEqual({ file: 'charts/shop/charts/db/templates/x.yaml' });
  });

  test('is placed in the chart if no template is named, and in the kustomization whatever a comment says', () => {
    const chart = parseManifests([{ from: { kind: 'chart', path: 'web-1.2.0.tgz' }, text: config('a') }]);
    expect(only(chart.manifests).place).toEqual({ file: 'web-1.2.0.tgz' });
    const from = { kind: 'kustomization', folder: 'k8s', file: 'k8s/kustomization.yaml' } as const;
    const { manifests } = parseManifests([{ from, text: `${text}---\n${config('b')}` }]);
    expect(only(manifests.slice(1)).place).toEqual({ file: from.file });
  });
});

describe('yamlProblem', () => {
  test('counts from the line where the text began', () => {
    const error = thrownBy(() => load('a: 1\nb: [\n'));
    expect(error).toBeInstanceOf(YAMLException);
    const first = yamlProblem(error, { file: 'x.yaml', line: 1 }).place?.line ?? 0;
    expect(yamlProblem(error, { file: 'x.yaml', line: 11 }).place?.line).toBe(first + 10);
  });

  test('any other error is named without a line', () => {
    expect(yamlProblem(new RangeError('too deep'), { file: 'x.yaml', line: 3 })).toEqual({
      text: 'cannot be read as YAML: RangeError: too deep',
      place: { file: 'x.yaml' },
    });
  });
});

test.each<[string, unknown]>([
  ['0400', 256],
  ['0644', 420],
  ['0o400', 256],
  ['-010', -8],
  ['089', 89],
  ['400', 400],
  ['0', 0],
  ['"0400"', '0400'],
  ['yes', true],
  ['off', false],
  ['"on"', 'on'],
  ['2026-01-01', '2026-01-01'],
  ['1:30', '1:30'],
])('a scalar means what it means to kubectl: %s', (text, expected) => {
  const { manifests } = parseManifests([{ from: 'a.yaml', text: `${config('a')}spec: ${text}\n` }]);
  expect(only(manifests).object.spec).toEqual(expected);
});

test('what an alias names is a thing of its own in each place', () => {
  const text = `${config('a')}spec:\n  one: &base {a: {b: 1}}\n  two: *base\n`;
  const { one, two } = objectAt(only(parseManifests([{ from: 'a.yaml', text }]).manifests).object, 'spec');
  expect(two).toEqual(one);
  expect(two).not.toBe(one);
});

test('merge keys merge', () => {
  const text = `${config('a')}spec:\n  one: &base {a: 1, b: 2}\n  two: {<<: *base, b: 3}\n`;
  const { manifests } = parseManifests([{ from: 'a.yaml', text }]);
  expect(only(manifests).object.spec).toEqual({ one: { a: 1, b: 2 }, two: { a: 1, b: 3 } });
});

test('a key that a map has twice has its later value, with a warning', () => {
  const text = `${config('a')}data:\n  one: a\n  two: b\n  one: c\n`;
  const { manifests, problems, warnings } = parseManifests([{ from: 'a.yaml', text: `# ours\n${text}` }]);
  expect(problems).toEqual([]);
  expect(only(manifests).object.data).toEqual({ one: 'c', two: 'b' });
  expect(warnings).toEqual([
    {
      text: 'a map in this document has one key twice: as in kubectl, the later value counts',
      place: { file: 'a.yaml', line: 2 },
    },
  ]);
});

test.each<[string, string, unknown]>([
  ['a list', 'spec:\n  one: [\n    a\n  ]\n  two: {\n  b: [\n1\n]}', { one: ['a'], two: { b: [1] } }],
  ['a text in quotes', 'spec:\n  one: "a\n  b\n\n c"\n  two: \'d\ne\'', { one: 'a b\nc', two: 'd e' }],
])('%s may be indented as little as the Helm charts that kubectl reads do', (_, text, expected) => {
  const { manifests, problems } = parseManifests([{ from: 'a.yaml', text: `${config('a')}${text}\n` }]);
  expect(problems).toEqual([]);
  expect(only(manifests).object.spec).toEqual(expected);
});

test('lines of brackets without end, and a mistake below them, are refused at their places', () => {
  const endless = `${config('a')}spec: [\n${'1,\n'.repeat(1_000)}]\n`;
  const [problem] = parseManifests([{ from: 'a.yaml', text: endless }]).problems;
  expect(problem?.text).toBe('is not valid YAML: deficient indentation');
  const text = `${config('a')}spec:\n  one: [\n  ]\n  two: [}\n`;
  expect(only(parseManifests([{ from: 'a.yaml', text }]).problems).place?.line).toBe(8);
});

test('an object of an older version with the same fields is one of the version that is used', () => {
  const text = (version: string) =>
    `apiVersion: gateway.networking.k8s.io/${version}\nkind: HTTPRoute\nmetadata: {name: web}\n`;
  const { manifests } = parseManifests([{ from: 'a.yaml', text: `${text('v1beta1')}---\n${text('v1alpha2')}` }]);
  expect(manifests.map(({ object }) => object.apiVersion)).toEqual([
    'gateway.networking.k8s.io/v1',
    'gateway.networking.k8s.io/v1alpha2',
  ]);
});
