import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { load } from 'js-yaml';
import { describe, expect, test } from 'vitest';
import { groupOf, keyOf, kindMeant } from '../../../src/core/kube/identity.ts';
import { isOptional, type Kind, type StackKind } from '../../../src/core/kube/kind-row.ts';
import { KIND, KINDS } from '../../../src/core/kube/kinds.ts';
import type { KubeObject } from '../../../src/core/kube/objects.ts';
import { shapeFaults } from '../../../src/core/kube/shape.ts';
import { treatmentOf } from '../../../src/core/kube/treatment.ts';
import { applyTurns, removalTurns, STACK_KINDS, stackKindOf, type Turn } from '../../../src/core/kube/turns.ts';

const objectOf = ({ apiVersion, kind }: Kind, name = 'x', annotations: Record<string, string> = {}): KubeObject => ({
  apiVersion,
  kind,
  metadata: { name, annotations },
});
/** Every kind of the table of which manifests may hold an object that each revision has of its own. */
const COLOURED = KINDS.filter((kind) =>
  [{}, { 'greenpath.dev/hook': 'pre-deploy' }].some((marks) => treatmentOf(objectOf(kind, 'x', marks)) === 'coloured'),
);
const TEXT = readFileSync('docs/role.yaml', 'utf8');
interface Role {
  kind: string;
  rules: { apiGroups: string[]; resources: string[]; verbs: string[] }[];
}
const ROLE = load(TEXT) as Role;
/** The Role with the rules that are comments. */
const WHOLE = load(TEXT.replaceAll(/^ {2}# (- apiGroups| {2}(?:resources|verbs))/gm, '  $1')) as Role;
const verbsFor = ({ apiVersion, resource }: Kind, { rules } = ROLE) =>
  rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.includes(groupOf(apiVersion)) && resources.includes(resource) ? verbs : [],
  );

/** Objects of coloured kinds in any order and number; their names say which they are. */
const stacks = fc
  .array(fc.constantFrom(...COLOURED), { maxLength: 20 })
  .map((kinds) => kinds.map((kind, index) => objectOf(kind, `n${index}`)));
const keysIn = (turns: readonly Turn[]) => turns.flatMap(({ objects }) => objects.map(keyOf));

describe('every coloured kind', () => {
  test('is known to be one', () => {
    expect(COLOURED.map(({ kind }) => kind)).toEqual(expect.arrayContaining(['Deployment', 'Service', 'Job']));
  });

  test('is applied: each object once, the kinds one after the other', () => {
    fc.assert(
      fc.property(stacks, (objects) => {
        const turns = applyTurns(objects);
        expect(keysIn(turns).toSorted()).toEqual(objects.map(keyOf).toSorted());
        expectRising(turns.map(({ kind }) => kind.applied));
      }),
    );
  });

  test('is removed: each object once, the kinds one after the other', () => {
    fc.assert(
      fc.property(stacks, (objects) => {
        const turns = removalTurns(objects);
        expect(keysIn(turns).toSorted()).toEqual(objects.map(keyOf).toSorted());
        expectRising(turns.map(({ kind }) => kind.removed));
      }),
    );
  });

  test('is listed when the objects of a stack are looked for', () => {
    expect(STACK_KINDS.map(({ kind }) => kind).toSorted()).toEqual(COLOURED.map(({ kind }) => kind).toSorted());
  });

  test.each(COLOURED)('$kind may be read, listed, written and deleted by the documented Role', (kind) => {
    const role = isOptional(kind) ? WHOLE : ROLE;
    expect(verbsFor(kind, role)).toEqual(expect.arrayContaining(['get', 'list', 'create', 'patch', 'delete']));
  });

  test.each(COLOURED.filter(isOptional))('$kind is in the Role only as a comment: not every cluster has it', (kind) => {
    expect(verbsFor(kind)).toEqual([]);
  });

  test.each(COLOURED)('$kind has its fields looked at before they are read', (kind) => {
    const wrong = { ...objectOf(kind), spec: 5, data: 5, type: 5 } as unknown as KubeObject;
    expect(shapeFaults(wrong)).not.toEqual([]);
  });
});

describe('the order', () => {
  const makesPods = (kind: StackKind) => kind.makesPods === true;
  const content = [stackKindOf(objectOf(KIND.ConfigMap)), stackKindOf(objectOf(KIND.Secret))];

  test('what pods read is there before them, and goes after them', () => {
    for (const pods of STACK_KINDS.filter(makesPods))
      for (const read of content) {
        expect(read.applied).toBeLessThan(pods.applied);
        expect(read.removed).toBeGreaterThan(pods.removed);
      }
  });

  test('what scales pods comes after them and goes before them', () => {
    const pods = stackKindOf(objectOf(KIND.Deployment));
    for (const kind of [KIND.HorizontalPodAutoscaler, KIND.ScaledObject, KIND.VerticalPodAutoscaler]) {
      expect(stackKindOf(objectOf(kind)).applied).toBeGreaterThan(pods.applied);
      expect(stackKindOf(objectOf(kind)).removed).toBeLessThan(pods.removed);
    }
  });

  test('what not every cluster has goes before the Services, which say that it is there, and comes after them', () => {
    const service = stackKindOf(objectOf(KIND.Service));
    for (const kind of STACK_KINDS.filter(isOptional)) {
      expect(kind.removed).toBeLessThan(service.removed);
      expect(kind.applied).toBeGreaterThan(service.applied);
    }
  });

  test('what triggers log in with is there before them, and goes after them', () => {
    const [scaler, login] = [KIND.ScaledObject, KIND.TriggerAuthentication].map((kind) => stackKindOf(objectOf(kind)));
    expect(login?.applied).toBeLessThan(scaler?.applied ?? 0);
    expect(login?.removed).toBeGreaterThan(scaler?.removed ?? 0);
  });

  test('an object of a kind that no stack has is an error, and is not left out in silence', () => {
    const others = KINDS.filter((kind) => !COLOURED.includes(kind)).map((kind) => objectOf(kind));
    for (const object of [
      ...others,
      objectOf({ apiVersion: 'serving.knative.dev/v1', kind: 'Service', resource: '' }),
    ]) {
      expect(() => applyTurns([object])).toThrow(`${object.kind} x`);
      expect(() => removalTurns([object])).toThrow(`${object.kind} x`);
    }
  });
});

describe('the table', () => {
  test('has each kind once, under its name', () => {
    expect(Object.keys(KIND)).toEqual(KINDS.map(({ kind }) => kind));
    expect(new Set(KINDS.map(({ resource }) => resource)).size).toBe(KINDS.length);
  });

  // Promise 9: one Role in one namespace, and nothing that hands on more than it says.
  test('makes one Role, without wildcards, and without a way to other rights', () => {
    expect(ROLE.kind).toBe('Role');
    expect(JSON.stringify(ROLE.rules)).not.toContain('*');
    const resources = ROLE.rules.flatMap((rule) => rule.resources);
    expect(
      resources.filter((one) => /^(roles|rolebindings|pods\/exec|pods\/attach|serviceaccounts\/token)$/.test(one)),
    ).toEqual([]);
    const verbs = ROLE.rules.flatMap((rule) => rule.verbs);
    expect(new Set(verbs)).toEqual(new Set(['get', 'list', 'watch', 'create', 'patch', 'delete']));
  });

  test('describes a ClusterRole beside it that only lists', () => {
    const commented = TEXT.slice(TEXT.indexOf('# ---')).replaceAll(/^# /gm, '');
    const { kind, rules } = load(commented.replace('---', '')) as Role;
    expect(kind).toBe('ClusterRole');
    expect(rules.flatMap(({ resources, verbs }) => resources.map((one) => `${verbs} ${one}`))).toEqual([
      'list ingressclasses',
      'list ingresses',
      'list httproutes',
    ]);
  });

  test.each(KINDS)('leads from $apiVersion $kind to its row', (kind) => {
    expect(kindMeant(kind.kind, kind.apiVersion)).toBe(kind);
  });

  test('gives no right to create what is only looked at, and none to delete what is shared', () => {
    for (const kind of KINDS.filter(({ treatment }) => treatment === 'read'))
      expect(verbsFor(kind).filter((verb) => !['get', 'list', 'watch'].includes(verb))).toEqual([]);
    for (const kind of KINDS.filter(({ treatment }) => treatment === 'shared'))
      expect(verbsFor(kind)).not.toContain('delete');
  });
});

function expectRising(turns: readonly number[]): void {
  expect(turns).toEqual([...new Set(turns)].toSorted((a, b) => a - b));
}
