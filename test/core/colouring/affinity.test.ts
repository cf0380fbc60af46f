import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../../src/core/base/json.ts';
import { podSelectorsIn } from '../../../src/core/colouring/affinity.ts';
import { colour } from '../../../src/core/colouring/colour.ts';
import { podSpecOf } from '../../../src/core/kube/workload.ts';
import { identifiers, manifestsOf, present } from '../support.ts';

const WEB = '{matchLabels: {app: web}}';
const spec = (text: string) => load(text) as Json;
const found = (text: string) => podSelectorsIn(spec(text), identifiers()).map((place) => place.selector);
const term = (text: string) =>
  `affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{topologyKey: zone, ${text}}]}}`;
const spread = (text: string) => `topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone, ${text}}]`;

describe('podSelectorsIn', () => {
  test.each<[string, string]>([
    [
      'required affinity',
      `affinity: {podAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: ${WEB}}]}}`,
    ],
    [
      'preferred affinity',
      `affinity: {podAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {labelSelector: ${WEB}}}]}}`,
    ],
    [
      'required anti-affinity',
      `affinity: {podAntiAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{labelSelector: ${WEB}}]}}`,
    ],
    [
      'preferred anti-affinity',
      `affinity: {podAntiAffinity: {preferredDuringSchedulingIgnoredDuringExecution: [{weight: 1, podAffinityTerm: {labelSelector: ${WEB}}}]}}`,
    ],
    ['spread', spread(`labelSelector: ${WEB}`)],
    ['a term for its own namespace by name', term(`namespaces: [shop], labelSelector: ${WEB}`)],
    ['a term with an empty list of namespaces', term(`namespaces: [], namespaceSelector: null, labelSelector: ${WEB}`)],
    ['spread by pod template', spread(`matchLabelKeys: [pod-template-hash], labelSelector: ${WEB}`)],
  ])('%s', (_, text) => {
    expect(found(text)).toEqual([spec(WEB)]);
  });

  test.each<[string, string]>([
    ['a term for another namespace', term(`namespaces: [db], labelSelector: ${WEB}`)],
    ['a term for this and another namespace', term(`namespaces: [shop, db], labelSelector: ${WEB}`)],
    ['a term for namespaces by label', term(`namespaceSelector: {matchLabels: {team: a}}, labelSelector: ${WEB}`)],
    ['a term for all namespaces', term(`namespaceSelector: {}, labelSelector: ${WEB}`)],
    ['spread that means its revision already', spread(`matchLabelKeys: [revision], labelSelector: ${WEB}`)],
    ['a term that means other revisions', term(`mismatchLabelKeys: [revision], labelSelector: ${WEB}`)],
    ['node affinity', `affinity: {nodeAffinity: {requiredDuringSchedulingIgnoredDuringExecution: [{}]}}`],
    ['what is no list', 'topologySpreadConstraints: 7\naffinity: [1]'],
  ])('not %s', (_, text) => {
    expect(found(text)).toEqual([]);
  });
});

/** What becomes of `text` in the pods of `web`, beside those of `api` and a Job. */
function coloured(text: string): Json | undefined {
  const deployment = (name: string, podSpec: string) =>
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: ${name}}\nspec: {selector: {matchLabels: {app: ${name}}}, template: {metadata: {labels: {app: ${name}, part-of: shop}}, spec: ${podSpec}}}`;
  const job =
    'apiVersion: batch/v1\nkind: Job\nmetadata: {name: job}\nspec: {template: {metadata: {labels: {app: job}}, spec: {}}}';
  const all = [deployment('web', JSON.stringify(spec(text))), deployment('api', '{}'), job].join('\n---\n');
  return podSpecOf(present(colour(manifestsOf(all), identifiers())[0]).object);
}

describe('colour', () => {
  test.each<[string, string]>([
    ['{matchLabels: {app: web}}', '{matchLabels: {app: web, revision: v2}}'],
    ['{matchLabels: {app: api}}', '{matchLabels: {app: api, revision: v2}}'],
    ['{matchLabels: {app: job}}', '{matchLabels: {app: job, revision: v2}}'],
    [
      '{matchExpressions: [{key: app, operator: In, values: [web, db]}]}',
      '{matchLabels: {revision: v2}, matchExpressions: [{key: app, operator: In, values: [web, db]}]}',
    ],
    ...['DoesNotExist}', 'Exists}', 'In, values: [v1, v2]}', 'NotIn, values: [v1]}'].map((rest): [string, string] => [
      `{matchExpressions: [{key: revision, operator: ${rest}]}`,
      '{matchLabels: {revision: v2}}',
    ]),
  ])('narrows %s, which selects pods of the manifests, to %s', (before, after) => {
    expect(coloured(term(`labelSelector: ${before}`))).toEqual(spec(term(`labelSelector: ${after}`)));
    expect(coloured(spread(`labelSelector: ${before}`))).toEqual(spec(spread(`labelSelector: ${after}`)));
  });

  test.each([
    '{matchLabels: {app: db}}',
    '{matchExpressions: [{key: app, operator: NotIn, values: [web, api, job]}]}',
    '{matchExpressions: [{key: revision, operator: In, values: [v1]}]}',
    '{matchLabels: {app: web, revision: v1}}',
    '{}',
    '{matchLabels: {}, matchExpressions: []}',
    'null',
  ])('leaves %s', (selector) => {
    const text = term(`labelSelector: ${selector}`);
    expect(coloured(text)).toEqual(spec(text));
  });

  test('leaves a term without a selector', () => {
    expect(coloured(term('matchLabelKeys: []'))).toEqual(spec(term('matchLabelKeys: []')));
  });
});
