import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { pairOf } from '../../../src/core/colouring/pair.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import type { Manifest } from '../../../src/core/manifests/manifests.ts';
import { identifiers, manifestsOf, only, present } from '../support.ts';

const example = (name: string) => manifestsOf(readFileSync(`examples/nginx/${name}.yaml`, 'utf8'), `${name}.yaml`);
const names = (manifests: readonly Manifest[]) => manifests.map(({ object }) => nameOf(object));
const nginx = (revision: string) => identifiers(revision, { app: 'nginx' });

describe('pairOf', () => {
  const both = [...example('blue'), ...example('green'), ...example('shared').slice(1)];

  test('divides the example: own, other revision, shared', () => {
    const pair = present(pairOf(both, nginx('v1.24.0')));
    expect(names(pair.own)).toEqual(['Service nginx-v1-24-0', 'Deployment nginx-v1-24-0']);
    expect(names(pair.skipped)).toEqual(['Service nginx-v1-22-0', 'Deployment nginx-v1-22-0']);
    expect(names(pair.shared)).toEqual(['ConfigMap nginx-config']);
    expect(pair.problems).toEqual([]);
  });

  test('the other way round for the other revision', () => {
    const pair = present(pairOf(both, nginx('v1.22.0')));
    expect(names(pair.own)).toEqual(['Service nginx-v1-22-0', 'Deployment nginx-v1-22-0']);
  });

  test('own objects are labelled, and stay as they are in all else', () => {
    const pair = present(pairOf(example('green'), nginx('v1.24.0')));
    for (const [index, { object }] of example('green').entries()) {
      const { labels, ...metadata } = object.metadata;
      const own = present(pair.own[index]).object;
      const { labels: ownLabels, ...ownMetadata } = own.metadata;
      expect(ownLabels).toEqual({
        ...labels,
        'greenpath.dev/app': 'nginx',
        'greenpath.dev/revision': 'v1.24.0',
        'greenpath.dev/name': 'nginx',
      });
      expect(ownMetadata).toEqual(metadata);
      expect(own.spec).toEqual(object.spec);
    }
  });

  test('does not change its arguments', () => {
    pairOf(both, nginx('v1.24.0'));
    expect(both.some(({ object }) => object.metadata.labels?.['greenpath.dev/app'] !== undefined)).toBe(false);
  });

  test('manifests whose pods do not carry the label are for colouring', () => {
    expect(pairOf(both, identifiers('v1.24.0', { revisionLabel: 'version' }))).toBeUndefined();
    expect(pairOf([], nginx('v1.24.0'))).toBeUndefined();
  });

  test('pods of other revisions only: said with the revisions found and the one wanted, and all of them are skipped', () => {
    const worker = manifestsOf(
      readFileSync('examples/nginx/blue.yaml', 'utf8').replaceAll('name: nginx-v1', 'name: worker-v1'),
    );
    const pair = present(pairOf([...both, ...worker], nginx('v1.25.0')));
    expect(only(pair.problems)).toEqual({
      text: 'input revision is v1.25.0, and the manifests hold revisions v1.22.0 and v1.24.0 (pod label revision): set it to one of them or, if this label means something else, set another revision-label in the config',
    });
    expect([pair.own, pair.isHeld]).toEqual([[], false]);
    expect(names(pair.skipped)).toHaveLength(6);
    expect(names(pair.shared)).toEqual(['ConfigMap nginx-config']);
  });

  test.each<[string, 'own' | 'shared' | 'skipped']>([
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page-v1-24-0}', 'own'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page, labels: {revision: v1.24.0}}', 'own'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page, labels: {revision: v1.22.0}}', 'skipped'],
    ['apiVersion: v1\nkind: ConfigMap\nmetadata: {name: page}', 'shared'],
    ['apiVersion: v1\nkind: Service\nmetadata: {name: all}\nspec: {selector: {app: nginx}}', 'shared'],
    ['apiVersion: v1\nkind: Service\nmetadata: {name: old}\nspec: {selector: {revision: v1.22.0}}', 'skipped'],
    [
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b-v1-24-0}\nspec: {selector: {matchLabels: {revision: v1.24.0}}}',
      'own',
    ],
    [
      'apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: b}\nspec: {selector: {matchLabels: {revision: v1.22.0}}}',
      'skipped',
    ],
    [
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: report-v1-24-0}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {revision: v1.24.0}}}}}}',
      'own',
    ],
    [
      'apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: report-old}\nspec: {jobTemplate: {spec: {template: {metadata: {labels: {revision: v1.22.0}}}}}}',
      'skipped',
    ],
  ])('%s is %s', (text, part) => {
    const pair = present(pairOf([...example('green'), ...manifestsOf(text)], nginx('v1.24.0')));
    const last = only(manifestsOf(text)).object;
    expect(names(pair[part])).toContain(nameOf(last));
    expect(pair.own.length + pair.shared.length + pair.skipped.length).toBe(3);
  });
});

describe('what acts on one revision of a hand-written pair, or runs once for it', () => {
  const hook = (name: string) =>
    `\n---\n{apiVersion: batch/v1, kind: Job, metadata: {name: ${name}, annotations: {greenpath.dev/hook: post-promote}}}`;
  const scaling = (name: string, target: string) =>
    `\n---\n{apiVersion: autoscaling/v2, kind: HorizontalPodAutoscaler, metadata: {name: ${name}}, spec: {scaleTargetRef: {kind: Deployment, name: ${target}}}}`;
  const withMore = (more: string) => {
    const text = readFileSync('examples/nginx/green.yaml', 'utf8') + more;
    return present(pairOf([...manifestsOf(text, 'green.yaml'), ...example('blue')], nginx('v1.24.0')));
  };

  test('is its own if its name says so', () => {
    const { own, problems } = withMore(hook('announce-v1-24-0') + scaling('nginx-v1-24-0', 'nginx-v1-24-0'));
    expect(problems).toEqual([]);
    expect(names(own)).toEqual(
      expect.arrayContaining(['Job announce-v1-24-0', 'HorizontalPodAutoscaler nginx-v1-24-0']),
    );
  });

  test.each([
    ['a hook', hook('announce'), 'Job announce', 'announce-v1-24-0'],
    ['an HPA', scaling('nginx', 'nginx-v1-24-0'), 'HorizontalPodAutoscaler nginx', 'nginx-v1-24-0'],
  ])('is refused if not, and never shared: %s', (_, more, what, name) => {
    const { own, shared, problems } = withMore(more);
    expect(only(problems).text).toBe(
      `${what} belongs to one revision, but its name does not say which: name it ${name}`,
    );
    expect([...names(own), ...names(shared)]).not.toContain(what);
  });

  test('what is of neither revision is shared as ever, and a hook of the other one is left alone', () => {
    const budget =
      '\n---\n{apiVersion: policy/v1, kind: PodDisruptionBudget, metadata: {name: nginx}, spec: {selector: {matchLabels: {app: nginx}}}}';
    const { shared, skipped, problems } = withMore(scaling('cache', 'cache') + budget + hook('migrate-v1-22-0'));
    expect(problems).toEqual([]);
    expect(names(shared)).toEqual(
      expect.arrayContaining(['HorizontalPodAutoscaler cache', 'PodDisruptionBudget nginx']),
    );
    expect(names(skipped)).toContain('Job migrate-v1-22-0');
  });

  test('an HPA of the other revision is left alone like its Deployment', () => {
    expect(names(withMore(scaling('old', 'nginx-v1-22-0')).skipped)).toContain('HorizontalPodAutoscaler old');
  });
});
