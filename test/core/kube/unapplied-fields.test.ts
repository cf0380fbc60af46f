import { describe, expect, test } from 'vitest';
import { stillUnapplied, unappliedIn, unappliedText } from '../../../src/core/kube/unapplied-fields.ts';
import { objectOf } from '../support.ts';

const of = (kind: string, rest: string) => objectOf(`{apiVersion: v1, kind: ${kind}, metadata: {name: a}, ${rest}}`);
const account = (metadata: string, rest = '') =>
  objectOf(`{apiVersion: v1, kind: ServiceAccount, metadata: {name: a, ${metadata}}, ${rest}}`);
const encoded = (text: string) => Buffer.from(text).toString('base64');

describe('where an object that exists is not what the manifests say', () => {
  test.each([
    [
      'an annotation that it lacks',
      account('annotations: {eks.amazonaws.com/role-arn: arn}'),
      account('annotations: {other: b}'),
      ['annotation eks.amazonaws.com/role-arn'],
    ],
    ['one with another value', account('annotations: {a: b}'), account('annotations: {a: c}'), ['annotation a']],
    ['a label', account('labels: {team: a}'), account(''), ['label team']],
    ['a field deep inside', of('X', 'spec: {a: {b: 1, c: 2}}'), of('X', 'spec: {a: {b: 1, c: 3}}'), ['spec.a.c']],
    ['an item of a list', of('X', 'rules: [{a: 1}, {a: 2}]'), of('X', 'rules: [{a: 1}, {a: 3}]'), ['rules']],
    ['a list that is longer', of('X', 'rules: [{a: 1}]'), of('X', 'rules: [{a: 1}, {a: 2}]'), ['rules']],
    ['a list that is not there', of('X', 'rules: [{a: 1}]'), of('X', 'spec: {}'), ['rules']],
    ['a text of a ConfigMap', of('ConfigMap', 'data: {a.b: one}'), of('ConfigMap', 'data: {a.b: two}'), ['data.a.b']],
    [
      'texts of a Secret, by their keys',
      of('Secret', `data: {a: ${encoded('x')}}, stringData: {b: two}`),
      of('Secret', `data: {a: ${encoded('z')}}`),
      ['data.a', 'data.b'],
    ],
    ['a pull secret of an account', account('', 'imagePullSecrets: [{name: a}]'), account(''), ['imagePullSecrets']],
  ])('%s', (_, wanted, present, texts) => {
    expect(unappliedIn(wanted, present).map(({ text }) => text)).toEqual(texts);
  });

  test.each([
    [
      'what it has besides',
      account('annotations: {a: b}'),
      account('annotations: {a: b, c: d}, labels: {e: f}', 'x: 1'),
    ],
    ['defaults in a list', of('X', 'ports: [{port: 1}]'), of('X', 'ports: [{port: 1, protocol: TCP}]')],
    ['empty fields', of('X', 'a: {}, b: [], c: "", d: null, spec: {e: {}}'), of('X', 'spec: {}')],
    [
      'marks of tools',
      account(
        'annotations: {meta.helm.sh/release-name: a, argocd.argoproj.io/x: z}, labels: {helm.sh/chart: web-2, app.kubernetes.io/version: "2"}',
      ),
      account('labels: {helm.sh/chart: web-1, app.kubernetes.io/version: "1"}'),
    ],
    [
      'a Secret that is encoded now',
      of('Secret', `stringData: {a: x}, data: {b: "${encoded('yy')}\\n"}`),
      of('Secret', `data: {a: ${encoded('x')}, b: ${encoded('yy')}}, type: Opaque`),
    ],
    [
      'what controllers add to an account',
      account('', 'imagePullSecrets: [{name: a}], secrets: [{name: b}]'),
      account('', 'imagePullSecrets: [{name: c}, {name: a}], secrets: [{name: b}, {name: d}]'),
    ],
  ])('not: %s', (_, wanted, present) => expect(unappliedIn(wanted, present)).toEqual([]));

  test('nothing of what is excepted', () => {
    const [wanted, present] = [of('ConfigMap', 'data: {a: b}'), of('ConfigMap', 'data: {a: c}')];
    expect(unappliedIn(wanted, present, ['data'])).toEqual([]);
  });

  test('what the server only writes in another way is none when it says what it would make of it', () => {
    const [wanted, present] = [of('X', 'spec: {a: 1024Mi, b: 2}'), of('X', 'spec: {a: 1Gi, b: 1}')];
    const found = unappliedIn(wanted, present);
    expect(found).toHaveLength(2);
    const still = stillUnapplied(found, present, of('X', 'spec: {a: 1Gi, b: 2}'));
    expect(unappliedText(still)).toBe('spec.b');
  });

  test('no list is endless', () => {
    const found = Array.from({ length: 12 }, (_, index) => ({ path: [], text: `${index}` }));
    expect(unappliedText(found)).toBe('0, 1, 2, 3, 4, 5, 6, 7, 8, 9 and 2 more');
  });
});
