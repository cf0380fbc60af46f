import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { treatmentOf } from '../../../src/core/kube/treatment.ts';

const of = (apiVersion: string, kind: string, annotations: Record<string, string> = {}) =>
  treatmentOf({ apiVersion, kind, metadata: { name: 'x', annotations } });
const refusalOf = (apiVersion: string, kind: string, annotations: Record<string, string> = {}) => {
  const treatment = of(apiVersion, kind, annotations);
  if (typeof treatment === 'string' || !('refusal' in treatment))
    throw new Error(`expected a refusal, not ${JSON.stringify(treatment)}`);
  return treatment.refusal;
};
const leftOf = (apiVersion: string, kind: string, annotations: Record<string, string> = {}) => {
  const treatment = of(apiVersion, kind, annotations);
  if (typeof treatment === 'string' || !('left' in treatment))
    throw new Error(`expected it to be left alone, not ${JSON.stringify(treatment)}`);
  return treatment;
};

describe('treatmentOf', () => {
  test.each([
    ['apps/v1', 'Deployment', 'coloured'],
    ['v1', 'Service', 'coloured'],
    ['v1', 'ConfigMap', 'coloured'],
    ['v1', 'Secret', 'coloured'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'coloured'],
    ['policy/v1', 'PodDisruptionBudget', 'coloured'],
    ['batch/v1', 'CronJob', 'coloured'],
    ['v1', 'ServiceAccount', 'shared'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'shared'],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'shared'],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'shared'],
    ['v1', 'PersistentVolumeClaim', 'shared'],
    ['networking.k8s.io/v1', 'Ingress', 'route'],
    ['apps/v1', 'StatefulSet', 'backing'],
    ['apps/v1', 'DaemonSet', 'backing'],
  ])('%s %s is %s', (apiVersion, kind, treatment) => {
    expect(of(apiVersion, kind)).toBe(treatment);
  });

  test.each([
    ['apps/v1', 'ReplicaSet'],
    ['v1', 'Pod'],
    ['v1', 'ReplicationController'],
    ['serving.knative.dev/v1', 'Service'],
    ['argoproj.io/v1alpha1', 'Rollout'],
    ['flagger.app/v1beta1', 'Canary'],
    ['apps.openshift.io/v1', 'DeploymentConfig'],
  ])('%s %s runs an application in another way: it is refused by name, with the way out', (apiVersion, kind) => {
    const refusal = refusalOf(apiVersion, kind);
    expect(refusal).toMatch(new RegExp(`^${kind} x cannot be released: `));
    expect(refusal).toContain('greenpath.dev/shared: "true"');
  });

  test.each([
    ['batch/v1', 'Job', 'it is no hook (annotation greenpath.dev/hook)'],
    ['gateway.networking.k8s.io/v1', 'GRPCRoute', 'its kind is unknown to Greenpath'],
    ['example.com/v1', 'Widget', 'its kind is unknown to Greenpath'],
    ['monitoring.coreos.com/v1', 'ServiceMonitor', 'its kind is unknown to Greenpath'],
    ['external-secrets.io/v1', 'ExternalSecret', 'its kind is unknown to Greenpath'],
    ['postgresql.cnpg.io/v1', 'Cluster', 'its kind is unknown to Greenpath'],
    ['coordination.k8s.io/v1', 'Lease', 'it is no part of a release'],
    ['v1', 'toString', 'its kind is unknown to Greenpath'],
    ['v1', 'constructor', 'its kind is unknown to Greenpath'],
  ])('%s %s is left alone; a strict config refuses it with the way out', (apiVersion, kind, left) => {
    const treatment = leftOf(apiVersion, kind);
    expect(treatment.left).toBe(left);
    expect(treatment.strict).toMatch(new RegExp(`^${kind} x cannot be released: `));
    expect(treatment.strict).toContain('greenpath.dev/shared: "true"');
  });

  test.each([
    ['v1', 'Namespace'],
    ['v1', 'PersistentVolume'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRole'],
    ['rbac.authorization.k8s.io/v1', 'ClusterRoleBinding'],
    ['cert-manager.io/v1', 'ClusterIssuer'],
    ['networking.k8s.io/v1', 'IngressClass'],
    ['storage.k8s.io/v1', 'StorageClass'],
    ['scheduling.k8s.io/v1', 'PriorityClass'],
    ['apiextensions.k8s.io/v1', 'CustomResourceDefinition'],
  ])(
    '%s %s is of the whole cluster: it is left alone, annotated or not, and no config advises to share it',
    (apiVersion, kind) => {
      for (const annotations of [{}, { 'greenpath.dev/shared': 'true' }])
        expect(leftOf(apiVersion, kind, annotations)).toEqual({
          left: 'it belongs to the whole cluster',
          strict: `${kind} x cannot be released: it belongs to the whole cluster, and a release writes to one namespace only. Leave it out of \`manifests\`, and apply it with kubectl before the release`,
        });
    },
  );

  test.each([
    ['extensions/v1beta1', 'Ingress', '1.22', 'networking.k8s.io/v1: a backend is written service: {name: web, '],
    [
      'networking.k8s.io/v1beta1',
      'Ingress',
      '1.22',
      'networking.k8s.io/v1: a backend is written service: {name: web, ',
    ],
    ['extensions/v1beta1', 'Deployment', '1.16', 'apps/v1: it needs a spec.selector'],
    ['apps/v1beta2', 'Deployment', '1.16', 'apps/v1: it needs a spec.selector'],
    ['extensions/v1beta1', 'NetworkPolicy', '1.16', 'networking.k8s.io/v1'],
    ['policy/v1beta1', 'PodDisruptionBudget', '1.25', 'policy/v1'],
    ['autoscaling/v2beta2', 'HorizontalPodAutoscaler', '1.26', 'autoscaling/v2: a metric states its goal as '],
    ['batch/v1beta1', 'CronJob', '1.25', 'batch/v1'],
    ['rbac.authorization.k8s.io/v1beta1', 'RoleBinding', '1.22', 'rbac.authorization.k8s.io/v1'],
  ])('%s %s is served no more: the version to use and its form are named', (apiVersion, kind, since, use) => {
    for (const annotations of [{}, { 'greenpath.dev/shared': 'true' }])
      expect(refusalOf(apiVersion, kind, annotations)).toContain(
        `${kind} x has apiVersion ${apiVersion}, which Kubernetes has not served since ${since}; use ${use}`,
      );
  });
});

