import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseManifests } from '../../../src/core/manifests/manifests.ts';
import { configMapText as config, only } from '../support.ts';

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
    [
      'no name',
      'apiVersion: v1\nkind: Secret\nmetadata: {generateName: a-}\n',
      1,
      /Secret has no metadata\.name \(only Jobs are named by their generateName\)$/,
    ],
    ['neither of both', 'apiVersion: v1\nkind: Secret\nmetadata: {}\n', 1, /Secret has no metadata\.name$/],
    [
      'a name that YAML reads as a boolean',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: off}\n',
      1,
      /Secret: metadata\.name is a boolean, but must be a string: put it in quotation marks$/,
    ],
    ['an empty name', 'apiVersion: v1\nkind: Secret\nmetadata: {name: ""}\n', 1, /Secret has no metadata\.name/],
    [
      'a number as name',
      'apiVersion: v1\nkind: Secret\nmetadata: {name: 12}\n',
      1,
      /Secret: metadata\.name is a number, but must be a string: put it in quotation marks$/,
    ],
    ['bad YAML', `${config('a')}---\nkind: Secret\nkey: [1, 2\nother: 3\n`, 8, /^is not valid YAML: /],
    ['an alias in itself', 'kind: &a [*a]\n', 1, /^is not valid YAML: an alias refers to a value that contains it/],
    ['aliases without end', laughs(9), 1, /^is not valid YAML: its aliases expand to too many values/],
    [
      'a field of another type',
      `${config('a')}data: {port: 80}\n`,
      1,
      /^ConfigMap a: data\.port is a number, but must be a string/,
    ],
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
    expect(hint('k8s/values.yaml')).toMatch(/apiVersion or kind is missing; give values of a Helm chart in the input/);
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
