import fc from 'fast-check';
import { load, YAMLException } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { objectAt } from '../../../src/core/base/json.ts';
import { parseManifests, yamlProblem } from '../../../src/core/manifests/manifests.ts';
import { only, thrownBy } from '../support.ts';

const config = (name: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: ${name}\n`;

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

/** YAML of a few lines that stands for ten to the power of `times` values. */
function laughs(times: number): string {
  const ten = (item: string) => `[${Array(10).fill(item).join(', ')}]`;
  const lines = Array.from(
    { length: times },
    (_, index) => `k${index}: &k${index} ${ten(index === 0 ? 'x' : `*k${index - 1}`)}`,
  );
  return `${lines.join('\n')}\n`;
}

describe('parseManifests names what is wrong, and where', () => {
  test.each<[string, string, number, RegExp]>([
    ['a text', `${config('a')}---\njust a text\n`, 6, /is not a Kubernetes object: expected a map/],
    ['a list', '- a\n- b\n', 1, /is not a Kubernetes object: expected a map/],
    ['no kind', '\napiVersion: v1\nmetadata: {name: a}\n', 2, /apiVersion or kind is missing/],
    ['no apiVersion', 'kind: Secret\nmetadata: {name: a}\n', 1, /apiVersion or kind is missing/],
    ['no name', 'apiVersion: v1\nkind: Secret\nmetadata: {generateName: a-}\n', 1, /Secret has no metadata\.name/],
    ['an empty name', 'apiVersion: v1\nkind: Secret\nmetadata: {name: ""}\n', 1, /Secret has no metadata\.name/],
    ['a number as name', 'apiVersion: v1\nkind: Secret\nmetadata: {name: 12}\n', 1, /Secret has no metadata\.name/],
    ['bad YAML', `${config('a')}---\nkind: Secret\nkey: [1, 2\nother: 3\n`, 8, /^is not valid YAML: /],
    ['an alias in itself', 'kind: &a [*a]\n', 1, /^is not valid YAML: an alias names something in which it stands/],
    ['aliases without end', laughs(9), 1, /^is not valid YAML: its aliases stand for too much/],
    [
      'a field of another type',
      `${config('a')}data: {port: 80}\n`,
      1,
      /^ConfigMap a: data\.port is a number, and has to be a text/,
    ],
    ['a key twice', 'kind: Secret\napiVersion: v1\nkind: Secret\n', 3, /^is not valid YAML: /],
    ['a List without items', 'apiVersion: v1\nkind: List\n', 1, /^is a List without items$/],
    ['a text in a List', 'apiVersion: v1\nkind: List\nitems: [web]\n', 1, /is not a Kubernetes object: expected a map/],
    [
      'a kustomization of another name',
      'apiVersion: kustomize.config.k8s.io/v1beta1\nkind: ImageTagTransformer\n',
      1,
      /^is not a Kubernetes object but an ImageTagTransformer for kustomize: name its folder in the input manifests/,
    ],
    [
      'a template of Helm',
      '{{- if .Values.on }}\nkind: Secret\n{{- end }}\n',
      1,
      /^is not valid YAML: .*; it looks like a template of a Helm chart: /,
    ],
    ['code', 'apiVersion: v1\nkind: !!js/function "x"\n', 2, /^is not valid YAML: /],
  ])('%s', (_, text, line, sentence) => {
    const problem = only(parseManifests([{ from: 'k8s/a.yaml', text }]).problems);
    expect(problem.text).toMatch(sentence);
    expect(problem.place?.file).toBe('k8s/a.yaml');
    expect(problem.place?.line).toBe(line);
  });

  test('values of a Helm chart are known by the name of their file', () => {
    const hint = (from: string) => only(parseManifests([{ from, text: 'replicas: 2\n' }]).problems).text;
    expect(hint('k8s/values.yaml')).toMatch(
      /apiVersion or kind is missing; values of a Helm chart are given by the input/,
    );
    expect(hint('k8s/prod.values.yml')).toContain('values of a Helm chart');
    expect(hint('k8s/web.yaml')).toMatch(/apiVersion or kind is missing$/);
  });

  test.each([
    ['an alias', '*hunter2'],
    ['a tag', '!hunter2 x'],
    ['a tag that it cannot be', '!<hunter2 x'],
    ['a tag with other characters', '!hunter2^x y'],
  ])('a password that is %s to YAML is not quoted', (_, password) => {
    const text = `apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData:\n  password: ${password}\n`;
    const problem = only(parseManifests([{ from: 'a.yaml', text }]).problems);
    expect(problem.text).toMatch(/^is not valid YAML: /);
    expect(problem.text).not.toContain('hunter2');
  });

  test('a bad document does not hide the good ones around it', () => {
    const { manifests, problems } = parseManifests([
      { from: 'a.yaml', text: `${config('a')}---\nkey: [\n---\n${config('b')}` },
      { from: 'b.yaml', text: config('c') },
    ]);
    expect(problems).toHaveLength(1);
    expect(manifests.map(({ object, place }) => `${place.file} ${object.metadata.name}`)).toEqual([
      'a.yaml a',
      'a.yaml b',
      'b.yaml c',
    ]);
  });

  test('an object that stands twice is named with both places', () => {
    const { problems } = parseManifests([
      { from: 'a.yaml', text: `${config('x')}---\n${config('web')}` },
      { from: 'b.yaml', text: `\n${config('web')}` },
    ]);
    expect(problems).toEqual([
      { text: 'ConfigMap web stands already in a.yaml:6', place: { file: 'b.yaml', line: 2 } },
    ]);
  });

  test('one name in two kinds or two API groups is no duplicate; two versions of a group are', () => {
    const object = (apiVersion: string, kind: string) =>
      `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a}\n`;
    const count = (...objects: string[]) =>
      parseManifests([{ from: 'a.yaml', text: objects.join('---\n') }]).problems.length;
    expect(count(object('v1', 'Secret'), object('v1', 'ConfigMap'))).toBe(0);
    expect(count(object('v1', 'Service'), object('serving.knative.dev/v1', 'Service'))).toBe(0);
    expect(
      count(object('autoscaling/v1', 'HorizontalPodAutoscaler'), object('autoscaling/v2', 'HorizontalPodAutoscaler')),
    ).toBe(1);
  });

  test('no text makes it throw', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'ab:- \n#{}[]&*!|>"\'%'), maxLength: 60 }), (text) => {
        const { manifests, problems } = parseManifests([{ from: 'a.yaml', text }]);
        for (const { place } of problems) expect(place?.file).toBe('a.yaml');
        expect(manifests.every(({ object }) => object.metadata.name !== '')).toBe(true);
      }),
      { numRuns: 500 },
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
    const { manifests, problems } = parseManifests([{ from, text: `${text}---\n${config('a')}` }]);
    expect(only(manifests.slice(1)).place).toEqual({ file: from.file });
    expect(problems.map((problem) => problem.text)).toContain('ConfigMap a stands already in k8s/kustomization.yaml');
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
