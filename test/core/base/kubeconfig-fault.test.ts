import { expect, test } from 'vitest';
import { isEncoded, kubeconfigFault } from '../../../src/core/base/kubeconfig-fault.ts';

const YAML = 'apiVersion: v1\nkind: Config\nclusters: []\nusers: [{name: ci, user: {token: hunter2hunter2}}]\n';
const ENCODED = Buffer.from(YAML).toString('base64');
const wrapped = ENCODED.replaceAll(/.{76}/g, '$&\n');

test.each([
  ['YAML', YAML],
  ['YAML on one line', 'apiVersion: v1'],
  ['JSON', '{"apiVersion":"v1"}'],
])('%s may be a kubeconfig', (_, text) => {
  expect(kubeconfigFault(text)).toBeUndefined();
});

test.each([
  ['base64', ENCODED, 'encoded in base64'],
  ['base64 in lines', `${wrapped}\n`, 'encoded in base64'],
  ['a path in the home', '~/.kube/config', 'the path of a file'],
  ['an absolute path', '/tmp/hunter2', 'the path of a file'],
  ['a relative path', './hunter2', 'the path of a file'],
  ['the name of a file', 'hunter2.yaml\n', 'the path of a file'],
  ['a usual name', 'kubeconfig', 'the path of a file'],
  ['a token', 'eyJhbGciOiJSUzI1NiJ9.hunter2.c2ln', 'neither YAML nor JSON'],
  ['base64 of something else', Buffer.from('hunter2hunter2').toString('base64'), 'neither YAML nor JSON'],
])('%s is none, and nothing of it is quoted', (_, text, beginning) => {
  const fault = kubeconfigFault(text) ?? '';
  expect(fault.slice(0, beginning.length)).toBe(beginning);
  expect(fault).not.toContain('hunter2');
  expect(isEncoded(text)).toBe(beginning === 'encoded in base64');
});
