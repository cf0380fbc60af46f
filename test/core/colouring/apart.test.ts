import { expect, test } from 'vitest';
import { buildStack } from '../../../src/core/colouring/stack.ts';
import type { Surroundings } from '../../../src/core/colouring/verdicts.ts';
import type { Service } from '../../../src/core/kube/objects.ts';
import { identifiers, manifestsOf, objectOf } from '../support.ts';
import { DEPLOYMENT, join, problemsOf, SERVICE, stackOf } from './stack-manifests.ts';

/** What is no part of a release because of where it is, or because nothing leads to it. */

const WEB = join(SERVICE, DEPLOYMENT);
const away = (text: string) => text.replace(/metadata: {name: (\w+)/, 'metadata: {name: $1, namespace: tools');
const named = (kind: string, version: string) =>
  `apiVersion: ${version}\nkind: ${kind}\nmetadata: {name: db}\nspec: {}`;

/** The verdicts on what is in `text` besides the application. */
function verdictsOn(text: string, around: Partial<Surroundings> = {}): string[] {
  const routed = new Set(['web']);
  const { verdicts } = buildStack(manifestsOf(join(WEB, text)), new Map(), identifiers(), { routed, ...around });
  return verdicts.slice(2).map(({ manifest, word, why }) => `${manifest.given} ${word}: ${why}`);
}

test('what belongs to another namespace is left alone, whatever its kind and name', () => {
  const kinds = [DEPLOYMENT, SERVICE, named('StatefulSet', 'apps/v1'), named('Rollout', 'argoproj.io/v1alpha1')];
  const tools = join(...kinds.map(away));
  expect(verdictsOn(tools)).toEqual(
    ['Deployment web', 'Service web', 'StatefulSet db', 'Rollout db'].map(
      (given) => `${given} left: it belongs to namespace tools`,
    ),
  );
  expect(verdictsOn(away(SERVICE), { others: 'refuse' })).toEqual([
    'Service web refused: Service web is for namespace tools, and this release is for namespace shop',
  ]);
  expect(stackOf(join(WEB, tools)).own.map(({ given }) => given)).toEqual(['Service web', 'Deployment web']);
});

test('what belongs to another namespace says nothing of what is released', () => {
  const mounting = DEPLOYMENT.replace(
    'spec: {containers',
    'spec: {volumes: [{name: d, persistentVolumeClaim: {claimName: db}}], containers',
  );
  const claim = `${named('PersistentVolumeClaim', 'v1').replace('spec: {}', '')}spec: {accessModes: [ReadWriteOnce]}`;
  expect(problemsOf(join(SERVICE, mounting, claim)).map(({ text }) => text)).toEqual([
    expect.stringContaining('Deployment web writes to PersistentVolumeClaim db (ReadWriteOnce)'),
  ]);
  expect(stackOf(join(SERVICE, mounting, away(claim))).own).toHaveLength(2);
});

test('a Pod that no Service selects is left alone, such as one for debugging', () => {
  const pod = (app: string) => `apiVersion: v1\nkind: Pod\nmetadata: {name: x, labels: {app: ${app}}}\nspec: {}`;
  const alone = ['Pod x left: it is a Pod of its own, which no Service selects'];
  const refused = [expect.stringMatching(/^Pod x refused: Pod x cannot be released/)];
  expect(verdictsOn(pod('shell'))).toEqual(alone);
  expect(verdictsOn(pod('web'))).toEqual(refused);
  const services = [objectOf(SERVICE.replaceAll('web', 'shell')) as Service];
  expect(verdictsOn(pod('shell'), { services })).toEqual(refused);
  expect(verdictsOn(pod('shell'), { others: 'refuse' })).toEqual(refused);
});

test('two objects of one name are refused, unless one of them is left alone', () => {
  const config = (more: string) => `apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n${more}`;
  const both = (one: string, other: string) => join(WEB, one, other);
  expect(problemsOf(both(config(''), config('data: {a: b}'))).map(({ text }) => text)).toEqual([
    expect.stringContaining('ConfigMap web is already defined in all.yaml:'),
  ]);
  expect(stackOf(both(config(''), away(config('data: {a: b}')))).left).toHaveLength(1);
});
