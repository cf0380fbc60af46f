import { describe, expect, test } from 'vitest';
import { withContent } from '../../../src/core/colouring/content.ts';
import { buildStack, type Stack } from '../../../src/core/colouring/stack.ts';
import { hookPoint } from '../../../src/core/kube/hooks.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { identifiers, manifestsOf } from '../support.ts';
import { DEPLOYMENT, join, SERVICE } from './stack-manifests.ts';

/** Hooks of Helm and Argo CD in a stack: which of them it has, and at which points. */

const job = (name: string, hook: string, annotation = 'helm.sh/hook', image = 'i') => `
apiVersion: batch/v1
kind: Job
metadata: {name: ${name}, annotations: {${annotation}: "${hook}"}}
spec: {template: {spec: {restartPolicy: Never, containers: [{name: c, image: ${image}}]}}}`;

const CONTENT = `
apiVersion: v1
kind: ConfigMap
metadata: {name: script, annotations: {helm.sh/hook: pre-install}}
data: {a: "1"}`;
const HOOKS = [
  job('seed', 'pre-install'),
  job('migrate', 'pre-install,pre-upgrade'),
  job('settle', 'post-install,post-upgrade'),
  job('tell', 'PostSync', 'argocd.argoproj.io/hook'),
  job('check', 'test'),
];

function built(isFirst: boolean, hooks = HOOKS): Stack {
  const manifests = manifestsOf(join(SERVICE, DEPLOYMENT, CONTENT, ...hooks));
  const result = buildStack(manifests, new Map(), identifiers(), { routed: new Set(['web']), isFirst });
  if ('problems' in result) throw new Error(JSON.stringify(result.problems));
  return result.stack;
}
const pointsOf = ({ own }: Stack) =>
  own.flatMap(({ object }) => (object.kind === 'Job' ? [`${nameOf(object)}: ${hookPoint(object)}`] : [])).toSorted();
const leftOf = ({ left }: Stack) => left.map(({ manifest, why }) => `${manifest.given}: ${why}`);

test('a Job that is a check is not retried unless it says so, and a hook is as it was written', () => {
  const { own } = built(true, [job('smoke', 'true', 'greenpath.dev/check'), job('seed', 'pre-install')]);
  const specs = own.flatMap(({ object }) => (object.kind === 'Job' ? [[object.metadata.name, object.spec]] : []));
  expect(Object.fromEntries(specs)).toMatchObject({ 'smoke-v2': { backoffLimit: 0, suspend: true } });
  expect(Object.fromEntries(specs)['seed-v2']).not.toHaveProperty('backoffLimit');
});

describe('hooks of Helm and Argo CD', () => {
  test('in the first release', () => {
    const stack = built(true);
    expect(pointsOf(stack)).toEqual([
      'Job migrate-v2: pre-deploy',
      'Job seed-v2: pre-deploy',
      'Job settle-v2: post-deploy',
      'Job tell-v2: post-promote',
    ]);
    expect(leftOf(stack)).toEqual(['Job check: it is a hook (helm.sh/hook: test) that has no point in a release']);
  });

  test('in a later one', () => {
    const stack = built(false);
    expect(pointsOf(stack)).toEqual([
      'Job migrate-v2: pre-deploy',
      'Job settle-v2: post-promote',
      'Job tell-v2: post-promote',
    ]);
    expect(leftOf(stack)[0]).toBe('Job seed: it is a hook (helm.sh/hook: pre-install) of the first release only');
  });

  test('the plan says when they run, and what to do if pods wait for one that runs after the switch', () => {
    expect(built(false).notices).toEqual([
      'Job migrate (helm.sh/hook: pre-install, pre-upgrade) runs at pre-deploy',
      "Job settle (helm.sh/hook: post-install, post-upgrade) runs at post-promote. If the candidate's pods wait for it, annotate it greenpath.dev/hook: pre-deploy or post-deploy",
      "Job tell (argocd.argoproj.io/hook: PostSync) runs at post-promote. If the candidate's pods wait for it, annotate it greenpath.dev/hook: pre-deploy or post-deploy",
    ]);
  });

  test('what went live as the first release is the same content afterwards', () => {
    expect(built(false).digest).toBe(built(true).digest);
    for (const stack of [built(true), built(false)])
      expect(withContent(stack, ({ object }) => object).digest).toBe(stack.digest);
    const [, , ...rest] = HOOKS;
    const other = [job('seed', 'pre-install'), job('migrate', 'pre-install,pre-upgrade', 'helm.sh/hook', 'j'), ...rest];
    expect(built(true, other).digest).not.toBe(built(true).digest);
  });

  test('other objects keep what other tools say of them, and count as content', () => {
    const object = built(false).own.find(({ given }) => given === 'ConfigMap script')?.object;
    expect(object?.metadata.annotations).toEqual({ 'helm.sh/hook': 'pre-install' });
  });

  test('a Job whose name the server would choose gets the revision as its end', () => {
    const named = job('x', 'PreSync', 'argocd.argoproj.io/hook').replace('name: x', 'generateName: schema-migrate-');
    expect(pointsOf(built(false, [named]))).toEqual(['Job schema-migrate-v2: pre-deploy']);
  });
});
