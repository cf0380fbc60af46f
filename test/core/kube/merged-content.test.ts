import { describe, expect, test } from 'vitest';
import { mergedContent } from '../../../src/core/kube/merged-content.ts';
import { unappliedIn } from '../../../src/core/kube/unapplied-fields.ts';
import { objectOf } from '../support.ts';

const of = (kind: string, rest: string) => objectOf(`{apiVersion: v1, kind: ${kind}, metadata: {name: a}, ${rest}}`);
const policy = (spec: string) => of('NetworkPolicy', `spec: {${spec}}`);
const from = (peer: string) => policy(`podSelector: {}, ingress: [{from: [${peer}]}]`);
const SELECTED = 'spec.podSelector.matchLabels';

describe('a label selector is compared exactly, and what only the cluster has is removed', () => {
  test.each([
    [
      'under another key',
      policy('podSelector: {matchLabels: {app.kubernetes.io/name: db}}'),
      policy('podSelector: {matchLabels: {app: db}}'),
      [`${SELECTED}.app.kubernetes.io/name`, `${SELECTED}.app`],
      { podSelector: { matchLabels: { 'app.kubernetes.io/name': 'db', app: null } } },
    ],
    [
      'that selects every pod in the manifests only',
      policy('podSelector: {}'),
      policy('podSelector: {matchLabels: {app: web}}'),
      [SELECTED],
      { podSelector: { matchLabels: null } },
    ],
    [
      'with an expression more',
      policy('podSelector: {matchLabels: {a: b}}'),
      policy('podSelector: {matchLabels: {a: b}, matchExpressions: [{key: c, operator: Exists}]}'),
      ['spec.podSelector.matchExpressions'],
      { podSelector: { matchLabels: { a: 'b' }, matchExpressions: null } },
    ],
    [
      'whose list of expressions is empty',
      policy('podSelector: {matchExpressions: []}'),
      policy('podSelector: {matchExpressions: [{key: c, operator: Exists}]}'),
      ['spec.podSelector.matchExpressions'],
      { podSelector: { matchExpressions: [] } },
    ],
    [
      'of a Service',
      of('Service', 'spec: {selector: {name: db}}'),
      of('Service', 'spec: {selector: {app: db}, clusterIP: 10.0.0.1}'),
      ['spec.selector.name', 'spec.selector.app'],
      { selector: { name: 'db', app: null } },
    ],
    [
      'with a label that has no value',
      of('Service', 'spec: {selector: {app: db, canary: ""}}'),
      of('Service', 'spec: {selector: {app: db}}'),
      ['spec.selector.canary'],
      { selector: { app: 'db', canary: '' } },
    ],
  ])('%s', (_, wanted, present, texts, spec) => {
    expect(unappliedIn(wanted, present).map(({ text }) => text)).toEqual(texts);
    expect(mergedContent(wanted, present, ['spec'])).toEqual({ spec });
  });

  test.each([
    ['a label more', '{podSelector: {matchLabels: {a: b}}}', '{podSelector: {matchLabels: {a: b, c: d}}}'],
    ['a selector more', '{podSelector: {}}', '{podSelector: {}, namespaceSelector: {}}'],
    ['a selector less', '{podSelector: {}, namespaceSelector: {}}', '{podSelector: {}}'],
    ['addresses instead', '{podSelector: {}}', '{ipBlock: {cidr: 10.0.0.0/8}}'],
  ])('of a peer of a policy: with %s in the cluster, the list is replaced', (_, ours, theirs) => {
    const [wanted, present] = [from(ours), from(theirs)];
    expect(unappliedIn(wanted, present).map(({ text }) => text)).toEqual(['spec.ingress']);
    expect(mergedContent(wanted, present, ['spec'])).toEqual({ spec: wanted.spec });
  });

  test.each([
    ['no labels and no expressions', policy('podSelector: {matchLabels: {}, matchExpressions: []}'), 'podSelector: {}'],
    ['the same', policy('podSelector: {matchLabels: {a: b}}'), 'podSelector: {matchLabels: {a: b}}, policyTypes: [x]'],
    ['no list of expressions', policy('podSelector: {}'), 'podSelector: {matchExpressions: [], matchLabels: null}'],
    ['a selector of nodes', policy('nodeSelector: {a: b}'), 'nodeSelector: {a: b, c: d}'],
    ['no labels', policy('selector: {mode: {a: b}}'), 'selector: {mode: {a: b, c: d}, other: {e: f}}'],
    ['a selector that the server writes', of('Job', 'spec: {}'), 'selector: {matchLabels: {controller-uid: u}}'],
  ])('but not: %s', (_, wanted, present) => expect(unappliedIn(wanted, policy(present))).toEqual([]));
});

