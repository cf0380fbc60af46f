import { expect, test } from 'vitest';
import { withoutRepeatedEntries } from '../../../src/core/kube/repeated-entries.ts';
import { podSpecOf } from '../../../src/core/kube/workload.ts';
import { objectOf } from '../support.ts';

/** Lists in which a server-side apply refuses two entries of one key. */

const deployment = (container: string, pod = '') =>
  objectOf(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {${pod}initContainers: [{name: i, ${container}}], containers: [{name: x, ${container}}]}}}`,
  );
const env = (...entries: string[]) => `env: [${entries.join(', ')}]`;

test.each<[string, string, string]>([
  [
    'a variable',
    env('{name: A, value: "1"}', '{name: B, value: $(A)}', '{name: A, value: "2"}'),
    env('{name: B, value: $(A)}', '{name: A, value: "2"}'),
  ],
  [
    'a port',
    'ports: [{containerPort: 80}, {containerPort: 80, protocol: TCP, name: web}]',
    'ports: [{containerPort: 80, protocol: TCP, name: web}]',
  ],
])('%s that a container has twice is what it is last', (_, given, expected) => {
  const object = deployment(given);
  const before = structuredClone(object);
  expect(withoutRepeatedEntries(object)).toEqual(deployment(expected));
  expect(object).toEqual(before);
});

test('a Secret for pulling images is named once', () => {
  const twice = deployment('image: x', 'imagePullSecrets: [{name: a}, {name: b}, {name: a}], ');
  expect(podSpecOf(withoutRepeatedEntries(twice))).toMatchObject({ imagePullSecrets: [{ name: 'b' }, { name: 'a' }] });
});

test.each([
  ['one port of two protocols', 'ports: [{containerPort: 53}, {containerPort: 53, protocol: UDP}]'],
  ['variables of two names', env('{name: A}', '{name: B}')],
  ['no list', 'env: null'],
])('%s stays as it is', (_, given) => {
  const object = deployment(given);
  expect(withoutRepeatedEntries(object)).toBe(object);
});

test('what has no pods stays as it is', () => {
  const object = objectOf('apiVersion: v1\nkind: ConfigMap\nmetadata: {name: x}');
  expect(withoutRepeatedEntries(object)).toBe(object);
});
