import { describe, expect, test } from 'vitest';
import type { Problem } from '../../../src/core/base/error.ts';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import { repetitionFault, withoutRepeatedEntries } from '../../../src/core/kube/repeated-entries.ts';
import { podSpecOf } from '../../../src/core/kube/workload.ts';
import { DEPLOYMENT, join, SERVICE } from '../colouring/stack-manifests.ts';
import { identifiers, manifestsOf, objectOf } from '../support.ts';

/** Lists in which a server-side apply refuses two entries of one key. */

const deployment = (container: string, pod = '') =>
  objectOf(
    `apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\nspec: {template: {spec: {${pod}initContainers: [{name: i, ${container}}], containers: [{name: x, ${container}}]}}}`,
  );
const env = (...entries: string[]) => `env: [${entries.join(', ')}]`;

test.each<[string, string, string]>([
  [
    'a variable',
    env('{name: A, value: "1"}', '{name: B, value: x}', '{name: A, value: "2"}', '{name: C, value: $(A)}'),
    env('{name: B, value: x}', '{name: A, value: "2"}', '{name: C, value: $(A)}'),
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

describe('what would change if it were there once', () => {
  const PORTS = 'ports: [{name: http, containerPort: 8080}, {name: metrics, containerPort: 8080}]';
  const probe = (port: string) => `${PORTS}, readinessProbe: {httpGet: {path: /, port: ${port}}}`;
  const service = (port: string) =>
    objectOf(
      `apiVersion: v1\nkind: Service\nmetadata: {name: x}\nspec: {ports: [{name: http, port: 80, targetPort: ${port}}]}`,
    );

  test.each<[string, string, string, string?]>([
    [
      'a variable that another one takes in between',
      'variable A',
      env('{name: A, value: "1"}', '{name: B, value: "x$(A)"}', '{name: A, value: "2"}'),
    ],
    ['a variable that takes itself', 'variable A', env('{name: A, value: "1"}', '{name: A, value: $(A)2}')],
    ['the name of a port that a probe uses', 'port 8080 .* and http is used', probe('http')],
    ['the name of a port that a Service uses', 'port 8080 .* and http is used', PORTS, 'http'],
  ])('is %s', (_, said, container, target = '80') => {
    expect(repetitionFault(deployment(container), [service(target)])).toMatch(new RegExp(said));
  });

  test.each<[string, string, string?]>([
    [
      'a variable that is taken after the last one',
      env('{name: A, value: "1"}', '{name: A, value: "2"}', '{name: B, value: $(A)}'),
    ],
    ['a name that nothing uses', probe('8080'), 'metrics'],
    ['a port without a name', 'ports: [{containerPort: 80}, {containerPort: 80, name: web}]', 'web'],
    ['ports of two numbers', PORTS.replace('8080', '80'), 'http'],
  ])('is not %s', (_, container, target = '80') => {
    expect(repetitionFault(deployment(container), [service(target)])).toBeUndefined();
  });

  test('is refused with its place, before anything is written', () => {
    const web = DEPLOYMENT.replace('image: ghcr.io/acme/web:v1', `image: web, ${PORTS}`);
    const { problems } = buildStack(
      manifestsOf(join(SERVICE.replace('port: 80', 'port: 80, targetPort: http'), web)),
      new Map(),
      identifiers(),
    ) as { problems?: Problem[] };
    expect(problems).toEqual([
      { text: expect.stringContaining('Deployment web has port 8080 twice'), place: expect.anything() },
    ]);
  });
});
