import { describe, expect, test } from 'vitest';
import { outsideReferences } from '../../../src/core/colouring/stack.ts';
import { nameOf } from '../../../src/core/kube/objects.ts';
import { only } from '../support.ts';
import { DEPLOYMENT, join, SECRET, SERVICE, stackOf } from './stack-manifests.ts';

describe('outsideReferences', () => {
  const pod = (spec: string) =>
    join(SERVICE, DEPLOYMENT.replace('spec: {containers', `spec: {${spec}, containers`), SECRET);
  const outside = (text: string) => outsideReferences(stackOf(text)).map(({ kind, name }) => `${kind} ${name}`);

  test.each<[string, string[]]>([
    ['volumes: [{name: v, configMap: {name: c}}]', ['ConfigMap c']],
    ['volumes: [{name: v, configMap: {name: c, optional: true}}]', []],
    ['volumes: [{name: v, secret: {secretName: key}}]', []],
    ['volumes: [{name: v, configMap: {name: key}}]', ['ConfigMap key']],
    ['serviceAccountName: default', []],
    ['serviceAccountName: web', ['ServiceAccount web']],
    [
      'volumes: [{name: v, configMap: {name: c}}, {name: w, configMap: {name: c}}, {name: x, secret: {secretName: c}}]',
      ['ConfigMap c', 'Secret c'],
    ],
    ['volumes: [{name: v, configMap: {name: default}}]', ['ConfigMap default']],
  ])('%s: %j', (spec, names) => {
    expect(outside(pod(spec))).toEqual(names);
  });

  test('says which workload needs it', () => {
    const one = only(outsideReferences(stackOf(pod('serviceAccountName: web'))));
    expect(nameOf(one.manifest.object)).toBe('Deployment web-v2');
  });

  test('another kind of the same name is not what is read', () => {
    const other =
      'apiVersion: example.com/v1\nkind: ConfigMap\nmetadata: {name: env, annotations: {greenpath.dev/shared: "true"}}';
    const read = pod('volumes: [{name: v, configMap: {name: env}}]');
    expect(outside(join(read, other))).toEqual(['ConfigMap env']);
  });

  test('what is shared is there', () => {
    const account = 'apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: web}';
    expect(outside(join(pod('serviceAccountName: web'), account))).toEqual([]);
  });
});