describe('treatmentOf, of versions and annotations', () => {
  test('an apiVersion that a kind does not have is refused with the one to use', () => {
    expect(refusalOf('v1', 'Deployment')).toBe('Deployment x has apiVersion v1; use apps/v1');
    expect(refusalOf('networking.k8s.io/v2', 'Ingress')).toBe(
      'Ingress x has apiVersion networking.k8s.io/v2; use networking.k8s.io/v1',
    );
  });

  test('a kind in a sentence has its article', () => {
    expect(leftOf('traefik.io/v1alpha1', 'IngressRoute').strict).toContain('two versions of an IngressRoute could');
    expect(leftOf('traefik.io/v1alpha1', 'Middleware').strict).toContain('two versions of a Middleware could');
  });

  test('a Job is coloured as a hook at a point that there is; nothing else can be a hook', () => {
    const at = (point: string) => ({ 'greenpath.dev/hook': point });
    for (const point of ['pre-deploy', 'post-deploy', 'pre-promote', 'post-promote', 'post-rollback'])
      expect(of('batch/v1', 'Job', at(point))).toBe('coloured');
    expect(refusalOf('batch/v1', 'Job', at('pre-release'))).toContain(
      'is a hook at "pre-release"; the points are pre-deploy',
    );
    expect(refusalOf('v1', 'Pod', at('pre-deploy'))).toContain('only a Job (batch/v1) can be a hook');
    expect(leftOf('batch/v1', 'Job').strict).toContain('the annotation greenpath.dev/hook');
  });

  test('a hook of Helm or Argo CD that has a point is coloured if it is a Job; else its kind says what it is', () => {
    for (const hook of [{ 'helm.sh/hook': 'pre-install' }, { 'argocd.argoproj.io/hook': 'PreSync' }]) {
      expect(of('batch/v1', 'Job', hook)).toBe('coloured');
      expect(of('v1', 'ConfigMap', hook)).toBe('coloured');
      expect(of('v1', 'ServiceAccount', hook)).toBe('shared');
      expect(of('networking.k8s.io/v1', 'Ingress', hook)).toBe('route');
      expect(refusalOf('v1', 'Pod', hook)).toContain('Pod x cannot be released');
    }
  });

  test.each([
    ['batch/v1', 'Job', 'helm.sh/hook', 'pre-delete'],
    ['v1', 'Pod', 'helm.sh/hook', 'test'],
    ['v1', 'ConfigMap', 'helm.sh/hook', 'test'],
    ['apps/v1', 'Deployment', 'argocd.argoproj.io/hook', 'Skip'],
    ['networking.k8s.io/v1', 'Ingress', 'argocd.argoproj.io/hook', 'SyncFail'],
  ])('%s %s with %s: %s is left alone', (apiVersion, kind, key, name) => {
    const left = `it is a hook (${key}: ${name}) that has no point in a release`;
    expect(leftOf(apiVersion, kind, { [key]: name })).toMatchObject({ left });
    expect(of(apiVersion, kind, { [key]: name, 'greenpath.dev/shared': 'true' })).toBeTypeOf('string');
  });

  test('only "true" makes anything shared', () => {
    expect(of('example.com/v1', 'Widget', { 'greenpath.dev/shared': 'true' })).toBe('shared');
    expect(of('v1', 'ConfigMap', { 'greenpath.dev/shared': 'true' })).toBe('shared');
    expect(of('v1', 'ConfigMap', { 'greenpath.dev/shared': 'yes' })).toBe('coloured');
  });

  test.each(['Deployment', 'StatefulSet', 'DaemonSet'])(
    'a shared %s is backing: what it reads goes with it',
    (kind) => {
      expect(of('apps/v1', kind, { 'greenpath.dev/shared': 'true' })).toBe('backing');
    },
  );

  test('whatever the kind, there is a treatment or one sentence that names the object', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (apiVersion, kind) => {
        const treatment = of(apiVersion, kind);
        if (typeof treatment === 'string') return;
        const sentence = 'refusal' in treatment ? treatment.refusal : treatment.strict;
        expect(sentence.startsWith(`${kind} x `)).toBe(true);
      }),
    );
  });
});

describe('a Job that is a check', () => {
  const at = (check: string, more: Record<string, string> = {}) => ({ 'greenpath.dev/check': check, ...more });

  test('belongs to each revision', () => {
    expect(of('batch/v1', 'Job', at('true'))).toBe('coloured');
  });

  test.each([
    ['Job', 'batch/v1', at('yes'), 'the value must be "true"'],
    ['Job', 'batch/v1', at('true', { 'greenpath.dev/hook': 'pre-deploy' }), 'it can be only one of these'],
    ['Deployment', 'apps/v1', at('true'), 'only a Job (batch/v1) can be a check'],
  ])('%s %s %j is refused', (kind, version, annotations, why) => {
    expect(refusalOf(version, kind, annotations)).toContain(why);
  });
});
