import { describe, expect, test } from 'vitest';
import { compareHooks, foreignHook, isForSome, pointIn } from '../../../src/core/kube/foreign-hooks.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';

const HELM = 'helm.sh/hook';
const ARGO = 'argocd.argoproj.io/hook';
const job = (annotations: Record<string, string>, name = 'migrate', kind = 'Job'): KubeObject => ({
  apiVersion: 'batch/v1',
  kind,
  metadata: { name, annotations },
});
const points = (annotations: Record<string, string>) => [true, false].map((first) => pointIn(job(annotations), first));

describe('the point of a hook, in the first release and in a later one', () => {
  test.each([
    [HELM, 'pre-install', 'pre-deploy', undefined],
    [HELM, 'pre-upgrade', undefined, 'pre-deploy'],
    [HELM, 'pre-install,pre-upgrade', 'pre-deploy', 'pre-deploy'],
    [HELM, 'post-install', 'post-deploy', undefined],
    [HELM, 'post-upgrade', undefined, 'post-promote'],
    [HELM, 'post-install, post-upgrade', 'post-deploy', 'post-promote'],
    [HELM, 'post-install,pre-upgrade', 'post-deploy', 'pre-deploy'],
    [HELM, 'post-upgrade,pre-upgrade', undefined, 'pre-deploy'],
    [HELM, 'post-install,pre-install', 'pre-deploy', undefined],
    [HELM, 'pre-install,post-delete', 'pre-deploy', undefined],
    [ARGO, 'PreSync', 'pre-deploy', 'pre-deploy'],
    [ARGO, 'Sync', 'pre-deploy', 'pre-deploy'],
    [ARGO, 'PostSync', 'post-promote', 'post-promote'],
    [ARGO, 'PostSync,PreSync', 'pre-deploy', 'pre-deploy'],
    [ARGO, 'PostSync,SyncFail', 'post-promote', 'post-promote'],
  ])('%s: %s', (key, names, first, later) => {
    expect(points({ [key]: names })).toEqual([first, later]);
  });

  test.each([
    'pre-delete',
    'post-delete',
    'pre-rollback',
    'post-rollback',
    'test',
    'test-success',
    'crd-install',
    'constructor',
    'PreSync',
  ])('%s of Helm has none', (name) => {
    expect(foreignHook(job({ [HELM]: name }))).toEqual({ said: `helm.sh/hook: ${name}`, points: {} });
  });

  test.each(['Skip', 'SyncFail', 'PreDelete', 'PostDelete', 'pre-install'])('%s of Argo CD has none', (name) => {
    expect(points({ [ARGO]: name })).toEqual([undefined, undefined]);
  });

  test('Greenpath’s own annotation wins over the others, and that of Argo CD over that of Helm', () => {
    expect(points({ 'greenpath.dev/hook': 'pre-promote', [ARGO]: 'PreSync', [HELM]: 'pre-install' })).toEqual([
      'pre-promote',
      'pre-promote',
    ]);
    expect(points({ [ARGO]: 'PostSync', [HELM]: 'pre-install' })).toEqual(['post-promote', 'post-promote']);
    expect(foreignHook(job({ 'greenpath.dev/hook': 'sometimes', [HELM]: 'test' }))).toBeUndefined();
  });

  test('no name is no hook, and only a Job has a point', () => {
    expect(foreignHook(job({ [HELM]: ' ,' }))).toBeUndefined();
    expect(pointIn(job({ [HELM]: 'pre-install' }, 'settings', 'ConfigMap'), true)).toBeUndefined();
  });
});

test('hooks of some releases only are those that install or upgrade', () => {
  expect(isForSome(job({ [HELM]: 'pre-install' }))).toBe(true);
  expect(isForSome(job({ [HELM]: 'post-install,pre-upgrade' }))).toBe(false);
  expect(isForSome(job({ [ARGO]: 'PreSync' }))).toBe(false);
  expect(isForSome(job({}))).toBe(false);
  expect(isForSome(job({ [HELM]: 'pre-install' }, 'settings', 'ConfigMap'))).toBe(false);
});

test('the order at one point is by phase, weight or wave, and name', () => {
  const hooks = [
    job({}, 'b'),
    job({ [ARGO]: 'Sync', 'argocd.argoproj.io/sync-wave': '-9' }, 'sync'),
    job({ 'helm.sh/hook-weight': '10' }, 'ten'),
    job({ 'helm.sh/hook-weight': '9' }, 'nine'),
    job({ 'argocd.argoproj.io/sync-wave': '-1', 'helm.sh/hook-weight': '5' }, 'wave'),
    job({ 'helm.sh/hook-weight': 'soon' }, 'a'),
  ];
  expect(hooks.toSorted(compareHooks).map(({ metadata }) => metadata.name)).toEqual([
    'wave',
    'a',
    'b',
    'nine',
    'ten',
    'sync',
  ]);
});
