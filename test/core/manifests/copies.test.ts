import { describe, expect, test } from 'vitest';
import { duplicates } from '../../../src/core/manifests/copies.ts';
import { parseManifests } from '../../../src/core/manifests/manifests.ts';
import { configMapText as config, manifestsOf } from '../support.ts';

/** Objects that are in the manifests twice. */

const object = (apiVersion: string, kind: string, more = '') =>
  `apiVersion: ${apiVersion}\nkind: ${kind}\nmetadata: {name: a${more}}\n`;

test('equal copies, and what belongs to the whole cluster, may be in several files', () => {
  const file = (from: string, by: string) => ({
    from,
    text: `${config('web')}---\n${object('v1', 'Namespace', `, labels: {by: ${by}}`)}`,
  });
  const { manifests, problems } = parseManifests([file('a.yaml', 'a'), file('b.yaml', 'b')]);
  expect(problems).toEqual([]);
  expect(manifests.map(({ given, place }) => `${given} of ${place.file}`)).toEqual([
    'ConfigMap web of a.yaml',
    'Namespace a of a.yaml',
  ]);
});

describe('duplicates', () => {
  test('are named with both places', () => {
    const { manifests } = parseManifests([
      { from: 'a.yaml', text: `${config('x')}---\n${config('web')}` },
      { from: 'b.yaml', text: `\n${config('web')}data: {other: content}\n` },
    ]);
    expect(duplicates(manifests)).toEqual([
      { text: 'ConfigMap web is already defined in a.yaml:6', place: { file: 'b.yaml', line: 2 } },
    ]);
  });

  test('have one kind: two API groups have none in common, two versions of a group do', () => {
    const count = (...objects: string[]) => duplicates(manifestsOf(objects.join('---\n'))).length;
    expect(count(object('v1', 'Secret'), object('v1', 'ConfigMap'))).toBe(0);
    expect(count(object('v1', 'Service'), object('serving.knative.dev/v1', 'Service'))).toBe(0);
    expect(
      count(object('autoscaling/v1', 'HorizontalPodAutoscaler'), object('autoscaling/v2', 'HorizontalPodAutoscaler')),
    ).toBe(1);
  });
});
