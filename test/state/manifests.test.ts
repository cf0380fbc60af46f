import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readStack } from '../../src/state/manifests.ts';
import { look } from './app.ts';

/** What becomes of the input `manifests`. */

const read = async (text: string) => {
  const file = join(mkdtempSync(join(tmpdir(), 'greenpath-manifests-')), 'all.yaml');
  writeFileSync(file, text);
  const looking = await look({ mode: 'deploy-green', manifests: file });
  return { file, looking, stack: readStack(looking.run) };
};
const DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec: {containers: [{name: web, image: acme/web}]}
`;
const SERVICE =
  '---\n{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {selector: {app: web}, ports: [{port: 80}]}}\n';

test('manifests become the stack of this revision', async () => {
  const { stack } = await read(DEPLOYMENT + SERVICE);
  const { stack: built, faults } = await stack;
  expect(built.services.map(({ metadata }) => metadata.name)).toEqual(['web-v2']);
  expect(faults).toEqual([]);
});

test.each<[string, string, string]>([
  ['that are no YAML', 'a: [', 'the manifests cannot be read'],
  ['without a Service', DEPLOYMENT, 'the manifests cannot be released as they are'],
])('manifests %s are refused', async (_, text, message) => {
  const { stack } = await read(text);
  await expect(stack).rejects.toThrow(message);
});

test('manifests say what is secret in them: it is shown nowhere', async () => {
  const secret =
    '---\n{apiVersion: v1, kind: Secret, metadata: {name: db}, stringData: {password: correct-horse-battery}}\n';
  const { looking, stack } = await read(DEPLOYMENT + SERVICE + secret);
  await stack;
  looking.run.report.line('the password is correct-horse-battery');
  expect(looking.told()).toContain('the password is ***');
});

test('the faults of the classic example are reported with all others, in one error', async () => {
  const broken = DEPLOYMENT.replace('matchLabels: {app: web}', 'matchLabels: {app: other}');
  const { stack } = await read(broken + SERVICE.replace('name: web}', 'name: web-1.0}'));
  await expect(stack).rejects.toMatchObject({
    code: 'classic-form',
    problems: [
      { text: expect.stringContaining('cannot contain a dot') },
      { text: expect.stringContaining('must match the labels of its pod template') },
    ],
  });
});