describe('a label selector that cannot change is compared one way', () => {
  const labels = (text: string) => `selector: {matchLabels: {${text}}}`;
  const helm = `${labels('app: db, app.kubernetes.io/instance: shop')}`;
  const REST: readonly (readonly [string, string, (selector: string) => string])[] = [
    ...['StatefulSet', 'Deployment', 'DaemonSet', 'ReplicaSet', 'Job'].map(
      (kind) => [kind, 'spec', (one: string) => `spec: {template: {}, ${one}}`] as const,
    ),
    ['CronJob', 'spec.jobTemplate.spec', (one) => `spec: {jobTemplate: {spec: {template: {}, ${one}}}}`],
    ['PersistentVolumeClaim', 'spec', (one) => `spec: {accessModes: [ReadWriteOnce], ${one}}`],
  ];

  test.each(REST)('%s', (kind, path, spec) => {
    const [wanted, present] = [of(kind, spec(labels('app: db'))), of(kind, spec(helm))];
    expect(unappliedIn(wanted, present)).toEqual([]);
    expect(JSON.stringify(mergedContent(wanted, present, ['spec']))).toContain('"matchLabels":{"app":"db"}');
    const other = unappliedIn(of(kind, spec(labels('app: cache'))), present);
    expect(other.map(({ text }) => text)).toEqual([`${path}.selector.matchLabels.app`]);
  });

  test('but what else is in such an object exactly', () => {
    const peers = (more: string) =>
      `spec: {${labels('a: b')}, template: {spec: {affinity: [{labelSelector: {matchLabels: {a: b${more}}}}]}}}`;
    const [wanted, present] = [of('Deployment', peers('')), of('Deployment', peers(', c: d'))];
    expect(unappliedIn(wanted, present).map(({ text }) => text)).toEqual(['spec.template.spec.affinity']);
    const disruption = unappliedIn(
      of('PodDisruptionBudget', `spec: {${labels('a: b')}}`),
      of('PodDisruptionBudget', `spec: {${helm}}`),
    );
    expect(disruption.map(({ text }) => text)).toContain('spec.selector.matchLabels.app');
  });
});

describe('what is applied to an object that exists', () => {
  test('keeps the entries that controllers added to an account', () => {
    const wanted = of('ServiceAccount', 'imagePullSecrets: [{name: a}, {name: b}], secrets: [{name: s}]');
    const present = of('ServiceAccount', 'imagePullSecrets: [{name: token}, {name: a}]');
    expect(mergedContent(wanted, present, ['imagePullSecrets', 'secrets'])).toEqual({
      imagePullSecrets: [{ name: 'token' }, { name: 'a' }, { name: 'b' }],
      secrets: [{ name: 's' }],
    });
  });

  test('removes nothing outside of label selectors, also not from entries of lists that do not differ', () => {
    const wanted = of('X', 'spec: {replicas: 2, ports: [{port: 1}], rules: [{a: 1}], nodes: {b: c}}');
    const present = of('X', 'spec: {replicas: 1, ports: [{port: 1, x: y}], rules: [{a: 2}], nodes: {d: e}}');
    expect(mergedContent(wanted, present, ['spec'])).toEqual({
      spec: { replicas: 2, rules: [{ a: 1 }], nodes: { b: 'c' } },
    });
  });
});
