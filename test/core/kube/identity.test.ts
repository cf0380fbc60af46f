import { describe, expect, test } from 'vitest';
import { groupOf, isOfKind, keyAt, keyIn, keyOf, kindMeant, kindOf, nameAt } from '../../../src/core/kube/identity.ts';
import { KIND } from '../../../src/core/kube/kinds.ts';

describe('keyOf', () => {
  const named = (apiVersion: string, kind: string, name: string) => keyOf({ apiVersion, kind, metadata: { name } });

  test('tells kinds of one name apart by their group', () => {
    expect(named('v1', 'Service', 'web')).not.toBe(named('serving.knative.dev/v1', 'Service', 'web'));
  });

  test('is the same for any version of a kind', () => {
    expect(named('autoscaling/v1', 'HorizontalPodAutoscaler', 'web')).toBe(keyAt(KIND.HorizontalPodAutoscaler, 'web'));
  });

  test('tells names and kinds apart', () => {
    const keys = [named('v1', 'Secret', 'a'), named('v1', 'ConfigMap', 'a'), named('v1', 'Secret', 'b')];
    expect(new Set(keys).size).toBe(3);
  });
});

test('what was recorded of an object finds it again, and says its name', () => {
  const key = keyIn({ group: 'apps', kind: 'Deployment', name: 'web.v2' });
  expect(key).toBe(keyAt(KIND.Deployment, 'web.v2'));
  expect(nameAt(key)).toBe('Deployment web.v2');
  expect(nameAt(keyAt(KIND.Service, 'web'))).toBe('Service web');
  expect(isOfKind({ group: 'batch', kind: 'Job' }, KIND.Job)).toBe(true);
  expect(isOfKind({ group: 'batch.volcano.sh', kind: 'Job' }, KIND.Job)).toBe(false);
});

test.each([
  ['v1', ''],
  ['apps/v1', 'apps'],
  ['networking.k8s.io/v1', 'networking.k8s.io'],
])('the group of %s is "%s"', (apiVersion, group) => {
  expect(groupOf(apiVersion)).toBe(group);
});

test.each([
  ['Deployment', 'apps/v1', 'deployments'],
  ['Deployment', undefined, 'deployments'],
  ['Deployment', 'apps', 'deployments'],
  ['Deployment', 'extensions/v1beta1', 'deployments'],
  ['Ingress', 'networking.k8s.io/v1', 'ingresses'],
  ['Service', 'v1', 'services'],
  ['Service', 'serving.knative.dev/v1', undefined],
  ['Job', 'batch.volcano.sh/v1alpha1', undefined],
  ['constructor', undefined, undefined],
])('%s of %s means %s', (kind, version, resource) => {
  expect(kindMeant(kind, version)?.resource).toBe(resource);
});

test.each([
  ['v1', 'Service', 'services'],
  ['v2', 'Service', undefined],
  ['serving.knative.dev/v1', 'Service', undefined],
  // Whether a cluster serves it is the server's to say.
  ['gateway.networking.k8s.io/v1', 'GRPCRoute', undefined],
])('the request path of %s %s is that of %s', (apiVersion, kind, resource) => {
  expect(kindOf({ apiVersion, kind })?.resource).toBe(resource);
});
