import { readdirSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, test } from 'vitest';
import { runAction } from '../../harness/action.ts';
import type { Result } from '../../src/core/report/result-schema.ts';

/** What `check` says of the examples, as their documents release them. */
const PAIR = { route: 'ingress/nginx', manifests: '*.yaml', config: 'revision-label: revision' };

/** Without its kustomization: kustomize may not be here. */
const SHOP = readdirSync('examples/shop').filter(
  (name) => name.endsWith('.yaml') && !['greenpath.yaml', 'kustomization.yaml'].includes(name),
);

async function checked(example: string, inputs: Record<string, string>) {
  const options = { program: 'src/main.ts', cwd: resolve('examples', example), env: { GITHUB_SHA: 'a'.repeat(40) } };
  const { exitCode, outputs, stdout } = await runAction({ mode: 'check', ...inputs }, options);
  const { check, error, revision } = JSON.parse(outputs.json ?? '') as Result;
  const { objects = [], notLookedAt = [] } = check ?? {};
  const named = (word: string) => objects.flatMap((one) => (one.word === word ? [one.object] : []));
  return { exitCode, revision, problems: error?.problems, stdout, notLookedAt, named };
}

test.each([
  ['monolith', { route: 'ingress/web', manifests: '*.yaml' }],
  ['monolith', { route: 'ingress/web', manifests: '*.yaml', revision: 'v1' }],
  ['shop', { route: 'ingress/shop', app: 'shop', manifests: SHOP.join('\n'), config: 'greenpath.yaml' }],
])('%s is accepted', async (example, inputs) => {
  const { exitCode, named } = await checked(example, inputs);
  expect([exitCode, named('refused')]).toEqual([0, []]);
  expect(named('coloured')).not.toEqual([]);
});

test.each([
  ['v1.24.0', 'v1.24.0', 'v1.22.0'],
  ['', 'v1.22.0', 'v1.24.0'],
])('nginx holds both sides of a pair, and revision "%s" is judged as %s', async (given, judged, other) => {
  const { exitCode, revision, named, notLookedAt } = await checked('nginx', { ...PAIR, revision: given });
  expect([exitCode, revision]).toEqual([0, judged]);
  const name = (one: string) => `nginx-${one.replaceAll('.', '-')}`;
  expect(named('coloured')).toEqual([`Service ${name(judged)}`, `Deployment ${name(judged)}`]);
  expect(named('left')).toEqual([`Service ${name(other)}`, `Deployment ${name(other)}`]);
  expect(named('route')).toEqual(['Ingress nginx']);
  const open = 'which revision is released: the pod label revision says v1.22.0 or v1.24.0, and any other is refused';
  expect(notLookedAt.includes(open)).toBe(given === '');
});

test('nginx without the revision of the run has one problem, and no object is at fault', async () => {
  const { exitCode, problems, named, stdout } = await checked('nginx', { ...PAIR, revision: '0123456' });
  expect(exitCode).toBe(1);
  expect(problems).toEqual([
    {
      text: expect.stringMatching(
        /^input revision is 0123456, and the manifests hold revisions v1\.22\.0 and v1\.24\.0 \(pod label revision\)/,
      ),
    },
  ]);
  expect([named('refused'), named('coloured')]).toEqual([[], []]);
  expect(stdout).not.toContain('Fix the files');
});
