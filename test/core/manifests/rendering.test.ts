import { describe, expect, test } from 'vitest';
import {
  type Chart,
  commandsFor,
  type Kustomization,
  type Surroundings,
  sourceText,
} from '../../../src/core/manifests/rendering.ts';

const CHART: Chart = { kind: 'chart', path: 'charts/web' };
const KUSTOMIZATION: Kustomization = { kind: 'kustomization', folder: 'k8s/prod', file: 'k8s/prod/Kustomization' };
const around = (more: Partial<Surroundings> = {}): Surroundings => ({
  app: 'shop',
  namespace: 'team',
  values: { files: [], text: '' },
  kubernetes: undefined,
  ...more,
});
const lines = (source: Chart | Kustomization, more: Partial<Surroundings> = {}) =>
  commandsFor(source, around(more)).map(({ tool, args, input }) => [[tool, ...args].join(' '), input]);

describe('commandsFor', () => {
  test('a kustomization: its own program first, else kubectl', () => {
    expect(lines(KUSTOMIZATION)).toEqual([
      ['kustomize build -- k8s/prod', ''],
      ['kubectl kustomize -- k8s/prod', ''],
    ]);
  });

  test('a chart: the release is called like the app, for the version of the cluster, without the tests', () => {
    expect(lines(CHART)).toEqual([['helm template --skip-tests --namespace team -- shop charts/web', '']]);
    expect(lines(CHART, { kubernetes: 'v1.37.2' })).toEqual([
      ['helm template --skip-tests --namespace team --kube-version v1.37.2 -- shop charts/web', ''],
    ]);
  });

  test('values: files in their order, YAML by the standard input', () => {
    const files = { files: ['a.yaml', 'b.yaml'], text: '' };
    expect(lines(CHART, { values: files })[0]?.[0]).toContain('--values a.yaml --values b.yaml -- shop');
    expect(lines(CHART, { values: { files: [], text: 'a: 1' } })).toEqual([
      ['helm template --skip-tests --namespace team --values - -- shop charts/web', 'a: 1'],
    ]);
  });
});

test('a source is called by its kind and its path', () => {
  expect([CHART, KUSTOMIZATION].map(sourceText)).toEqual(['Helm chart charts/web', 'kustomization k8s/prod']);
});
