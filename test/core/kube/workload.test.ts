import { load } from 'js-yaml';
import { expect, test } from 'vitest';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { podLabels, podSpecOf } from '../../../src/core/kube/workload.ts';

const POD = '{metadata: {labels: {app: web}}, spec: {containers: [{name: c}]}}';

test.each([
  ['apps/v1', 'Deployment', `spec: {template: ${POD}}`],
  ['batch/v1', 'Job', `spec: {template: ${POD}}`],
  ['batch/v1', 'CronJob', `spec: {jobTemplate: {spec: {template: ${POD}}}}`],
  ['v1', 'Pod', 'metadata: {labels: {app: web}}\nspec: {containers: [{name: c}]}'],
  ['argoproj.io/v1alpha1', 'Rollout', `spec: {template: ${POD}}`],
])('the pods that %s %s makes', (apiVersion, kind, yaml) => {
  const object = { apiVersion, kind, ...(load(yaml) as object) } as unknown as KubeObject;
  expect(podLabels(object)).toEqual({ app: 'web' });
  expect(podSpecOf(object)).toEqual({ containers: [{ name: 'c' }] });
});

test('what makes none has none', () => {
  const service = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'web' }, spec: { selector: { app: 'web' } } };
  expect(podLabels(service)).toEqual({});
  expect(podSpecOf(service)).toBeUndefined();
});

test('labels that are no text are left out', () => {
  const template = { metadata: { labels: { a: 'b', n: 1 } } };
  const object = { apiVersion: 'apps/v1', kind: 'Deployment', metadata: { name: 'a' }, spec: { template } };
  expect(podLabels(object)).toEqual({ a: 'b' });
});
