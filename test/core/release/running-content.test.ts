import { describe, expect, test } from 'vitest';
import type { KubeObject, Metadata, Service } from '../../../src/core/kube/objects.ts';
import { changedSince, configOf, type Parts, runsOf } from '../../../src/core/release/running-content.ts';

/** Promise 2: every difference between what was verified and what runs is found, and named. */

const podSpec = {
  containers: [
    {
      name: 'web',
      image: 'web:v2',
      env: [{ name: 'A', valueFrom: { configMapKeyRef: { name: 'shared', key: 'green' } } }],
      envFrom: [{ secretRef: { name: 'db' } }],
    },
  ],
};
const deployment = (replicas: number, image = 'web:v2'): KubeObject => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'web-v2' },
  spec: { replicas, template: { spec: { ...podSpec, containers: [{ ...podSpec.containers[0], image }] } } },
});
const service = (port: number): Service => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web-v2' },
  spec: { selector: { revision: 'v2' }, ports: [{ port }] },
});
const pod = (name: string, images: Record<string, string>, gone = false): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...(gone ? { deletionTimestamp: '2026-05-01T10:00:00Z' } : {}) },
  status: { containerStatuses: Object.entries(images).map(([container, imageID]) => ({ name: container, imageID })) },
});
const configMap = (data: Record<string, string>): KubeObject => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'shared' },
  data,
});
const secret = (password: string, metadata: Partial<Metadata> = {}): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 'db', ...metadata },
  data: { password },
});
/** What other people's tools write on an object. */
const RENEWED = { uid: 'v', resourceVersion: '8', annotations: { renewed: 'now' }, labels: { a: 'b' } };
const parts = (change: Partial<Parts> = {}): Parts => ({
  workloads: [deployment(2)],
  pods: [pod('a', { web: 'sha256:1' }), pod('b', { web: `registry.test/web@sha256:${'1'.repeat(64)}` })],
  services: [service(80)],
  configMaps: [configMap({ green: 'x', blue: 'y' })],
  secrets: [secret('hunter2')],
  ...change,
});
const changes = (change: Partial<Parts>) => changedSince(runsOf(parts(), 'k'), runsOf(parts(change), 'k'));

describe('what runs is what was verified', () => {
  test.each<[string, Partial<Parts>]>([
    ['nothing changed', {}],
    ['there are more replicas of the same', { workloads: [deployment(5)], pods: [pod('c', { web: 'sha256:1' })] }],
    ['a key changed that these pods do not read', { configMaps: [configMap({ green: 'x', blue: 'other' })] }],
    [
      'a pod that ends has another image',
      { pods: [pod('a', { web: 'sha256:1' }), pod('z', { web: 'sha256:9' }, true)] },
    ],
    [
      'a mirror gave the same image by another name',
      { pods: [pod('a', { web: `mirror.test/web@sha256:${'1'.repeat(64)}` }), pod('b', { web: 'sha256:1' })] },
    ],
    ['a Secret was annotated or made anew with the same content', { secrets: [secret('hunter2', RENEWED)] }],
    [
      'a ConfigMap was',
      { configMaps: [{ ...configMap({ green: 'x', blue: 'y' }), metadata: { name: 'shared', ...RENEWED } }] },
    ],
    ['a new pod has not started yet', { pods: [pod('a', { web: 'sha256:1' }), pod('b', { web: '' })] }],
  ])('when %s', (_, change) => expect(changes(change)).toEqual([]));
});

describe('what changed is named', () => {
  test.each<[string, Partial<Parts>, string[]]>([
    [
      'the pod template',
      { workloads: [deployment(2, 'web:v3')] },
      ['the pod template of Deployment web-v2 has changed'],
    ],
    [
      'a new pod of a moved tag',
      { pods: [pod('a', { web: 'sha256:1' }), pod('n', { web: 'sha256:2' })] },
      ['container web runs another image, sha256:2'],
    ],
    [
      'a container that somebody injected',
      { pods: [pod('a', { web: 'sha256:1', proxy: 'sha256:3' })] },
      ['container proxy did not exist'],
    ],
    ['a Service', { services: [service(81)] }, ['Service web-v2 has changed']],
    ['a ConfigMap', { configMaps: [configMap({ green: 'z', blue: 'y' })] }, ['ConfigMap shared has changed']],
    ['a ConfigMap that is gone', { configMaps: [] }, ['ConfigMap shared is gone']],
    [
      'an image of another digest from the same registry',
      { pods: [pod('n', { web: `registry.test/web@sha256:${'2'.repeat(64)}` })] },
      [`container web runs another image, sha256:${'2'.repeat(64)}`],
    ],
    ['a Secret', { secrets: [secret('hunter3', RENEWED)] }, ['Secret db has changed']],
    ['a Secret that is gone', { secrets: [] }, ['Secret db is gone']],
    [
      'another Deployment',
      { workloads: [deployment(2), { ...deployment(1), metadata: { name: 'x' } }] },
      ['the pod template of Deployment x is new'],
    ],
  ])('%s', (_, change, names) => expect(changes(change)).toEqual(names));
});

test('of a Secret there is only a digest that nobody can guess at without the key', () => {
  const { objects, key } = runsOf(parts(), 'k');
  expect(JSON.stringify({ objects, key })).not.toContain('hunter2');
  expect(objects['/Secret/db']).toMatch(/^[0-9a-f]{16}$/);
  expect(runsOf(parts(), 'other').objects['/Secret/db']).not.toBe(objects['/Secret/db']);
  expect(runsOf(parts({ secrets: [] }), 'k')).not.toHaveProperty('key');
});

test('where the key was lost, that is said, and nothing of the Secrets', () => {
  expect(changedSince(runsOf(parts(), 'k'), runsOf(parts(), 'other'))).toEqual([
    'the key for comparing Secrets is another one',
  ]);
});

test('a Secret that came since is new, whatever the key', () => {
  const without = runsOf(parts({ secrets: [] }), '');
  expect(changedSince(without, runsOf(parts(), 'k'))).toEqual(['Secret db is new']);
});

test('the config whose content containers see, without repetition', () => {
  const node = {
    imagePullSecrets: [{ name: 'registry' }],
    volumes: [{ name: 'v', csi: { driver: 'd', nodePublishSecretRef: { name: 'storage' } } }],
  };
  const [first, second] = [deployment(1), deployment(2)];
  second.spec = { template: { spec: { ...podSpec, ...node } } };
  expect(configOf([first, second])).toEqual({ configMaps: ['shared'], secrets: ['db'] });
});
