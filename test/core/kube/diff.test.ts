import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diffOf } from '../../../src/core/kube/diff.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { configMapText, objectOf } from '../support.ts';

const service = (port: number, metadata = ''): KubeObject =>
  objectOf(`{apiVersion: v1, kind: Service, metadata: {name: web${metadata}}, spec: {ports: [{port: ${port}}]}}`);

test('what differs, line by line, in its surroundings', () => {
  expect(diffOf(service(80), service(81))).toBe(
    ['@@ -4,4 +4,4 @@', '   name: web', ' spec:', '   ports:', '-    - port: 80', '+    - port: 81'].join('\n'),
  );
});

test('an object that is new is all new', () => {
  const lines = diffOf(undefined, service(80)).split('\n');
  expect(lines[0]).toBe('@@ -0,0 +1,7 @@');
  expect(lines.slice(1).every((line) => line.startsWith('+'))).toBe(true);
});

test.each([
  ['nothing', ''],
  ['the version', ', resourceVersion: "7", generation: 3'],
  ['who manages it', ', managedFields: [{manager: kubectl}]'],
  [
    'what was applied last',
    ', annotations: {kubectl.kubernetes.io/last-applied-configuration: "{\\"data\\":{\\"a\\":\\"c2VjcmV0\\"}}"}',
  ],
])('no difference if only the server wrote: %s', (_, metadata) => {
  expect(diffOf(service(80), service(80, metadata))).toBe('');
});

test('the status is not told', () => {
  expect(diffOf(service(80), { ...service(80), status: { loadBalancer: {} } })).toBe('');
});

test('no value of a Secret is ever told, new, old or the same; that one changes is', () => {
  const words = fc.string({ minLength: 8, maxLength: 40 }).map((text) => `s3cret${text}`);
  const data = fc.dictionary(fc.constantFrom('a', 'b', 'c'), words);
  fc.assert(
    fc.property(data, data, fc.constantFrom('data', 'stringData'), fc.boolean(), (before, after, field, isNew) => {
      const secret = (values: Record<string, string>): KubeObject => ({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'web' },
        [field]: values,
      });
      const diff = diffOf(isNew ? undefined : secret(before), secret(after));
      expect(diff).not.toContain('s3cret');
      const changes = Object.keys(after).some((key) => key in before && before[key] !== after[key]);
      if (!isNew && changes) expect(diff).toContain('(hidden, another value)');
    }),
  );
});

test('nor in a field that somebody misspelt, or in an annotation in which a tool repeats it', () => {
  const secret = (value: string): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'web', annotations: { 'tool/last-applied': `{"password":"${value}"}` } },
    type: 'Opaque',
    dta: { password: value },
    stringdata: value,
  });
  for (const diff of [diffOf(undefined, secret('s3cret1')), diffOf(secret('s3cret1'), secret('s3cret2'))])
    expect(diff).not.toContain('s3cret');
  expect(diffOf(secret('s3cret1'), secret('s3cret2')).match(/another value/g)).toHaveLength(3);
  expect(diffOf(secret('s3cret1'), secret('s3cret1'))).toBe('');
});

test('no password outside of Secrets is told either, however YAML quotes it', () => {
  const pod = (...passwords: string[]): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'web' },
    spec: { containers: passwords.map((value) => ({ env: [{ name: 'PASSWORD', value }] })) },
  });
  const diff = diffOf(pod("@it's-1", "@it's-2"), pod("@it's-2", "@it's-3", "@it's-1"));
  expect(diff).not.toContain('@it');
  expect(diff).toContain('value: (hidden, another value 2)');
  expect(diffOf(pod("@it's-1"), pod("@it's-1"))).toBe('');
  expect(diffOf(undefined, pod("@it's-1"))).toMatch(/^\+ +value: \(hidden\)$/m);
});

test('a file of JSON with a password stays as it is written', () => {
  const map = (text: string): KubeObject => ({ ...objectOf(configMapText('a')), data: { 'a.json': text } });
  const text = (password: string) => `{\n  "tokens1": 1,\n  "url":  "http:\\/\\/a",\n  "password": "${password}"\n}`;
  const diff = diffOf(undefined, map(text('s3cret')));
  expect(diff).toContain('"tokens1": 1,\n+      "url":  "http:\\/\\/a",\n+      "password": "(hidden)"\n');
  expect(diffOf(map(text('s3cret')), map(text('other')))).toContain('(hidden, another value)');
  expect(diffOf(map(`{"a": ${JSON.stringify(text('s3cret'))}}`), map('{}'))).not.toContain('s3cret');
});
