import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { treatmentOf } from '../../src/core/kinds.ts';

const of = (apiVersion: string, kind: string, annotations: Record<string, string> = {}) =>
  treatmentOf({ apiVersion, kind, metadata: { name: 'x', annotations } });
const refusalOf = (apiVersion: string, kind: string, annotations: Record<string, string> = {}) => {
  const treatment = of(apiVersion, kind, annotations);
  if (typeof treatment === 'string') throw new Error(`expected a refusal, not ${treatment}`);
  return treatment.refusal;
};

describe('treatmentOf', () => {
  test.each([
    ['apps/v1', 'Deployment', 'coloured'],
    ['v1', 'Service', 'coloured'],
    ['v1', 'ConfigMap', 'coloured'],
    ['v1', 'Secret', 'coloured'],
    ['autoscaling/v2', 'HorizontalPodAutoscaler', 'coloured'],
    ['policy/v1', 'PodDisruptionBudget', 'coloured'],
    ['v1', 'ServiceAccount', 'shared'],
    ['rbac.authorization.k8s.io/v1', 'Role', 'shared'],
    ['rbac.authorization.k8s.io/v1', 'RoleBinding', 'shared'],
    ['networking.k8s.io/v1', 'NetworkPolicy', 'shared'],
    ['v1', 'PersistentVolumeClaim', 'shared'],
    ['networking.k8s.io/v1', 'Ingress', 'route'],
  ])('%s %s is %s', (apiVersion, kind, treatment) => {
    expect(of(apiVersion, kind)).toBe(treatment);
  });

  test.each([
    ['apps/v1', 'StatefulSet'],
    ['apps/v1', 'DaemonSet'],
    ['batch/v1', 'CronJob'],
    ['batch/v1', 'Job'],
    ['gateway.networking.k8s.io/v1', 'HTTPRoute'],
    ['v1', 'Namespace'],
    ['example.com/v1', 'Widget'],
    ['v1', 'toString'],
    ['v1', 'constructor'],
  ])('%s %s is refused by name, with the way out', (apiVersion, kind) => {
    const refusal = refusalOf(apiVersion, kind);
    expect(refusal).toMatch(new RegExp(`^${kind} x cannot be released: `));
    expect(refusal).toContain('greenpath.dev/shared: "true"');
  });

  test('an old apiVersion is refused with the one to use', () => {
    expect(refusalOf('autoscaling/v1', 'HorizontalPodAutoscaler')).toContain('use autoscaling/v2');
    expect(refusalOf('extensions/v1beta1', 'Deployment')).toContain('use apps/v1');
  });

  test('a Job is coloured as a hook at a point that there is; nothing else can be a hook', () => {
    const at = (point: string) => ({ 'greenpath.dev/hook': point });
    for (const point of ['pre-deploy', 'pre-promote', 'post-promote', 'post-rollback'])
      expect(of('batch/v1', 'Job', at(point))).toBe('coloured');
    expect(refusalOf('batch/v1', 'Job', at('pre-release'))).toContain(
      'is a hook at "pre-release"; there are pre-deploy',
    );
    expect(refusalOf('v1', 'Pod', at('pre-deploy'))).toContain('only a Job (batch/v1) can be a hook');
    expect(refusalOf('batch/v1', 'Job')).toContain('annotated greenpath.dev/hook');
  });

  test('only "true" makes anything shared', () => {
    expect(of('apps/v1', 'StatefulSet', { 'greenpath.dev/shared': 'true' })).toBe('shared');
    expect(of('v1', 'ConfigMap', { 'greenpath.dev/shared': 'true' })).toBe('shared');
    expect(of('v1', 'ConfigMap', { 'greenpath.dev/shared': 'yes' })).toBe('coloured');
  });

  test('whatever the kind, there is a treatment or one sentence that names the object', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), (apiVersion, kind) => {
        const treatment = of(apiVersion, kind);
        if (typeof treatment !== 'string') expect(treatment.refusal.startsWith(`${kind} x `)).toBe(true);
      }),
    );
  });
});
